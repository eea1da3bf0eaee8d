"""The Django app of the room `rectification`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class RectificationConfig(AppConfig):
    """The room `rectification` as Django sees it."""

    name = "mingjing.rectification"
    label = "rectification"
    verbose_name = "整改台账"
    default_auto_field = "django.db.models.BigAutoField"
