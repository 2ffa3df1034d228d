"""Use cases of practice. Each checks its rule, writes in its own transaction, and leaves an audit line."""

from yingzao.practice.actions.work import (
    answer,
    begin_again,
    hand_in,
    is_handed_in,
    keep_typed,
    save_work,
    set_guidance,
)

__all__ = ["answer", "begin_again", "hand_in", "is_handed_in", "keep_typed", "save_work", "set_guidance"]
