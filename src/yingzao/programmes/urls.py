from django.urls import path

from yingzao.programmes.views import desk, staff, stages

app_name = "programmes"
urlpatterns = [
    path("desk/", desk.programme_list, name="desk-list"),
    path("desk/programmes/new/", desk.new_programme, name="desk-new"),
    # desk/<programme>/
    path("desk/<str:programme_code>/edition/", desk.new_edition, name="desk-edition"),
    path("desk/<str:programme_code>/settings/", desk.settings, name="desk-settings"),
    path("desk/<str:programme_code>/settings/public/", desk.set_public, name="desk-public"),
    path("desk/<str:programme_code>/stages/", stages.stage_list, name="desk-stages"),
    path("desk/<str:programme_code>/stages/new/", stages.new_stage, name="desk-stage-new"),
    path("desk/<str:programme_code>/stages/<str:code>/", stages.edit_stage, name="desk-stage"),
    path("desk/<str:programme_code>/stages/<str:code>/open/", stages.open_stage, name="desk-stage-open"),
    path("desk/<str:programme_code>/stages/<str:code>/close/", stages.close_stage, name="desk-stage-close"),
    path(
        "desk/<str:programme_code>/stages/<str:code>/remove/", stages.remove_stage, name="desk-stage-remove"
    ),
    path("desk/<str:programme_code>/staff/", staff.staff_list, name="desk-staff"),
    path("desk/<str:programme_code>/staff/new/", staff.invite, name="desk-staff-new"),
    path("desk/<str:programme_code>/staff/<str:code>/invite/", staff.invite_again, name="desk-staff-invite"),
    path("desk/<str:programme_code>/staff/<str:code>/end/", staff.end, name="desk-staff-end"),
    path(
        "desk/<str:programme_code>/staff/<str:code>/password/", staff.reset_link, name="desk-staff-password"
    ),
]
