from django.urls import path

from yingzao.activities.views import calendar, desk, desk_requests, my_requests

app_name = "activities"
REQUESTS = "desk/<str:programme_code>/requests/"
urlpatterns = [
    # for whoever has the address
    path("calendar/<str:token>.ics", calendar.feed, name="calendar-feed"),
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
