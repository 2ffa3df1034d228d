"""The language of the command line: Chinese in a Chinese locale, English in any other.

Needs no Django, because the clearest errors come before Django can start.
"""

import gettext
import os
from pathlib import Path

_wish = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
in_chinese = _wish.startswith("zh")
_languages = ["zh_Hans"] if in_chinese else []
_catalogue = gettext.translation(
    "django", Path(__file__).parent / "locale", languages=_languages or ["en"], fallback=True
)
_ = _catalogue.gettext
ngettext = _catalogue.ngettext
