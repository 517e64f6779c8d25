"""What is taught, and how: the lesson, the quiz, the rhythm by tapping, the handout. Knows nothing of Streamlit."""
