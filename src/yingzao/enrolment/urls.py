from django.urls import path

from yingzao.enrolment.views import identity, imports, learners, roster

app_name = "enrolment"
urlpatterns = [
    # desk/<programme>/roster
    path("desk/<str:programme_code>/roster/", roster.roster, name="desk-roster"),
    path("desk/<str:programme_code>/roster.xlsx", roster.export, name="desk-roster-export"),
    path("desk/<str:programme_code>/roster/slips/", roster.slips, name="desk-slips"),
    path("desk/<str:programme_code>/roster/teams/", roster.teams, name="desk-teams"),
    path("desk/<str:programme_code>/roster/teams/<str:code>/", roster.team, name="desk-team"),
    path("desk/<str:programme_code>/roster/import/", imports.upload, name="desk-import"),
    path("desk/<str:programme_code>/roster/import/<str:code>/", imports.check, name="desk-import-check"),
    path(
        "desk/<str:programme_code>/roster/import/<str:code>/confirm/",
        imports.confirm,
        name="desk-import-confirm",
    ),
    path("desk/<str:programme_code>/roster/import/<str:code>/undo/", imports.undo, name="desk-import-undo"),
    path("desk/<str:programme_code>/roster/new/", learners.new, name="desk-learner-new"),
    path("desk/<str:programme_code>/roster/<str:code>/", learners.learner, name="desk-learner"),
    path("desk/<str:programme_code>/roster/<str:code>/edit/", learners.edit, name="desk-learner-edit"),
    path("desk/<str:programme_code>/roster/<str:code>/phone/", learners.phone, name="desk-learner-phone"),
    path("desk/<str:programme_code>/roster/<str:code>/leave/", learners.leave, name="desk-learner-leave"),
    path(
        "desk/<str:programme_code>/roster/<str:code>/reinstate/",
        learners.reinstate,
        name="desk-learner-reinstate",
    ),
    path("desk/<str:programme_code>/roster/<str:code>/invite/", learners.invite, name="desk-learner-invite"),
    path(
        "desk/<str:programme_code>/roster/<str:code>/password/",
        learners.reset_link,
        name="desk-learner-password",
    ),
    # desk/<programme>/identity
    path("desk/<str:programme_code>/identity/", identity.queue, name="desk-queue"),
    path("desk/<str:programme_code>/identity/many/", identity.link_many, name="desk-link-many"),
    path("desk/<str:programme_code>/identity/log/", identity.log, name="desk-decisions"),
    path("desk/<str:programme_code>/identity/log/<str:code>/undo/", identity.undo, name="desk-decision-undo"),
    path("desk/<str:programme_code>/identity/<str:code>/link/", identity.link, name="desk-link"),
    path("desk/<str:programme_code>/identity/<str:code>/aside/", identity.set_aside, name="desk-aside"),
]
