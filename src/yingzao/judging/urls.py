from django.urls import path

from yingzao.judging.views import (
    desk_chair,
    desk_results,
    desk_rounds,
    desk_rubrics,
    desk_ties,
    desk_trials,
    jury,
)

app_name = "judging"

RUBRICS = "desk/<str:programme_code>/rubrics/"
ROUNDS = "desk/<str:programme_code>/judging/"
TIES = "desk/<str:programme_code>/ties/"
ROUND = f"{ROUNDS}<str:code>/"
SHEET = "jury/<str:code>/"

urlpatterns = [
    path(RUBRICS, desk_rubrics.rubrics, name="desk-rubrics"),
    path(f"{RUBRICS}new/", desk_rubrics.create, name="desk-rubric-new"),
    path(f"{RUBRICS}file/", desk_rubrics.read_file, name="desk-rubric-file"),
    path(f"{RUBRICS}<str:code>/", desk_rubrics.rubric, name="desk-rubric"),
    path(f"{RUBRICS}<str:code>/edit/", desk_rubrics.edit, name="desk-rubric-edit"),
    path(f"{RUBRICS}<str:code>/copy/", desk_rubrics.copy, name="desk-rubric-copy"),
    path(TIES, desk_ties.ties, name="desk-ties"),
    path(f"{TIES}<str:tie_code>/take-back/", desk_ties.withdraw, name="desk-tie-withdraw"),
    path(ROUNDS, desk_rounds.rounds, name="desk-rounds"),
    path(f"{ROUNDS}new/", desk_rounds.create, name="desk-round-new"),
    path(ROUND, desk_rounds.round_page, name="desk-round"),
    path(f"{ROUND}edit/", desk_rounds.edit, name="desk-round-edit"),
    path(f"{ROUND}shortlist/", desk_rounds.shortlist, name="desk-shortlist"),
    path(f"{ROUND}draw/", desk_rounds.draw, name="desk-draw"),
    path(f"{ROUND}limits/", desk_rounds.limits, name="desk-limits"),
    path(f"{ROUND}remind/", desk_rounds.remind, name="desk-remind"),
    path(f"{ROUND}judges/<str:judge_code>/drop-out/", desk_rounds.drop_out, name="desk-drop-out"),
    path(f"{ROUND}sheets/<str:assignment_code>/lock/", desk_rounds.lock, name="desk-lock"),
    path(f"{ROUND}spread/", desk_chair.spread, name="desk-spread"),
    path(f"{ROUND}entries/<str:learner_code>/third/", desk_chair.third, name="desk-third"),
    path(f"{ROUND}entries/<str:learner_code>/talk/", desk_chair.talk, name="desk-talk"),
    path(f"{ROUND}sheets/<str:assignment_code>/paper/", desk_chair.paper, name="desk-paper"),
    path(f"{ROUND}sheets/<str:assignment_code>/scan/", desk_chair.scan, name="desk-scan"),
    path(f"{ROUND}trial/", desk_trials.begin, name="desk-trial"),
    path(f"{ROUND}open/", desk_rounds.open_, name="desk-round-open"),
    path(f"{ROUND}close/", desk_rounds.close, name="desk-round-close"),
    path(f"{ROUND}release/", desk_rounds.release, name="desk-round-release"),
    path(f"{ROUND}marks/", desk_results.marks_file, name="desk-marks-file"),
    path(f"{ROUND}marks/<str:source_code>/", desk_results.marks_preview, name="desk-marks-preview"),
    path(f"{ROUND}calibration/", desk_results.calibration, name="desk-calibration"),
    path(f"{ROUND}calibration/run/", desk_results.run, name="desk-calibration-run"),
    path(
        f"{ROUND}calibration/<str:calibration_code>/accept/",
        desk_results.accept,
        name="desk-calibration-accept",
    ),
    path(
        f"{ROUND}calibration/<str:calibration_code>.json",
        desk_results.calibration_export,
        name="desk-calibration-export",
    ),
    path(f"{ROUND}sheets/<str:assignment_code>/take-off/", desk_rounds.take_off, name="desk-take-off"),
    path(f"{ROUND}sheets/<str:assignment_code>/reopen/", desk_rounds.reopen, name="desk-reopen"),
    path(f"{ROUND}entries/<str:learner_code>/", desk_rounds.entry, name="desk-entry"),
    path(f"{ROUND}entries/<str:learner_code>/assign/", desk_rounds.assign, name="desk-assign"),
    path("jury/", jury.queue, name="jury-queue"),
    path("jury/ties/", desk_ties.own, name="jury-ties"),
    path(SHEET, jury.sheet, name="jury-sheet"),
    path(f"{SHEET}save/", jury.save, name="jury-save"),
    path(f"{SHEET}submit/", jury.submit, name="jury-submit"),
    path(f"{SHEET}talk/", jury.talk, name="jury-talk"),
    path(f"{SHEET}recuse/", jury.recuse, name="jury-recuse"),
    path(f"{SHEET}unable/", jury.unable, name="jury-unable"),
    path(f"{SHEET}files/<str:file_code>/", jury.file, name="jury-file"),
    path(f"{SHEET}files/<str:file_code>/<int:width>/", jury.file, name="jury-file-at"),
]
