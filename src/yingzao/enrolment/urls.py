from django.urls import path

from yingzao.enrolment.views import applying, erasing, identity, imports, learners, registrations, roster

app_name = "enrolment"
urlpatterns = [
    # for whoever has the link, or the key of a registration
    path("register/<str:token>/", applying.apply, name="register"),
    path("registration/<uuid:key>/", applying.registration, name="registration"),
    path("registration/<uuid:key>/join/", applying.join, name="registration-join"),
    path("my/registrations/", applying.mine, name="my-registrations"),
    # desk/<programme>/registrations
    path("desk/<str:programme_code>/registrations/", registrations.registrations, name="desk-registrations"),
    path(
        "desk/<str:programme_code>/registrations.xlsx",
        registrations.export,
        name="desk-registrations-export",
    ),
    path(
        "desk/<str:programme_code>/registrations/settings/",
        registrations.settings,
        name="desk-registration-settings",
    ),
    path(
        "desk/<str:programme_code>/registrations/poster/",
        registrations.poster,
        name="desk-registration-poster",
    ),
    path("desk/<str:programme_code>/registrations/many/", registrations.many, name="desk-registrations-many"),
    path(
        "desk/<str:programme_code>/registrations/<str:code>/",
        registrations.registration,
        name="desk-registration",
    ),
    path(
        "desk/<str:programme_code>/registrations/<str:code>/phone/",
        registrations.phone,
        name="desk-registration-phone",
    ),
    path(
        "desk/<str:programme_code>/registrations/<str:code>/accept/",
        registrations.accept,
        name="desk-registration-accept",
    ),
    path(
        "desk/<str:programme_code>/registrations/<str:code>/is/",
        registrations.is_learner,
        name="desk-registration-is",
    ),
    path(
        "desk/<str:programme_code>/registrations/<str:code>/refuse/",
        registrations.refuse,
        name="desk-registration-refuse",
    ),
    path(
        "desk/<str:programme_code>/registrations/<str:code>/reopen/",
        registrations.reopen,
        name="desk-registration-reopen",
    ),
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
    path("desk/<str:programme_code>/roster/<str:code>/erase/", erasing.erase, name="desk-learner-erase"),
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
    path(
        "desk/<str:programme_code>/identity/<str:code>/together/",
        identity.link_together,
        name="desk-link-together",
    ),
    path("desk/<str:programme_code>/identity/<str:code>/split/", identity.split, name="desk-split"),
    path("desk/<str:programme_code>/identity/<str:code>/aside/", identity.set_aside, name="desk-aside"),
]
