"""The Django app of the room `supervision`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """The room `supervision` as Django sees it."""

    name = "mingjing.supervision"
    label = "supervision"
    verbose_name = "监督"
    default_auto_field = "django.db.models.BigAutoField"
