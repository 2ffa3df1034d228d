from django.urls import path

from yingzao.communities.views import desk, desk_leaders, desk_needs, erasing

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
    path("desk/<str:programme_code>/needs/<str:code>/", desk_needs.need, name="desk-need"),
    path(
        "desk/<str:programme_code>/leaders/<str:code>/erase/",
        erasing.erase_leader,
        name="desk-leader-erase",
    ),
]
