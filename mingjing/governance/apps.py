"""The Django app of the room `governance`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """The room `governance` as Django sees it."""

    name = "mingjing.governance"
    label = "governance"
    verbose_name = "法治建设"
    default_auto_field = "django.db.models.BigAutoField"
