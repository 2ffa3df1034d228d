from django.urls import path

from yingzao.courses.views import bank, columns, desk, desk_quizzes, learner, lessons, outside, quizzes

app_name = "courses"
DESK = "desk/<str:programme_code>/courses/<str:code>/"
LESSON = DESK + "lessons/<str:part_code>/"
QUIZ = LESSON + "quiz/"
MY_QUIZ = "my/courses/<str:code>/<str:part_code>/quiz/"
BANK = "desk/<str:programme_code>/questions/"
urlpatterns = [
    path("my/courses/<str:code>/", learner.course, name="learner-course"),
    path("my/courses/<str:code>/<str:part_code>/", learner.lesson, name="learner-lesson"),
    path("my/courses/<str:code>/<str:part_code>/finish/", learner.finish, name="learner-finish"),
    path(DESK, desk.course, name="desk-course"),
    path(DESK + "edit/", desk.course_edit, name="desk-course-edit"),
    path(DESK + "units/add/", lessons.unit_add, name="desk-unit-add"),
    path(DESK + "units/<str:unit_code>/", lessons.unit_edit, name="desk-unit-edit"),
    path(DESK + "units/<str:unit_code>/remove/", lessons.unit_remove, name="desk-unit-remove"),
    path(DESK + "lessons/add/", lessons.lesson_add, name="desk-lesson-add"),
    path(LESSON, lessons.lesson_edit, name="desk-lesson-edit"),
    path(LESSON + "film/", lessons.film, name="desk-lesson-film"),
    path(LESSON + "move/", lessons.move, name="desk-lesson-move"),
    path(LESSON + "remove/", lessons.remove, name="desk-lesson-remove"),
    # completions from another platform
    path(DESK + "outside/", outside.lists, name="desk-outside"),
    path(DESK + "outside/<str:file_code>/", outside.one_list, name="desk-outside-list"),
    path(DESK + "outside/<str:file_code>/columns/", columns.columns, name="desk-outside-columns"),
    path(DESK + "outside/<str:file_code>/take-back/", outside.take_back, name="desk-outside-take-back"),
    # quizzes, on the phone
    path("my/quiz/send/", quizzes.send, name="quiz-send"),
    path(MY_QUIZ, quizzes.quiz, name="learner-quiz"),
    path(MY_QUIZ + "begin/", quizzes.begin, name="learner-quiz-begin"),
    path(MY_QUIZ + "hand-in/", quizzes.hand_in, name="learner-quiz-hand-in"),
    path(MY_QUIZ + "attempts/<str:attempt_code>/", quizzes.attempt, name="learner-attempt"),
    # quizzes, at the desk
    path(QUIZ, desk_quizzes.quiz, name="desk-quiz"),
    path(QUIZ + "settings/", desk_quizzes.settings, name="desk-quiz-settings"),
    path(QUIZ + "items/", desk_quizzes.items, name="desk-quiz-items"),
    path(QUIZ + "questions/", desk_quizzes.questions, name="desk-quiz-questions"),
    path(QUIZ + "export/", desk_quizzes.export, name="desk-quiz-export"),
    path(QUIZ + "attempts/<str:attempt_code>/", desk_quizzes.attempt, name="desk-attempt"),
    # the bank
    path(BANK, bank.pools, name="desk-pools"),
    path(BANK + "import/", bank.upload, name="desk-questions-import"),
    path(BANK + "import/<str:code>/", bank.file, name="desk-questions-file"),
    path(BANK + "template/", bank.template, name="desk-questions-template"),
    path(BANK + "pools/<str:code>/", bank.pool, name="desk-pool"),
    path(BANK + "pools/<str:code>/remove/", bank.pool_remove, name="desk-pool-remove"),
    path(BANK + "pools/<str:code>/export/", bank.pool_export, name="desk-pool-export"),
    path(BANK + "pools/<str:code>/add/", bank.question_add, name="desk-question-add"),
    path(BANK + "<str:code>/", bank.question, name="desk-question"),
    path(BANK + "<str:code>/retire/", bank.retire, name="desk-question-retire"),
    path(BANK + "<str:code>/remark/", bank.remark, name="desk-question-remark"),
]
