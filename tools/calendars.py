"""Write the calendars of working days that public notices are dated with, one file a year.

    python tools/calendars.py [YEAR…]    every year that the package knows from 2021 on, or the years named

The days come from the package chinesecalendar, which copies the State Council's yearly arrangement (国务院办公厅关于
部分节假日安排的通知). A year that no package knows yet can be written by hand in the same form.
"""

import datetime as dt
import json
import sys
from importlib.metadata import version
from pathlib import Path

from chinese_calendar import constants

FOLDER = Path(__file__).resolve().parent.parent / "src/yingzao/honours/calendars"
NAMES = {member.value: member.chinese for member in constants.Holiday}


def write(year: int) -> None:
    def of_year(days: dict) -> dict[str, str]:
        return {day.isoformat(): NAMES[name] for day, name in sorted(days.items()) if day.year == year}

    calendar = {
        "year": year,
        "source": f"chinesecalendar {version('chinesecalendar')} (MIT)",
        "after": f"国务院办公厅关于{year}年部分节假日安排的通知",
        "holidays": of_year(constants.holidays),
        "workdays": of_year(constants.workdays),
    }
    text = json.dumps(calendar, ensure_ascii=False, indent=1)
    (FOLDER / f"{year}.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    known = sorted({day.year for day in constants.holidays} - set(range(2021)))
    for year in [int(text) for text in sys.argv[1:]] or known:
        if dt.date(year, 1, 1) not in constants.holidays:
            sys.exit(
                f"tools/calendars.py: chinesecalendar {version('chinesecalendar')} does not know {year}."
            )
        write(year)


if __name__ == "__main__":
    main()
