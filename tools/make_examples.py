"""Make the spreadsheets, documents and pictures of `examples/guicheng-2021/`. The same bytes on every run.

Texts (case articles, the story, the reports and the README) are written by hand and are not touched.

    python tools/make_examples.py [FOLDER]
"""

import sys
from pathlib import Path

from example_files import documents, marks, meetings, pictures, plan, records, roster

PARTS = (roster, plan, meetings, pictures, documents, records, marks)


def main() -> None:
    home = Path(__file__).resolve().parents[1] / "examples" / "guicheng-2021"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else home
    for part in PARTS:
        part.write(folder)


if __name__ == "__main__":
    main()
