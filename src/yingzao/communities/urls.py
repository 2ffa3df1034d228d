from django.urls import path

from yingzao.communities.views import (
    desk,
    desk_graph,
    desk_leaders,
    desk_needs,
    desk_needs_themes,
    desk_needs_voices,
    desk_rolls,
    erasing,
)

app_name = "communities"
urlpatterns = [
    # desk/<programme>/communities
    path("desk/<str:programme_code>/communities/", desk.community_list, name="desk-list"),
    path("desk/<str:programme_code>/communities.xlsx", desk.export, name="desk-export"),
    path("desk/<str:programme_code>/communities/new/", desk.new, name="desk-new"),
    path("desk/<str:programme_code>/communities/import/", desk.import_register, name="desk-import"),
    path("desk/<str:programme_code>/communities/gaps/", desk_graph.gap_list, name="desk-gaps"),
    path(
        "desk/<str:programme_code>/communities/graph/import/",
        desk_graph.import_graph,
        name="desk-graph-import",
    ),
    path("desk/<str:programme_code>/communities/graph.xlsx", desk_graph.export, name="desk-graph-export"),
    path("desk/<str:programme_code>/communities/all/<str:kind>/", desk_graph.node_list, name="desk-nodes"),
    path("desk/<str:programme_code>/communities/<str:code>/", desk.community, name="desk-community"),
    path("desk/<str:programme_code>/communities/<str:code>/edit/", desk.edit, name="desk-community-edit"),
    path("desk/<str:programme_code>/communities/<str:code>/phone/", desk.contact_phone, name="desk-phone"),
    path("desk/<str:programme_code>/communities/<str:code>/graph/", desk_graph.walk, name="desk-walk"),
    path(
        "desk/<str:programme_code>/communities/<str:code>/timeline/",
        desk_graph.timeline,
        name="desk-timeline",
    ),
    path("desk/<str:programme_code>/communities/<str:code>/tie/", desk_graph.tie, name="desk-tie"),
    path(
        "desk/<str:programme_code>/communities/<str:code>/tie/<int:key>/", desk_graph.untie, name="desk-untie"
    ),
    path(
        "desk/<str:programme_code>/communities/<str:code>/photo/<int:key>/",
        desk_graph.remove_photo,
        name="desk-node-photo-remove",
    ),
    path(
        "desk/<str:programme_code>/communities/<str:code>/new/<str:kind>/",
        desk_graph.new,
        name="desk-node-new",
    ),
    path(
        "desk/<str:programme_code>/communities/<str:code>/step/<str:node_code>/",
        desk_graph.step,
        name="desk-group-step",
    ),
    path(
        "desk/<str:programme_code>/communities/<str:code>/<str:kind>/<str:node_code>/",
        desk_graph.node,
        name="desk-node",
    ),
    path(
        "desk/<str:programme_code>/communities/<str:code>/<str:kind>/<str:node_code>/edit/",
        desk_graph.edit,
        name="desk-node-edit",
    ),
    path(
        "desk/<str:programme_code>/communities/<str:code>/<str:kind>/<str:node_code>/aside/",
        desk_graph.put_aside,
        name="desk-node-aside",
    ),
    path(
        "desk/<str:programme_code>/communities/<str:code>/<str:kind>/<str:node_code>/photos/",
        desk_graph.add_photos,
        name="desk-node-photos",
    ),
    # desk/<programme>/rolls
    path("desk/<str:programme_code>/rolls/", desk_rolls.roll_list, name="desk-rolls"),
    path("desk/<str:programme_code>/rolls/new/", desk_rolls.new, name="desk-roll-new"),
    path("desk/<str:programme_code>/rolls/<str:code>/", desk_rolls.roll, name="desk-roll"),
    path("desk/<str:programme_code>/rolls/<str:code>/edit/", desk_rolls.edit, name="desk-roll-edit"),
    path("desk/<str:programme_code>/rolls/<str:code>/remove/", desk_rolls.remove, name="desk-roll-remove"),
    path(
        "desk/<str:programme_code>/rolls/<str:code>/<int:key>/strike-off/",
        desk_rolls.strike_off,
        name="desk-roll-strike-off",
    ),
    # desk/<programme>/leaders, desk/<programme>/needs
    path("desk/<str:programme_code>/leaders/", desk_leaders.leader_list, name="desk-leaders"),
    path("desk/<str:programme_code>/leaders.xlsx", desk_leaders.export, name="desk-leaders-export"),
    path(
        "desk/<str:programme_code>/leaders/in-clear/",
        desk_leaders.export_in_clear,
        name="desk-leaders-in-clear",
    ),
    path("desk/<str:programme_code>/leaders/<str:code>/", desk_leaders.leader, name="desk-leader"),
    path(
        "desk/<str:programme_code>/leaders/<str:code>/contact/",
        desk_leaders.contact,
        name="desk-leader-contact",
    ),
    path(
        "desk/<str:programme_code>/leaders/<str:code>/asked/",
        desk_leaders.ask_again,
        name="desk-leader-asked",
    ),
    path(
        "desk/<str:programme_code>/leaders/<str:code>/withdraw/",
        desk_leaders.withdraw,
        name="desk-leader-withdraw",
    ),
    path("desk/<str:programme_code>/needs/", desk_needs.need_list, name="desk-needs"),
    path("desk/<str:programme_code>/needs.xlsx", desk_needs.export, name="desk-needs-export"),
    path("desk/<str:programme_code>/needs/new/", desk_needs.new, name="desk-need-new"),
    path("desk/<str:programme_code>/needs/to-tell/", desk_needs_voices.to_tell, name="desk-needs-to-tell"),
    path("desk/<str:programme_code>/needs/alike/", desk_needs_voices.alike, name="desk-needs-alike"),
    path("desk/<str:programme_code>/needs/alike/look/", desk_needs_voices.look, name="desk-needs-look"),
    path(
        "desk/<str:programme_code>/needs/alike/<str:code>/",
        desk_needs_voices.decide,
        name="desk-needs-decide",
    ),
    path("desk/<str:programme_code>/needs/themes/", desk_needs_themes.choose, name="desk-need-themes"),
    path(
        "desk/<str:programme_code>/needs/themes/<str:code>/", desk_needs_themes.table, name="desk-need-table"
    ),
    path(
        "desk/<str:programme_code>/needs/themes/<str:code>/sheet/",
        desk_needs_themes.sheet,
        name="desk-need-sheet",
    ),
    path(
        "desk/<str:programme_code>/needs/themes/<str:code>/<str:theme_code>/",
        desk_needs_themes.theme,
        name="desk-need-theme",
    ),
    path(
        "desk/<str:programme_code>/needs/themes/<str:code>/<str:theme_code>/arrange/",
        desk_needs_themes.arrange,
        name="desk-need-arrange",
    ),
    path("desk/<str:programme_code>/needs/<str:code>/", desk_needs.need, name="desk-need"),
    path("desk/<str:programme_code>/needs/<str:code>/terms/", desk_needs.terms, name="desk-need-terms"),
    path(
        "desk/<str:programme_code>/needs/<str:code>/voice/",
        desk_needs_voices.add_voice,
        name="desk-need-voice",
    ),
    path(
        "desk/<str:programme_code>/needs/<str:code>/merge/", desk_needs_voices.merge, name="desk-need-merge"
    ),
    path("desk/<str:programme_code>/needs/<str:code>/undo/", desk_needs_voices.undo, name="desk-need-undo"),
    path(
        "desk/<str:programme_code>/needs/<str:code>/told/<str:voice_code>/",
        desk_needs_voices.told,
        name="desk-need-told",
    ),
    path(
        "desk/<str:programme_code>/needs/<str:code>/untold/<str:voice_code>/",
        desk_needs_voices.untold,
        name="desk-need-untold",
    ),
    path(
        "desk/<str:programme_code>/leaders/<str:code>/erase/",
        erasing.erase_leader,
        name="desk-leader-erase",
    ),
]
