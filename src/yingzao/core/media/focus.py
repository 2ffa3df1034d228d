"""The point of a picture that stays in it where it is cut."""

from yingzao.core.models import StoredFile


def point_at(stored: StoredFile, *, x: int, y: int) -> bool:
    """`x` and `y` in hundredths of width and height, from the left and the top; beyond the edge is the edge. Whether it moved."""
    before = (stored.focus_x, stored.focus_y)
    stored.focus_x, stored.focus_y = min(max(x, 0), 100), min(max(y, 0), 100)
    if before == (stored.focus_x, stored.focus_y):
        return False
    stored.save(update_fields=["focus_x", "focus_y"])
    return True
