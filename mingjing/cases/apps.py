"""The Django app of the room `cases`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The room `cases` as Django sees it."""

    name = "mingjing.cases"
    label = "cases"
    verbose_name = "案件"
    default_auto_field = "django.db.models.BigAutoField"
