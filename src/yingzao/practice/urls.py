from django.urls import path

from yingzao.practice.views import learner, review

app_name = "practice"
urlpatterns = [
    path("my/tasks/<str:code>/", learner.task, name="learner-task"),
    path("my/tasks/<str:code>/draft/", learner.autosave, name="learner-autosave"),
    path("my/tasks/<str:code>/again/", learner.new_version, name="learner-again"),
    path("mentor/", review.mentor_queue, name="mentor-queue"),
    path("entries/<str:code>/", review.version, name="version"),
    path("desk/<str:programme_code>/tasks/<str:code>/", review.task, name="desk-task"),
    path("desk/<str:programme_code>/tasks/<str:code>/guidance/", review.guidance, name="desk-guidance"),
]
