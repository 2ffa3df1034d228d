from django.urls import path, register_converter

from yingzao.core.media import views

register_converter(views.RenditionName, "rendition")

app_name = "media"
urlpatterns = [
    path("files/<str:code>/", views.file, name="file"),
    path("files/<str:code>/<rendition:name>", views.rendition, name="rendition"),
    path("files/<str:code>/<int:width>/", views.file_at, name="file-at"),
]
