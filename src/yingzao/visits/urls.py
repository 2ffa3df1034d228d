from django.urls import path

from yingzao.visits.views import (
    desk,
    desk_check_ins,
    desk_documents,
    desk_hosts,
    desk_plan,
    door,
    host,
    learner,
)

app_name = "visits"
VISIT = "desk/<str:programme_code>/visits/<str:code>/"
STOP = VISIT + "stops/<str:part_code>/"
urlpatterns = [
    path("checking-in/", door.field, name="field"),
    path("my/visits/<str:code>/", learner.visit, name="learner-visit"),
    path("visits/pass/<str:shown>/", desk_check_ins.shown_pass, name="pass"),
    path("host/", host.stops, name="host-list"),
    path("host/<str:part_code>/", host.stop, name="host-stop"),
    path("host/<str:part_code>/ready/", host.ready, name="host-ready"),
    path("host/<str:part_code>/after/", host.after, name="host-after"),
    path(VISIT, desk.visit, name="desk-visit"),
    path(VISIT + "check-ins/", desk_check_ins.check_ins, name="desk-check-ins"),
    path(VISIT + "check-ins/decide/", desk_check_ins.decide, name="desk-decide"),
    path(VISIT + "check-ins/<str:key>/time/", desk_check_ins.settle_time, name="desk-time"),
    path(VISIT + "sheet/", desk.sheet, name="desk-sheet"),
    path(VISIT + "close/", desk.close, name="desk-close"),
    path(VISIT + "stops/", desk_plan.plan, name="desk-plan"),
    path(VISIT + "stops/new/", desk_plan.new_stop, name="desk-plan-new"),
    path(STOP + "plan/", desk_plan.edit_stop, name="desk-plan-stop"),
    path(STOP + "move/", desk_plan.move_stop, name="desk-plan-move"),
    path(STOP + "remove/", desk_plan.remove_stop, name="desk-plan-remove"),
    path(VISIT + "contact/", desk_hosts.contact, name="desk-contact"),
    path(STOP + "hosts/", desk_hosts.hosts, name="desk-hosts"),
    path(STOP + "hosts/invite/", desk_hosts.invite, name="desk-host-invite"),
    path(STOP + "hosts/visitors/", desk_hosts.ask_visitors, name="desk-ask-visitors"),
    path(STOP + "hosts/<str:role_code>/end/", desk_hosts.end, name="desk-host-end"),
    path(STOP + "documents/", desk_documents.documents, name="desk-documents"),
    path(STOP + "documents/<str:document_code>/move/", desk_documents.move, name="desk-document-move"),
    path(STOP + "documents/<str:document_code>/remove/", desk_documents.remove, name="desk-document-remove"),
    path(STOP, desk.stop_list, name="desk-stop"),
    path(STOP + "code/", desk.stop_code, name="desk-code"),
    path(STOP + "code/now/", desk.stop_code_now, name="desk-code-now"),
    path(STOP + "walk-in/", desk_check_ins.walk_in, name="desk-walk-in"),
    path(STOP + "excuse/<str:learner_code>/", desk.excuse, name="desk-excuse"),
    path(STOP + "tick/<str:learner_code>/", desk.tick, name="desk-tick"),
]
