from django.urls import path

from yingzao.communities.views import desk, erasing

app_name = "communities"
urlpatterns = [
    # desk/<programme>/communities
    path("desk/<str:programme_code>/communities/", desk.community_list, name="desk-list"),
    path("desk/<str:programme_code>/communities.xlsx", desk.export, name="desk-export"),
    path("desk/<str:programme_code>/communities/new/", desk.new, name="desk-new"),
    path("desk/<str:programme_code>/communities/import/", desk.import_register, name="desk-import"),
    path("desk/<str:programme_code>/communities/<str:code>/", desk.community, name="desk-community"),
    path("desk/<str:programme_code>/communities/<str:code>/phone/", desk.contact_phone, name="desk-phone"),
    path(
        "desk/<str:programme_code>/leaders/<str:code>/erase/",
        erasing.erase_leader,
        name="desk-leader-erase",
    ),
]
