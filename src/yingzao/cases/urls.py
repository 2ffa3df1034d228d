from django.urls import path

from yingzao.cases.views import desk, learner

app_name = "cases"
urlpatterns = [
    path("my/cases/<str:code>/", learner.case, name="learner-case"),
    path("desk/<str:programme_code>/cases/<str:code>/", desk.case, name="desk-case"),
    path("desk/<str:programme_code>/cases/<str:code>/edit/", desk.case_edit, name="desk-case-edit"),
]
