from django.urls import path

from yingzao.practice.views import (
    desk_parts,
    field_door,
    field_tools,
    leaders,
    learner,
    mentor,
    mentor_field,
    mentor_findings,
    needs,
    review,
)

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
    # field
    path("field/", field_door.field, name="field"),
    path("field/files/", field_door.field_file, name="field-file"),
    path("my/walks/", field_tools.walks, name="learner-walks"),
    path("my/walks/<str:code>/", field_tools.walk, name="learner-walk"),
    path(
        "my/walks/<str:code>/photos/<uuid:key>/remove/",
        field_tools.remove_photo,
        name="learner-walk-photo-remove",
    ),
    path("my/interviews/", field_tools.interviews, name="learner-interviews"),
    path("my/interviews/<str:code>/", field_tools.interview, name="learner-interview"),
    path("my/interviews/<str:code>/contact/", field_tools.contact, name="learner-interview-contact"),
    path("my/interviews/<str:code>/withdraw/", field_tools.withdraw, name="learner-interview-withdraw"),
    path("my/proposals/", field_tools.proposals, name="learner-proposals"),
    path("my/resource-map/", field_tools.resource_map, name="learner-map"),
    # mentor
    path("mentor/findings/", mentor_findings.findings, name="mentor-findings"),
    path("mentor/leaders/<str:code>/", mentor_findings.leader, name="mentor-leader"),
    path("mentor/leaders/<str:code>/contact/", mentor_findings.contact, name="mentor-contact"),
    path("mentor/field/", mentor_field.field, name="mentor-field"),
    path("mentor/walks/<str:code>/", mentor_field.walk, name="mentor-walk"),
    path("mentor/interviews/<str:code>/", mentor_field.interview, name="mentor-interview"),
    path("mentor/interviews/<str:code>/contact/", mentor_field.contact, name="mentor-interview-contact"),
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
