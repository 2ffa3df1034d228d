from django.urls import path

from yingzao.courses.views import columns, desk, learner, outside

app_name = "courses"
urlpatterns = [
    path("my/courses/<str:code>/", learner.course, name="learner-course"),
    path("my/courses/<str:code>/<str:part_code>/finish/", learner.finish, name="learner-finish"),
    path("desk/<str:programme_code>/courses/<str:code>/", desk.course, name="desk-course"),
    path("desk/<str:programme_code>/courses/<str:code>/edit/", desk.course_edit, name="desk-course-edit"),
    path("desk/<str:programme_code>/courses/<str:code>/outside/", outside.lists, name="desk-outside"),
    path(
        "desk/<str:programme_code>/courses/<str:code>/outside/<str:file_code>/",
        outside.one_list,
        name="desk-outside-list",
    ),
    path(
        "desk/<str:programme_code>/courses/<str:code>/outside/<str:file_code>/columns/",
        columns.columns,
        name="desk-outside-columns",
    ),
    path(
        "desk/<str:programme_code>/courses/<str:code>/outside/<str:file_code>/take-back/",
        outside.take_back,
        name="desk-outside-take-back",
    ),
    path(
        "desk/<str:programme_code>/courses/<str:code>/lessons/<str:part_code>/",
        desk.lesson_edit,
        name="desk-lesson-edit",
    ),
]
