from django.urls import path

from yingzao.notices.views import devices, own, settings

app_name = "notices"
urlpatterns = [
    # /me/messages/
    path("me/messages/", own.messages, name="messages"),
    path("me/messages/read/", own.mark_all_read, name="mark-all-read"),
    path("me/messages/settings/", settings.settings, name="settings"),
    path("me/messages/address/", settings.address, name="address"),
    path("me/messages/devices/", devices.add_device, name="add-device"),
    path("me/messages/devices/<str:code>/", devices.device, name="device"),
    path("me/messages/<str:code>/", own.message, name="message"),
    # for whoever has the letter
    path("messages/confirm/<str:token>/", settings.confirm_address, name="confirm-address"),
    path("messages/stop/<str:token>/", settings.stop, name="stop"),
]
