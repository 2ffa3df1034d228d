from django.urls import path

from yingzao.cases.views import answers, desk, feeds, inbox, learner, library

app_name = "cases"
urlpatterns = [
    path("mentor/reflections/", answers.mentor_reflections, name="mentor-reflections"),
    path("reflections/<uuid:key>/", answers.reflection, name="reflection"),
    path("reflections/<uuid:key>/show/", answers.ask_to_show, name="reflection-ask"),
    path("my/reflections/<uuid:key>/show/", answers.decide, name="learner-reflection-show"),
    path("my/library/", library.my_library, name="learner-library"),
    path("my/library/<str:code>/", library.my_library_case, name="learner-library-case"),
    path("desk/<str:programme_code>/library/", library.library, name="desk-library"),
    path("desk/<str:programme_code>/library/new/", library.library_new, name="desk-library-new"),
    # above the cases, whose codes are in capitals
    path("desk/<str:programme_code>/library/feeds/", feeds.feeds, name="desk-feeds"),
    path("desk/<str:programme_code>/library/feeds/new/", feeds.feed_new, name="desk-feed-new"),
    path("desk/<str:programme_code>/library/feeds/file/", feeds.feed_file, name="desk-feed-file"),
    path("desk/<str:programme_code>/library/feeds/<str:code>/look/", feeds.feed_look, name="desk-feed-look"),
    path("desk/<str:programme_code>/library/feeds/<str:code>/open/", feeds.feed_open, name="desk-feed-open"),
    path(
        "desk/<str:programme_code>/library/feeds/<str:code>/remove/",
        feeds.feed_remove,
        name="desk-feed-remove",
    ),
    path("desk/<str:programme_code>/library/inbox/", inbox.inbox, name="desk-inbox"),
    path("desk/<str:programme_code>/library/inbox/decide/", inbox.decide, name="desk-inbox-decide"),
    path("desk/<str:programme_code>/library/inbox/leave/", inbox.leave_all, name="desk-inbox-leave"),
    path("desk/<str:programme_code>/library/inbox/<str:code>/", inbox.entry, name="desk-entry"),
    path(
        "desk/<str:programme_code>/library/inbox/<str:code>/pictures/",
        inbox.entry_pictures,
        name="desk-entry-pictures",
    ),
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
