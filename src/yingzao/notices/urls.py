from django.urls import path

from yingzao.notices.views import own

app_name = "notices"
urlpatterns = [
    # /me/messages/
    path("me/messages/", own.messages, name="messages"),
    path("me/messages/read/", own.mark_all_read, name="mark-all-read"),
    path("me/messages/<str:code>/", own.message, name="message"),
]
