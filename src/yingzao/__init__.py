"""Yingzao 营造."""

import sys

__version__ = "0.1.0"

# Read by any Python that can be met, so that an old one gets a sentence and not a syntax error.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Yingzao needs Python 3.11 or later; this is Python %d.%d." % sys.version_info[:2])  # noqa: UP031
