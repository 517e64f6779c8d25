"""A programme of trainings: who has reached what, what can be counted, and the report on it."""
