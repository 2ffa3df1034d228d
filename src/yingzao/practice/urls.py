from django.urls import path

from yingzao.practice.views import leaders, learner, mentor, needs, review

app_name = "practice"
urlpatterns = [
    path("my/tasks/<str:code>/", learner.task, name="learner-task"),
    path("my/tasks/<str:code>/draft/", learner.autosave, name="learner-autosave"),
    path("my/tasks/<str:code>/again/", learner.new_version, name="learner-again"),
    # my/leaders
    path("my/leaders/new/", leaders.new, name="learner-leader-new"),
    path("my/leaders/<str:code>/", leaders.leader, name="learner-leader"),
    path("my/leaders/<str:code>/edit/", leaders.edit, name="learner-leader-edit"),
    path("my/leaders/<str:code>/step/", leaders.step, name="learner-leader-step"),
    path("my/leaders/<str:code>/touch/", leaders.touch, name="learner-leader-touch"),
    path("my/leaders/<str:code>/agreed/", leaders.agreed, name="learner-leader-agreed"),
    path("my/leaders/<str:code>/withdraw/", leaders.withdraw, name="learner-leader-withdraw"),
    path("my/leaders/<str:code>/asked/", leaders.asked, name="learner-leader-asked"),
    path("my/leaders/<str:code>/contact/", leaders.contact, name="learner-leader-contact"),
    # my/needs
    path("my/needs/new/", needs.new, name="learner-need-new"),
    path("my/needs/<str:code>/", needs.need, name="learner-need"),
    path("my/needs/<str:code>/edit/", needs.edit, name="learner-need-edit"),
    path("my/needs/<str:code>/state/", needs.state, name="learner-need-state"),
    path("my/needs/<str:code>/photos/", needs.photos, name="learner-need-photos"),
    path(
        "my/needs/<str:code>/photos/<str:file_code>/remove/", needs.remove, name="learner-need-photo-remove"
    ),
    # mentor
    path("mentor/findings/", mentor.findings, name="mentor-findings"),
    path("mentor/leaders/<str:code>/", mentor.leader, name="mentor-leader"),
    path("mentor/leaders/<str:code>/contact/", mentor.contact, name="mentor-contact"),
    path("mentor/needs/<str:code>/", mentor.need, name="mentor-need"),
    path("mentor/", review.mentor_queue, name="mentor-queue"),
    path("entries/<str:code>/", review.version, name="version"),
    path("desk/<str:programme_code>/tasks/<str:code>/", review.task, name="desk-task"),
    path("desk/<str:programme_code>/tasks/<str:code>/guidance/", review.guidance, name="desk-guidance"),
]
