"""Practices that are kept: the database, the recordings beside it, and what may be done with both."""
