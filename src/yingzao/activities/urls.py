from django.urls import path

from yingzao.activities.views import (
    calendar,
    desk,
    desk_requests,
    desk_surveys,
    desk_videos,
    my_requests,
    survey_files,
    surveys,
    watching,
)

app_name = "activities"
REQUESTS = "desk/<str:programme_code>/requests/"
VIDEOS = "desk/<str:programme_code>/videos/"
SURVEYS = "desk/<str:programme_code>/surveys/"
urlpatterns = [
    # for whoever has the address
    path("calendar/<str:token>.ics", calendar.feed, name="calendar-feed"),
    path("survey/<str:token>/", surveys.survey, name="survey"),
    path("mentor/surveys/", desk_surveys.mentor_list, name="mentor-surveys"),
    path("mentor/surveys/<str:code>/", desk_surveys.mentor_survey, name="mentor-survey"),
    path(SURVEYS, desk_surveys.survey_list, name="desk-surveys"),
    path(SURVEYS + "make/", desk_surveys.survey_make, name="desk-survey-make"),
    path(SURVEYS + "compare/", desk_surveys.survey_compare, name="desk-surveys-compare"),
    path(SURVEYS + "<str:code>/", desk_surveys.survey_page, name="desk-survey"),
    path(SURVEYS + "<str:code>/settings/", desk_surveys.survey_settings, name="desk-survey-settings"),
    path(SURVEYS + "<str:code>/questions/", desk_surveys.survey_questions, name="desk-survey-questions"),
    path(SURVEYS + "<str:code>/remove/", desk_surveys.survey_remove, name="desk-survey-remove"),
    path(SURVEYS + "<str:code>/words/", desk_surveys.survey_words, name="desk-survey-words"),
    path(SURVEYS + "<str:code>/poster/", desk_surveys.survey_poster, name="desk-survey-poster"),
    path(SURVEYS + "<str:code>/screen/", desk_surveys.survey_screen, name="desk-survey-screen"),
    path(SURVEYS + "<str:code>/answers.xlsx", desk_surveys.survey_export, name="desk-survey-export"),
    path(SURVEYS + "<str:code>/import/", survey_files.answers_import, name="desk-survey-import"),
    path(SURVEYS + "<str:code>/files/<str:file_code>/", survey_files.columns, name="desk-survey-columns"),
    path(
        SURVEYS + "<str:code>/files/<str:file_code>/take-back/",
        survey_files.take_back,
        name="desk-survey-take-back",
    ),
    path("watching/", watching.watch_log, name="watch-log"),
    path("films/<str:token>/<path:name>", watching.film, name="film"),
    path("my/videos/<str:code>/", watching.video, name="learner-video"),
    path(VIDEOS + "of/<str:code>/", desk_videos.video_list, name="desk-videos"),
    path(VIDEOS + "<str:code>/", desk_videos.video_page, name="desk-video"),
    path(VIDEOS + "<str:code>/film/", desk_videos.film_take, name="desk-film"),
    path(VIDEOS + "<str:code>/piece/", desk_videos.piece, name="desk-film-piece"),
    path(VIDEOS + "<str:code>/captions/", desk_videos.captions, name="desk-captions"),
    path(VIDEOS + "<str:code>/remove/", desk_videos.remove, name="desk-video-remove"),
    path("my/calendar/", calendar.calendar, name="learner-calendar"),
    path("my/calendar/<str:code>/renew/", calendar.renew, name="learner-calendar-renew"),
    path("my/calendar/<str:code>/close/", calendar.close, name="learner-calendar-close"),
    path("my/requests/", my_requests.request_list, name="learner-requests"),
    path("my/requests/new/<str:code>/<slug:kind>/", my_requests.request_new, name="learner-request-new"),
    path("my/requests/<str:code>/", my_requests.request_page, name="learner-request"),
    path("my/requests/<str:code>/take-back/", my_requests.take_back, name="learner-request-take-back"),
    path(REQUESTS, desk_requests.request_list, name="desk-requests"),
    path("desk/<str:programme_code>/requests.xlsx", desk_requests.export, name="desk-requests-export"),
    path(REQUESTS + "approve/", desk_requests.approve_many, name="desk-requests-approve"),
    path(REQUESTS + "add/", desk_requests.request_choose, name="desk-request-choose"),
    path(REQUESTS + "add/<str:code>/<slug:kind>/", desk_requests.request_add, name="desk-request-add"),
    path(REQUESTS + "<str:code>/", desk_requests.request_page, name="desk-request"),
    path(REQUESTS + "<str:code>/approve/", desk_requests.approve, name="desk-request-approve"),
    path(REQUESTS + "<str:code>/refuse/", desk_requests.refuse, name="desk-request-refuse"),
    path(REQUESTS + "<str:code>/undo/", desk_requests.undo, name="desk-request-undo"),
    path("desk/<str:programme_code>/activities/", desk.activity_list, name="desk-list"),
    path("desk/<str:programme_code>/activities/plan/", desk.plan_upload, name="desk-plan"),
    path(
        "desk/<str:programme_code>/activities/plan/<str:code>/", desk.plan_preview, name="desk-plan-preview"
    ),
    path("desk/<str:programme_code>/activities/records/", desk.records, name="desk-records"),
    path(
        "desk/<str:programme_code>/activities/records/<str:code>/take-back/",
        desk.records_take_back,
        name="desk-records-take-back",
    ),
    path("desk/<str:programme_code>/activities/add/<slug:kind>/", desk.activity_add, name="desk-add"),
    path("desk/<str:programme_code>/activities/<str:code>/edit/", desk.activity_edit, name="desk-edit"),
    path("desk/<str:programme_code>/activities/<str:code>/cancel/", desk.activity_cancel, name="desk-cancel"),
    path(
        "desk/<str:programme_code>/activities/<str:code>/restore/", desk.activity_restore, name="desk-restore"
    ),
]
