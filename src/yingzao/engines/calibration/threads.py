"""One thread for linear algebra: our matrices are small, and BLAS threads that wait for each other spin.

With other programs on the machine a solution of 200 equations takes a hundred times as long on two threads as on one.
"""

import ctypes
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")


@cache
def _openblas() -> tuple[Callable[[], int], Callable[[int], Any]] | None:
    """How many threads numpy's own OpenBLAS takes, and the way to change it; None where numpy brings another one."""
    for library in sorted(Path(np.__file__).parent.parent.glob("numpy.libs/*openblas*")):
        try:
            blas = ctypes.CDLL(str(library))
        except OSError:
            continue
        for prefix, suffix in (("scipy_", "64_"), ("", "64_"), ("", "")):
            ask = getattr(blas, f"{prefix}openblas_get_num_threads{suffix}", None)
            tell = getattr(blas, f"{prefix}openblas_set_num_threads{suffix}", None)
            if ask is not None and tell is not None:
                return ask, tell
    return None


def on_one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """The function, with BLAS kept to one thread while it runs."""

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        blas = _openblas()
        if blas is None:
            return function(*args, **kwargs)
        ask, tell = blas
        before = ask()
        tell(1)
        try:
            return function(*args, **kwargs)
        finally:
            tell(before)

    return limited
