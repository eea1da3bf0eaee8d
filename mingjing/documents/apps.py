"""The Django app of the room `documents`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The room `documents` as Django sees it."""

    name = "mingjing.documents"
    label = "documents"
    verbose_name = "文书"
    default_auto_field = "django.db.models.BigAutoField"
