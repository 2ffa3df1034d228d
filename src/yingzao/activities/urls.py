from django.urls import path

from yingzao.activities.views import desk

app_name = "activities"
urlpatterns = [
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
