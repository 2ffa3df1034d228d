from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "yingzao.enrolment"
    label = "enrolment"
