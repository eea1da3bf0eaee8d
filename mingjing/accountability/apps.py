"""The Django app of the room `accountability`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    """The room `accountability` as Django sees it."""

    name = "mingjing.accountability"
    label = "accountability"
    verbose_name = "责任追究"
    default_auto_field = "django.db.models.BigAutoField"
