from django.urls import path

from yingzao.live.views import desk, learner, room

app_name = "live"
urlpatterns = [
    path("my/live/<str:code>/", learner.session, name="learner-session"),
    path("my/live/<str:code>/room/", learner.room, name="learner-room"),
    path("my/live/<str:code>/ask/", learner.ask, name="learner-question-ask"),
    path("my/live/<str:code>/questions/<str:question>/like/", learner.like, name="learner-question-like"),
    path(
        "my/live/<str:code>/questions/<str:question>/take-back/",
        learner.take_back,
        name="learner-question-take-back",
    ),
    path("my/live/<str:code>/check/<str:check>/", learner.check, name="learner-check"),
    path("desk/<str:programme_code>/live/<str:code>/room/", room.room, name="desk-room"),
    path(
        "desk/<str:programme_code>/live/<str:code>/room/word/",
        room.check_open,
        {"kind": "word"},
        name="desk-word",
    ),
    path(
        "desk/<str:programme_code>/live/<str:code>/room/poll/",
        room.check_open,
        {"kind": "poll"},
        name="desk-poll",
    ),
    path(
        "desk/<str:programme_code>/live/<str:code>/room/check/<str:check>/close/",
        room.check_close,
        name="desk-check-close",
    ),
    path(
        "desk/<str:programme_code>/live/<str:code>/room/questions/<str:question>/",
        room.question_decide,
        name="desk-question",
    ),
    path(
        "desk/<str:programme_code>/live/<str:code>/room/materials/",
        room.material_add,
        name="desk-material-add",
    ),
    path(
        "desk/<str:programme_code>/live/<str:code>/room/materials/<str:material>/remove/",
        room.material_remove,
        name="desk-material-remove",
    ),
    path("desk/<str:programme_code>/live/<str:code>/", desk.session, name="desk-session"),
    path("desk/<str:programme_code>/live/<str:code>/edit/", desk.session_edit, name="desk-session-edit"),
    path("desk/<str:programme_code>/live/<str:code>/report/", desk.report_import, name="desk-report"),
    path("desk/<str:programme_code>/live/<str:code>/paper/", desk.paper, name="desk-paper"),
    path("desk/<str:programme_code>/live/<str:code>/share/", desk.share, name="desk-share"),
    path("desk/<str:programme_code>/live/<str:code>/attendance.xlsx", desk.export, name="desk-export"),
    path(
        "desk/<str:programme_code>/live/<str:code>/report/<str:file_code>/columns/",
        desk.columns,
        name="desk-columns",
    ),
    path(
        "desk/<str:programme_code>/live/<str:code>/report/<str:file_code>/take-back/",
        desk.report_take_back,
        name="desk-report-take-back",
    ),
]
