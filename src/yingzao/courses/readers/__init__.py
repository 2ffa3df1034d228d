"""What lists of completions from other platforms call things."""

from yingzao.courses.readers.spellings import completion_words

__all__ = ["completion_words"]
