"""The Django app of the room `complaints`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """The room `complaints` as Django sees it."""

    name = "mingjing.complaints"
    label = "complaints"
    verbose_name = "投诉举报"
    default_auto_field = "django.db.models.BigAutoField"
