from django.urls import path

from yingzao.courses.views import desk, learner, lessons

app_name = "courses"
DESK = "desk/<str:programme_code>/courses/<str:code>/"
LESSON = DESK + "lessons/<str:part_code>/"
urlpatterns = [
    path("my/courses/<str:code>/", learner.course, name="learner-course"),
    path("my/courses/<str:code>/<str:part_code>/", learner.lesson, name="learner-lesson"),
    path("my/courses/<str:code>/<str:part_code>/finish/", learner.finish, name="learner-finish"),
    path(DESK, desk.course, name="desk-course"),
    path(DESK + "edit/", desk.course_edit, name="desk-course-edit"),
    path(DESK + "units/add/", lessons.unit_add, name="desk-unit-add"),
    path(DESK + "units/<str:unit_code>/", lessons.unit_edit, name="desk-unit-edit"),
    path(DESK + "units/<str:unit_code>/remove/", lessons.unit_remove, name="desk-unit-remove"),
    path(DESK + "lessons/add/", lessons.lesson_add, name="desk-lesson-add"),
    path(LESSON, lessons.lesson_edit, name="desk-lesson-edit"),
    path(LESSON + "film/", lessons.film, name="desk-lesson-film"),
    path(LESSON + "move/", lessons.move, name="desk-lesson-move"),
    path(LESSON + "remove/", lessons.remove, name="desk-lesson-remove"),
]
