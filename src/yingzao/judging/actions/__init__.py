"""What can be done in judging."""

from yingzao.judging.actions.calibration import accept_calibration, run_calibration
from yingzao.judging.actions.chair import (
    SCANS,
    call_third,
    enter_paper,
    keep_scan,
    say_as_chair,
    say_as_judge,
)
from yingzao.judging.actions.conflicts import (
    declare_tie,
    declare_unable,
    recuse,
    set_aside_conflicts,
    withdraw_tie,
)
from yingzao.judging.actions.jury import (
    Stale,
    reopen_sheet,
    save_comment,
    save_marks,
    save_sheet,
    save_words,
    submit_sheet,
)
from yingzao.judging.actions.marks_file import MarksPlan, confirm_marks, preview_marks, read_marks
from yingzao.judging.actions.rounds import (
    assign_by_hand,
    change_round,
    close_round,
    confirm_draw,
    create_round,
    open_round,
    release_round,
    set_shortlist,
    take_off,
)
from yingzao.judging.actions.rubrics import change_rubric, copy_rubric, create_rubric
from yingzao.judging.actions.trials import begin_trial
from yingzao.judging.actions.workloads import (
    drop_out,
    remind_judges,
    remind_of_sheets,
    set_limits,
    set_lock,
    tell_of_opening,
)
from yingzao.judging.rules import NewCriterion

__all__ = [
    "SCANS",
    "MarksPlan",
    "NewCriterion",
    "Stale",
    "accept_calibration",
    "assign_by_hand",
    "begin_trial",
    "call_third",
    "change_round",
    "change_rubric",
    "close_round",
    "confirm_draw",
    "confirm_marks",
    "copy_rubric",
    "create_round",
    "create_rubric",
    "declare_tie",
    "declare_unable",
    "drop_out",
    "enter_paper",
    "keep_scan",
    "open_round",
    "preview_marks",
    "read_marks",
    "recuse",
    "release_round",
    "remind_judges",
    "remind_of_sheets",
    "reopen_sheet",
    "run_calibration",
    "save_comment",
    "save_marks",
    "save_sheet",
    "save_words",
    "say_as_chair",
    "say_as_judge",
    "set_aside_conflicts",
    "set_limits",
    "set_lock",
    "set_shortlist",
    "submit_sheet",
    "take_off",
    "tell_of_opening",
    "withdraw_tie",
]
