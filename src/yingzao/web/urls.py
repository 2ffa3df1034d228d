from django.urls import path

from yingzao.web.views import committee, desk, home, learner, machines, messages, papers, public, warnings

app_name = "web"
# /desk/<programme>/papers/
PAPERS = "desk/<str:programme_code>/papers/"
urlpatterns = [
    path("", home.home, name="home"),
    path("doors/", home.doors_page, name="doors"),
    path("my/", learner.today, name="learner-today"),
    path("my/programme/", home.choose_programme, name="learner-choose"),
    path("my/duties/", learner.duties, name="learner-duties"),
    path("my/duties/<str:code>/", learner.duty, name="learner-duty"),
    path("my/score/", learner.score, name="learner-score"),
    path("my/mine/", learner.mine, name="learner-mine"),
    path("my/community/", learner.community, name="learner-community"),
    path("desk/<str:programme_code>/", desk.overview, name="desk-overview"),
    path("desk/<str:programme_code>/board/", desk.board, name="desk-board"),
    path("desk/<str:programme_code>/board.xlsx", desk.board_export, name="desk-board-export"),
    path("desk/<str:programme_code>/board/remind/", desk.remind, name="desk-remind"),
    path("desk/<str:programme_code>/warnings/", warnings.desk, name="desk-warnings"),
    path("desk/<str:programme_code>/warnings.xlsx", warnings.export, name="desk-warnings-export"),
    path("desk/<str:programme_code>/warnings/remind/", warnings.remind, name="desk-warnings-remind"),
    path("mentor/warnings/", warnings.mentor, name="mentor-warnings"),
    path("desk/<str:programme_code>/ledger.xlsx", desk.ledger_export, name="desk-ledger-export"),
    path("desk/<str:programme_code>/ledger/", desk.ledger, name="desk-ledger"),
    path("desk/<str:programme_code>/record/<str:code>/", desk.learner, name="desk-record"),
    path("desk/<str:programme_code>/record/<str:code>/<str:activity_code>/", desk.duty, name="desk-trace"),
    path("desk/<str:programme_code>/evidence/<uuid:key>/", desk.evidence, name="desk-evidence"),
    path("desk/<str:programme_code>/messages/", messages.record, name="desk-messages"),
    path("desk/<str:programme_code>/messages/write/", messages.write, name="desk-write"),
    path("desk/<str:programme_code>/messages/reminders/", messages.reminders, name="desk-reminders"),
    path("desk/<str:programme_code>/messages/robots/", messages.robots, name="desk-robots"),
    path("desk/<str:programme_code>/messages/robots/<str:code>/", messages.robot, name="desk-robot"),
    path(
        "desk/<str:programme_code>/messages/robots/<str:code>/act/", messages.robot_act, name="desk-robot-act"
    ),
    path(
        "desk/<str:programme_code>/messages/<str:code>/again/", messages.send_again, name="desk-message-again"
    ),
    path(PAPERS, papers.index, name="desk-papers"),
    path(PAPERS + "report.docx", papers.report, name="desk-paper-report"),
    path(PAPERS + "objections.docx", papers.objections, name="desk-paper-objections"),
    path(PAPERS + "news.docx", papers.news, name="desk-paper-news"),
    path(PAPERS + "minutes/<str:code>.docx", papers.minutes, name="desk-paper-minutes"),
    path(PAPERS + "notices/<str:code>.docx", papers.notice, name="desk-paper-notice"),
    path(PAPERS + "sign-in/<str:code>.docx", papers.sign_in, name="desk-paper-sign-in"),
    path(PAPERS + "folders/<str:code>/", papers.folder, name="desk-folder"),
    path(PAPERS + "folders/<str:code>/make/", papers.make_folder, name="desk-folder-make"),
    path("committee/", committee.programmes, name="committee-list"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemaps/pages.xml", machines.sitemap_pages, name="sitemap-pages"),
    path("sitemaps/stories-<int:number>.xml", machines.sitemap_stories, name="sitemap-stories"),
    path("o/<str:code>/", public.organisation, name="organisation"),
    path("p/", public.programmes, name="public-programmes"),
    path("p/<slug:slug>/", public.programme, name="public-programme"),
]
