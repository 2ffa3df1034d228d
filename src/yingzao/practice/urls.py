from django.urls import path

from yingzao.practice.views import desk_parts, leaders, learner, mentor, mentor_findings, needs, review

app_name = "practice"
urlpatterns = [
    path("my/tasks/<str:code>/", learner.task, name="learner-task"),
    path("my/tasks/<str:code>/draft/", learner.autosave, name="learner-autosave"),
    path("my/tasks/<str:code>/again/", learner.new_version, name="learner-again"),
    path("my/work/<str:code>/documents/<str:file_code>/", learner.document, name="learner-document"),
    path("my/work/<str:code>/changes/", learner.changes, name="learner-changes"),
    path("my/remarks/<str:code>/", learner.settle_remark, name="learner-remark"),
    path("my/mentor/", learner.mentor, name="learner-mentor"),
    path("mentor/", mentor.queue, name="mentor-queue"),
    path("mentor/learners/", mentor.learners, name="mentor-learners"),
    path("mentor/learners/<str:code>/", mentor.learner, name="mentor-learner"),
    path("mentor/learners/<str:code>/notes/<str:note_code>/", mentor.note, name="mentor-note"),
    path(
        "mentor/learners/<str:code>/notes/<str:note_code>/remove/",
        mentor.remove_note,
        name="mentor-note-remove",
    ),
    path("mentor/phrases/<str:programme_code>/", mentor.phrases, name="mentor-phrases"),
    path("mentor/phrases/<str:programme_code>/<str:code>/", mentor.phrase, name="mentor-phrase"),
    path(
        "mentor/phrases/<str:programme_code>/<str:code>/remove/",
        mentor.remove_phrase,
        name="mentor-phrase-remove",
    ),
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
    path("my/needs/<str:code>/told/", needs.told, name="learner-need-told"),
    path("my/needs/<str:code>/photos/", needs.photos, name="learner-need-photos"),
    path(
        "my/needs/<str:code>/photos/<str:file_code>/remove/", needs.remove, name="learner-need-photo-remove"
    ),
    # mentor
    path("mentor/findings/", mentor_findings.findings, name="mentor-findings"),
    path("mentor/leaders/<str:code>/", mentor_findings.leader, name="mentor-leader"),
    path("mentor/leaders/<str:code>/contact/", mentor_findings.contact, name="mentor-contact"),
    path("mentor/needs/<str:code>/", mentor_findings.need, name="mentor-need"),
    path("entries/<str:code>/", review.version, name="version"),
    path("entries/<str:code>/changes/", review.changes, name="version-changes"),
    path("entries/<str:code>/documents/<str:file_code>/", review.document, name="version-document"),
    path("entries/<str:code>/remarks/", review.add_remark, name="version-remark-add"),
    path(
        "entries/<str:code>/remarks/<str:remark_code>/remove/",
        review.remove_remark,
        name="version-remark-remove",
    ),
    path("desk/<str:programme_code>/tasks/<str:code>/", review.task, name="desk-task"),
    path("desk/<str:programme_code>/tasks/<str:code>/guidance/", desk_parts.guidance, name="desk-guidance"),
    path("desk/<str:programme_code>/tasks/<str:code>/parts/", desk_parts.parts, name="desk-parts"),
    path(
        "desk/<str:programme_code>/tasks/<str:code>/parts/template/",
        desk_parts.template,
        name="desk-part-template",
    ),
    path(
        "desk/<str:programme_code>/tasks/<str:code>/parts/new/<str:kind>/",
        desk_parts.new,
        name="desk-part-new",
    ),
    path(
        "desk/<str:programme_code>/tasks/<str:code>/parts/<str:part_code>/", desk_parts.part, name="desk-part"
    ),
    path(
        "desk/<str:programme_code>/tasks/<str:code>/parts/<str:part_code>/move/",
        desk_parts.move,
        name="desk-part-move",
    ),
    path(
        "desk/<str:programme_code>/tasks/<str:code>/parts/<str:part_code>/remove/",
        desk_parts.remove,
        name="desk-part-remove",
    ),
]
