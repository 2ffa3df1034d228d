from django.urls import path, register_converter

from yingzao.stories.views import (
    desk,
    desk_out,
    desk_share,
    desk_start,
    desk_surface,
    desk_truth,
    desk_versions,
    desk_way,
    feeds,
    public,
)

app_name = "stories"
register_converter(feeds.FeedForm, "feed_form")

# /desk/<programme>/stories/
DESK = "desk/<str:programme_code>/stories/"

urlpatterns = [
    path("desk/stories/", desk.programmes, name="desk-list"),
    path(DESK, desk.stories, name="desk-stories"),
    path(DESK + "new/", desk.new_story, name="desk-new"),
    path(DESK + "from/", desk_start.choose, name="desk-from"),
    path(DESK + "from/<str:activity_code>/", desk_start.start, name="desk-from-activity"),
    path(DESK + "import/", desk.import_story, name="desk-import"),
    path(DESK + "preview/", desk.preview, name="desk-preview"),
    path(DESK + "autosave/", desk_versions.autosave, name="desk-autosave"),
    path(DESK + "turn/", desk_surface.turn, name="desk-turn"),
    path(DESK + "<str:code>/photo/", desk_surface.photo, name="desk-photo"),
    path(DESK + "<str:code>/put/", desk_surface.put, name="desk-put"),
    path(DESK + "forget/", desk_versions.forget, name="desk-forget"),
    path(DESK + "<str:code>/versions/", desk_versions.versions, name="desk-versions"),
    path(DESK + "<str:code>/", desk.story, name="desk-story"),
    path(DESK + "<str:code>/edit/", desk.edit_story, name="desk-edit"),
    path(DESK + "<str:code>/truth/", desk_truth.truth, name="desk-truth"),
    path(DESK + "<str:code>/truth/answer/", desk_truth.answer, name="desk-truth-answer"),
    path(DESK + "<str:code>/truth/pictures/<int:number>/", desk_truth.people, name="desk-truth-people"),
    path(
        DESK + "<str:code>/truth/pictures/<int:number>/down/",
        desk_truth.take_down,
        name="desk-truth-take-down",
    ),
    path(DESK + "<str:code>/truth/people/<str:learner_code>/", desk_truth.naming, name="desk-truth-naming"),
    path(DESK + "<str:code>/review/", desk_way.send, name="desk-send"),
    path(DESK + "<str:code>/back/", desk_way.send_back, name="desk-send-back"),
    path(DESK + "<str:code>/publish/", desk_way.publish, name="desk-publish"),
    path(DESK + "<str:code>/unschedule/", desk_way.unschedule, name="desk-unschedule"),
    path(DESK + "<str:code>/address/", desk_way.address, name="desk-address"),
    path(DESK + "<str:code>/withdraw/", desk_way.withdraw, name="desk-withdraw"),
    path(DESK + "<str:code>/comment/", desk_way.comment, name="desk-comment"),
    path(DESK + "comments/<str:code>/answer/", desk_way.answer, name="desk-answer"),
    path(DESK + "comments/<str:code>/settle/", desk_way.settle, name="desk-settle"),
    path(DESK + "<str:code>/out/", desk_out.forms, name="desk-out"),
    path(DESK + "<str:code>/out/<str:form>/", desk_out.file, name="desk-out-file"),
    path(DESK + "<str:code>/share/", desk_share.share, name="desk-share"),
    path("stories/<slug:slug>/card/<str:form>.png", public.card, name="public-card"),
    path("stories/", public.stories, name="public-list"),
    path("stories/<slug:slug>/", public.story, name="public-story"),
    path("feeds/stories.<feed_form:form>", feeds.all_stories, name="feed"),
    path("p/<slug:slug>/stories.<feed_form:form>", feeds.of_programme, name="programme-feed"),
    path("feeds/categories/<str:category>.<feed_form:form>", feeds.of_category, name="category-feed"),
    path("feeds/communities/<str:code>.<feed_form:form>", feeds.of_community, name="community-feed"),
]
