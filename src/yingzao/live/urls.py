from django.urls import path

from yingzao.live.views import desk, learner

app_name = "live"
urlpatterns = [
    path("my/live/<str:code>/", learner.session, name="learner-session"),
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
