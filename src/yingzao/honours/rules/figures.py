"""Exact figures: fractions inside, decimals half up at the very end. No Django, no floats."""

from decimal import Decimal
from fractions import Fraction
from math import floor


def half_up(value: Fraction, decimals: int) -> Decimal:
    """`value` (not negative) with that many decimals; a half goes up: 12.345 → 12.35."""
    scale = 10**decimals
    units = floor(value * scale + Fraction(1, 2))
    return Decimal(units).scaleb(-decimals)
