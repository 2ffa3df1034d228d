from django.urls import path

from yingzao.people.views import account, data, door, erasures, look, privacy, retention

app_name = "people"
urlpatterns = [
    path("sign-in/", door.sign_in, name="sign-in"),
    path("sign-in/demo/", door.sign_in_demo, name="sign-in-demo"),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("setup/", door.setup, name="setup"),
    path("join/<str:token>/", door.join, name="join"),
    path("reset/<str:token>/", door.reset, name="reset"),
    path("privacy/", privacy.privacy, name="privacy"),
    # /me/
    path("me/", account.account, name="me"),
    path("me/details/", account.details, name="details"),
    path("me/password/", account.password, name="password"),
    path("me/sign-ins/", account.sign_ins, name="sign-ins"),
    path("me/sign-out-everywhere/", account.sign_out_everywhere, name="sign-out-everywhere"),
    path("me/devices/<str:code>/sign-out/", account.sign_out_device, name="sign-out-device"),
    # /me/data/
    path("me/data/", data.mine, name="data"),
    path("me/data/copy/", data.ask_copy, name="data-copy"),
    path("me/data/copies/<str:code>/", data.copy, name="data-copy-progress"),
    path("me/data/forget/", data.forget, name="forget"),
    path("me/data/forget/<str:code>/take-back/", data.take_back, name="forget-take-back"),
    # for organisers of an organisation
    path("erasures/", erasures.erasures, name="desk-erasures"),
    path("erasures/<str:code>/", erasures.erasure, name="desk-erasure"),
    path("erasures/<str:code>/refuse/", erasures.refuse, name="desk-erasure-refuse"),
    path("retention/", retention.retention, name="retention"),
    path("retention/<str:code>/", retention.settings, name="desk-retention"),
    path("look/<str:code>/", look.settings, name="desk-look"),
    path("o/<str:code>/look.css", look.style, name="look"),
]
