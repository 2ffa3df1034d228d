"""A form's sheets → what pyxform says of them, inside a process that may not use much: run as a script by `checker`, never imported by
the web process.

Reads one JSON object from standard input: {"survey": [{column: text}], "choices": […], "settings": […]}. Answers one: {"problem": …, "warnings":
[…]}; an empty problem says that the form became an XForm. Imports nothing of Yingzao.
"""

import json
import resource
import sys

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 30
MOST_WARNINGS = 50


def answer(form):
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    warnings: list[str] = []
    try:
        convert(form, warnings=warnings, validate=False)
    except PyXFormError as problem:
        return {"problem": str(problem) or "not a form", "warnings": []}
    except RecursionError:
        return {"problem": "nested too deeply", "warnings": []}
    except Exception as problem:  # its readers raise whatever their libraries raise
        return {"problem": f"{type(problem).__name__}: {problem}", "warnings": []}
    return {"problem": "", "warnings": [str(one) for one in warnings[:MOST_WARNINGS]]}


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    json.dump(answer(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
