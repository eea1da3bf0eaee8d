"""The Django app of the room `oversight`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """The room `oversight` as Django sees it."""

    name = "mingjing.oversight"
    label = "oversight"
    verbose_name = "执法监督文书"
    default_auto_field = "django.db.models.BigAutoField"
