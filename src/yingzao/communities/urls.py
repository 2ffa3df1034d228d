from django.urls import path

from yingzao.communities.views import (
    desk,
    desk_leaders,
    desk_needs,
    desk_needs_themes,
    desk_needs_voices,
    erasing,
)

app_name = "communities"
urlpatterns = [
    # desk/<programme>/communities
    path("desk/<str:programme_code>/communities/", desk.community_list, name="desk-list"),
    path("desk/<str:programme_code>/communities.xlsx", desk.export, name="desk-export"),
    path("desk/<str:programme_code>/communities/new/", desk.new, name="desk-new"),
    path("desk/<str:programme_code>/communities/import/", desk.import_register, name="desk-import"),
    path("desk/<str:programme_code>/communities/<str:code>/", desk.community, name="desk-community"),
    path("desk/<str:programme_code>/communities/<str:code>/phone/", desk.contact_phone, name="desk-phone"),
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
