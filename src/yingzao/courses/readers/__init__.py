"""Files of questions: Moodle XML and QTI through their ports, tables by our own columns. And what lists of completions from
other platforms call things."""

from yingzao.courses.readers.questions import HEADERS, is_table, read_file, template_rows
from yingzao.courses.readers.spellings import completion_words

__all__ = ["HEADERS", "completion_words", "is_table", "read_file", "template_rows"]
