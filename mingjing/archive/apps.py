"""The Django app of the room `archive`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """The room `archive` as Django sees it."""

    name = "mingjing.archive"
    label = "archive"
    verbose_name = "案卷归档"
    default_auto_field = "django.db.models.BigAutoField"
