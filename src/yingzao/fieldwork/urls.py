from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from yingzao.fieldwork.views import desk, desk_questions, desk_sheets, public

app_name = "fieldwork"
DESK = "desk/<str:programme_code>/resident-surveys/"


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
    *_of_one("my/resident-surveys/", "my"),
]
