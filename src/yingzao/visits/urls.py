from django.urls import path

from yingzao.visits.views import (
    desk,
    desk_check_ins,
    desk_groups,
    desk_plan,
    desk_sign_up,
    door,
    host,
    learner,
    sign_up,
)

app_name = "visits"
VISIT = "desk/<str:programme_code>/visits/<str:code>/"
STOP = VISIT + "stops/<str:part_code>/"
SIGN_UP = VISIT + "sign-up/<str:learner_code>/"
urlpatterns = [
    path("checking-in/", door.field, name="field"),
    path("my/visits/<str:code>/", learner.visit, name="learner-visit"),
    path("my/visits/<str:code>/sign-up/", sign_up.sign_up, name="learner-sign-up"),
    path("my/visits/<str:code>/sign-up/cancel/", sign_up.cancel, name="learner-sign-up-cancel"),
    path("visits/pass/<str:shown>/", desk_check_ins.shown_pass, name="pass"),
    path("host/", host.stops, name="host-list"),
    path("host/<str:part_code>/", host.stop, name="host-stop"),
    path(VISIT, desk.visit, name="desk-visit"),
    path(VISIT + "check-ins/", desk_check_ins.check_ins, name="desk-check-ins"),
    path(VISIT + "check-ins/decide/", desk_check_ins.decide, name="desk-decide"),
    path(VISIT + "check-ins/<str:key>/time/", desk_check_ins.settle_time, name="desk-time"),
    path(VISIT + "sheet/", desk.sheet, name="desk-sheet"),
    path(VISIT + "sign-up/", desk_sign_up.sign_ups, name="desk-sign-up"),
    path(VISIT + "sign-up/terms/", desk_sign_up.terms, name="desk-sign-up-terms"),
    path(VISIT + "sign-up/add/", desk_sign_up.add, name="desk-sign-up-add"),
    path(SIGN_UP + "let-in/", desk_sign_up.let_in, name="desk-sign-up-let-in"),
    path(SIGN_UP + "cancel/", desk_sign_up.cancel, name="desk-sign-up-cancel"),
    path(SIGN_UP + "phone/", desk_sign_up.phone, name="desk-sign-up-phone"),
    path(VISIT + "groups/", desk_groups.groups, name="desk-groups"),
    path(VISIT + "groups/new/", desk_groups.new_group, name="desk-group-new"),
    path(VISIT + "groups/fill/", desk_groups.fill, name="desk-groups-fill"),
    path(VISIT + "groups/sheet/", desk_groups.sheet, name="desk-groups-sheet"),
    path(VISIT + "groups/<str:group_code>/", desk_groups.edit_group, name="desk-group"),
    path(VISIT + "groups/<str:group_code>/remove/", desk_groups.remove_group, name="desk-group-remove"),
    path(SIGN_UP + "seat/", desk_groups.seat, name="desk-seat"),
    path(VISIT + "close/", desk.close, name="desk-close"),
    path(VISIT + "stops/", desk_plan.plan, name="desk-plan"),
    path(VISIT + "stops/new/", desk_plan.new_stop, name="desk-plan-new"),
    path(STOP + "plan/", desk_plan.edit_stop, name="desk-plan-stop"),
    path(STOP + "move/", desk_plan.move_stop, name="desk-plan-move"),
    path(STOP + "remove/", desk_plan.remove_stop, name="desk-plan-remove"),
    path(STOP, desk.stop_list, name="desk-stop"),
    path(STOP + "code/", desk.stop_code, name="desk-code"),
    path(STOP + "code/now/", desk.stop_code_now, name="desk-code-now"),
    path(STOP + "walk-in/", desk_check_ins.walk_in, name="desk-walk-in"),
    path(STOP + "excuse/<str:learner_code>/", desk.excuse, name="desk-excuse"),
    path(STOP + "tick/<str:learner_code>/", desk.tick, name="desk-tick"),
]
