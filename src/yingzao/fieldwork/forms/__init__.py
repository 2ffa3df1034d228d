"""What is typed: answers, settings and questions of a survey."""
