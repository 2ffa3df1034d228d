from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from yingzao.fieldwork.views import (
    desk,
    desk_guides,
    desk_interviews,
    desk_map,
    desk_proposals,
    desk_questions,
    desk_sheets,
    desk_walks,
    mine,
    public,
)

app_name = "fieldwork"
FIELD = "desk/<str:programme_code>/"
DESK = FIELD + "resident-surveys/"


def _of_one(prefix: str, name: str) -> list[URLPattern]:
    """A survey's pages: at the desk of a programme, and for whoever holds the right for this survey alone."""
    one = prefix + "<str:code>/"
    views: list[tuple[str, Callable[..., HttpResponse], str]] = [
        ("", desk.survey, "survey"),
        ("settings/", desk.settings, "settings"),
        ("poster/", desk.poster, "poster"),
        ("blank/", desk.blank, "blank"),
        ("answers.xlsx", desk.export_xlsx, "export-xlsx"),
        ("answers.csv", desk.export_csv, "export-csv"),
        ("xlsform.xlsx", desk.export_form, "export-form"),
        ("questions/", desk_questions.questions, "questions"),
        ("questions/new/", desk_questions.question_new, "question-new"),
        ("questions/import/", desk_questions.import_form, "import"),
        ("questions/of/<str:name>/", desk_questions.question, "question"),
        ("questions/of/<str:name>/act/", desk_questions.question_act, "question-act"),
        ("paper/", desk_sheets.paper, "paper"),
        ("sheets/", desk_sheets.sheets, "sheets"),
        ("sheets/<str:sheet_code>/", desk_sheets.sheet, "sheet"),
        ("sheets/<str:sheet_code>/need/", desk_sheets.need, "need"),
    ]
    return [path(one + end, view, name=f"{name}-{what}") for end, view, what in views]


urlpatterns = [
    path("s/<str:token>/", public.survey, name="survey"),
    path("s/<str:token>/results/", public.results, name="survey-results"),
    path(DESK, desk.survey_list, name="desk-list"),
    path(DESK + "new/", desk.survey_new, name="desk-new"),
    path(DESK + "<str:code>/copy/", desk.copy, name="desk-copy"),
    *_of_one(DESK, "desk"),
    path("my/resident-surveys/", mine.surveys, name="my-list"),
    *_of_one("my/resident-surveys/", "my"),
    # desk/<programme>/walks
    path(FIELD + "walks/", desk_walks.walk_list, name="desk-walks"),
    path(FIELD + "walks/<str:code>/", desk_walks.walk, name="desk-walk"),
    path(FIELD + "walks/<str:code>/sheet/", desk_walks.sheet, name="desk-walk-sheet"),
    path(
        FIELD + "walks/<str:code>/<str:point_code>/make/<str:kind>/", desk_walks.make, name="desk-point-make"
    ),
    # desk/<programme>/interviews, guides, proposals
    path(FIELD + "interviews/", desk_interviews.interview_list, name="desk-interviews"),
    path(FIELD + "interviews/<str:code>/", desk_interviews.interview, name="desk-interview"),
    path(FIELD + "interviews/<str:code>/contact/", desk_interviews.contact, name="desk-interview-contact"),
    path(FIELD + "interviews/<str:code>/withdraw/", desk_interviews.withdraw, name="desk-interview-withdraw"),
    path(FIELD + "interviews/<str:code>/erase/", desk_interviews.erase, name="desk-interview-erase"),
    path(FIELD + "interviews/<str:code>/need/", desk_interviews.need, name="desk-interview-need"),
    path(FIELD + "guides/", desk_guides.guide_list, name="desk-guides"),
    path(FIELD + "guides/new/", desk_guides.new, name="desk-guide-new"),
    path(FIELD + "guides/ready/", desk_guides.ready, name="desk-guides-ready"),
    path(FIELD + "guides/<str:code>/", desk_guides.guide, name="desk-guide"),
    path(FIELD + "guides/<str:code>/sheet/", desk_guides.sheet, name="desk-guide-sheet"),
    path(FIELD + "proposals/", desk_proposals.proposal_list, name="desk-proposals"),
    path(FIELD + "proposals/<str:code>/", desk_proposals.proposal, name="desk-proposal"),
    # desk/<programme>/resource-map
    path(FIELD + "resource-map/", desk_map.choose, name="desk-map-choose"),
    path(FIELD + "resource-map/<str:code>/", desk_map.resource_map, name="desk-map"),
    path(FIELD + "resource-map/<str:code>/sheet/", desk_map.sheet, name="desk-map-sheet"),
    path(FIELD + "resource-map/<str:code>/places.xlsx", desk_map.export_xlsx, name="desk-map-xlsx"),
    path(FIELD + "resource-map/<str:code>/places.csv", desk_map.export_csv, name="desk-map-csv"),
]
