from django.urls import path

from yingzao.core.media import views

app_name = "media"
urlpatterns = [
    path("files/<str:code>/", views.file, name="file"),
    path("files/<str:code>/<int:width>/", views.file_at, name="file-at"),
]
