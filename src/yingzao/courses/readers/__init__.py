"""Files of questions: Moodle XML and QTI through their ports, tables by our own columns."""

from yingzao.courses.readers.questions import HEADERS, is_table, read_file, template_rows

__all__ = ["HEADERS", "is_table", "read_file", "template_rows"]
