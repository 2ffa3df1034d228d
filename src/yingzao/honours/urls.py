from django.urls import path

from yingzao.honours.views import (
    badges,
    certificates,
    committee,
    design,
    desk,
    learner,
    looking,
    notices,
    public,
    records,
)

app_name = "honours"

# /desk/<programme>/selections/
SELECTION = "desk/<str:programme_code>/selections/<str:code>/"
# /desk/<programme>/certificates/
CERTIFICATES = "desk/<str:programme_code>/certificates/"
# /committee/<programme>/selection/<code>/
COMMITTEE = "committee/<str:programme_code>/selection/<str:code>/"

urlpatterns = [
    path("desk/<str:programme_code>/scheme/", desk.scheme, name="desk-scheme"),
    path("desk/<str:programme_code>/selections/", desk.selections, name="desk-selections"),
    path("desk/<str:programme_code>/selections/new/", desk.new_selection, name="desk-selection-new"),
    path(SELECTION, desk.selection, name="desk-selection"),
    path(SELECTION + "change/", desk.change_selection, name="desk-selection-change"),
    path(SELECTION + "freeze/", desk.freeze, name="desk-freeze"),
    path(SELECTION + "submit/", desk.submit, name="desk-submit"),
    path(SELECTION + "remake/", desk.remake, name="desk-remake"),
    path(SELECTION + "bars/", desk.bar, name="desk-bar"),
    path(SELECTION + "bars/<str:bar_code>/lift/", desk.lift_bar, name="desk-lift-bar"),
    path(SELECTION + "points/", desk.give_points, name="desk-points"),
    path(
        SELECTION + "points/<str:points_code>/take-back/", desk.take_back_points, name="desk-points-take-back"
    ),
    path(SELECTION + "parts/<str:part>/", desk.enter_part, name="desk-part"),
    path(SELECTION + "what-if/", looking.what_if, name="desk-what-if"),
    path(SELECTION + "compare/", looking.compare, name="desk-compare"),
    path(SELECTION + "minutes/", looking.minutes, name="desk-minutes"),
    path(SELECTION + "pack.zip", desk.pack, name="desk-pack"),
    path(SELECTION + "places/<str:enrolment_code>/", desk.place, name="desk-place"),
    path(SELECTION + "notice/", notices.new_notice, name="desk-notice-new"),
    path(SELECTION + "issue/", certificates.issue, name="desk-issue"),
    path("desk/<str:programme_code>/notices/<str:code>/", notices.notice, name="desk-notice"),
    path("desk/<str:programme_code>/notices/<str:code>/sheet/", notices.sheet, name="desk-notice-sheet"),
    path("desk/<str:programme_code>/objections/", notices.objections, name="desk-objections"),
    path("desk/<str:programme_code>/objections/<str:code>/", notices.objection, name="desk-objection"),
    path("desk/<str:programme_code>/objections/<str:code>/log/", notices.note, name="desk-objection-note"),
    path(
        "desk/<str:programme_code>/objections/<str:code>/contact/",
        notices.contact,
        name="desk-objection-contact",
    ),
    path("desk/<str:programme_code>/objections/<str:code>/correct/", notices.correct, name="desk-correct"),
    path("desk/<str:programme_code>/objections/<str:code>/recheck/", notices.recheck, name="desk-recheck"),
    path(CERTIFICATES, certificates.certificates, name="desk-certificates"),
    path(CERTIFICATES + "series/", certificates.series, name="desk-series"),
    path(CERTIFICATES + "keys/", certificates.keys, name="desk-badge-keys"),
    path(CERTIFICATES + "look/<str:kind>/", design.design, name="desk-design"),
    path(CERTIFICATES + "look/<str:kind>/preview/", design.preview, name="desk-design-preview"),
    path(CERTIFICATES + "runs/<str:code>/", certificates.progress, name="desk-run"),
    path(CERTIFICATES + "<str:code>/", certificates.certificate, name="desk-certificate"),
    path(CERTIFICATES + "<str:code>/picture.png", certificates.picture, name="desk-certificate-picture"),
    path(CERTIFICATES + "<str:code>/reissue/", certificates.reissue, name="desk-reissue"),
    path("desk/<str:programme_code>/records/<str:code>.pdf", records.desk_sheet, name="desk-record-sheet"),
    path("desk/<str:programme_code>/records/<str:code>.json", records.desk_json, name="desk-record-json"),
    path(COMMITTEE, committee.selection, name="committee-selection"),
    path(COMMITTEE + "decide/", committee.decide, name="committee-decide"),
    path(COMMITTEE + "tie/", committee.decide_tie, name="committee-tie"),
    path("my/certificates/", learner.certificates, name="learner-certificates"),
    path("my/certificates/<str:code>/picture.png", learner.picture, name="learner-certificate-picture"),
    path("my/certificates/<str:code>/badge.png", learner.badge_picture, name="learner-badge-picture"),
    path("my/certificates/<str:code>/badge.jwt", learner.badge_token, name="learner-badge-token"),
    path("my/certificates/<str:code>/badge.json", learner.badge_json, name="learner-badge-json"),
    path("my/records/<str:code>.pdf", records.my_sheet, name="learner-record-sheet"),
    path("my/records/<str:code>.json", records.my_json, name="learner-record-json"),
    path("my/records/<str:code>.jwt", records.my_token, name="learner-record-token"),
    path("notices/", public.notices, name="public-notices"),
    path("notices/<str:code>/", public.notice, name="public-notice"),
    path("badges/achievements/<str:code>/", badges.achievement, name="badge-achievement"),
    path("badges/achievements/<str:code>/picture.png", badges.picture, name="badge-picture"),
    path("badges/<str:office>/", badges.issuer, name="badge-issuer"),
    path("badges/<str:office>/keys/<str:code>/", badges.key, name="badge-key"),
    path("badges/<str:office>/status/<str:code>/<int:number>/", badges.status, name="badge-status"),
    path("verify/", public.verify, name="verify"),
    path("verify/badge/", public.badge, name="verify-badge"),
    path("verify/<str:code>/", public.certificate, name="verify-certificate"),
]
