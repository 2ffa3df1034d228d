"""Self-paced courses: units, lessons, and what is asked in quizzes."""

from yingzao.courses.models.bank import BankQuestion, QuestionFile, QuestionPool, QuestionVersion
from yingzao.courses.models.lessons import Course, Lesson, Unit
from yingzao.courses.models.quizzes import Attempt, AttemptItem, Quiz, QuizItem

__all__ = [
    "Attempt",
    "AttemptItem",
    "BankQuestion",
    "Course",
    "Lesson",
    "QuestionFile",
    "QuestionPool",
    "QuestionVersion",
    "Quiz",
    "QuizItem",
    "Unit",
]
