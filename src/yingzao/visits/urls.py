from django.urls import path

from yingzao.visits.views import desk, desk_check_ins, desk_plan, door, host, learner, material, notes, phone

app_name = "visits"
VISIT = "desk/<str:programme_code>/visits/<str:code>/"
STOP = VISIT + "stops/<str:part_code>/"
urlpatterns = [
    path("checking-in/", door.field, name="field"),
    path("checking-in/files/", door.field_file, name="field-file"),
    path("my/field-notes/", notes.all_mine, name="my-notes"),
    path("my/visits/<str:code>/notes/", notes.mine, name="learner-notes"),
    path("my/visits/<str:code>/notes/<str:file_code>/remove/", notes.remove, name="learner-file-remove"),
    path("my/visits/<str:code>/", learner.visit, name="learner-visit"),
    path("visits/pass/<str:shown>/", desk_check_ins.shown_pass, name="pass"),
    path("host/", host.stops, name="host-list"),
    path("host/<str:part_code>/", host.stop, name="host-stop"),
    path(VISIT, desk.visit, name="desk-visit"),
    path(VISIT + "check-ins/", desk_check_ins.check_ins, name="desk-check-ins"),
    path(VISIT + "check-ins/decide/", desk_check_ins.decide, name="desk-decide"),
    path(VISIT + "check-ins/<str:key>/time/", desk_check_ins.settle_time, name="desk-time"),
    path(VISIT + "phone/", phone.phone, name="desk-phone"),
    path(VISIT + "phone/now/", phone.phone_now, name="desk-phone-now"),
    path(VISIT + "phone/notes/", notes.of_staff, name="desk-phone-notes"),
    path(VISIT + "phone/notes/<str:file_code>/remove/", notes.remove_of_staff, name="desk-phone-file-remove"),
    path(VISIT + "material/", material.material, name="desk-material"),
    path(VISIT + "material/<str:file_code>/", material.file, name="desk-file"),
    path(VISIT + "sheet/", desk.sheet, name="desk-sheet"),
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
