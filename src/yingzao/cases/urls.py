from django.urls import path

from yingzao.cases.views import desk, learner, library

app_name = "cases"
urlpatterns = [
    path("my/library/", library.my_library, name="learner-library"),
    path("my/library/<str:code>/", library.my_library_case, name="learner-library-case"),
    path("desk/<str:programme_code>/library/", library.library, name="desk-library"),
    path("desk/<str:programme_code>/library/new/", library.library_new, name="desk-library-new"),
    path("desk/<str:programme_code>/library/<str:code>/", library.library_case, name="desk-library-case"),
    path(
        "desk/<str:programme_code>/library/<str:code>/edit/", library.library_edit, name="desk-library-edit"
    ),
    path(
        "desk/<str:programme_code>/library/<str:code>/push/", library.library_push, name="desk-library-push"
    ),
    path("my/cases/<str:code>/", learner.case, name="learner-case"),
    path("desk/<str:programme_code>/cases/<str:code>/", desk.case, name="desk-case"),
    path("desk/<str:programme_code>/cases/<str:code>/edit/", desk.case_edit, name="desk-case-edit"),
]
