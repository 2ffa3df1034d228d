"""One door per row: what a person may not see does not exist."""

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404

Row = TypeVar("Row", bound=models.Model)


def only(rows: "models.QuerySet[Row]", **lookup: Any) -> Row:
    """The one row of a QuerySet that is already limited to what the person may see, or 404."""
    try:
        return rows.get(**lookup)
    except ObjectDoesNotExist:
        raise Http404 from None
