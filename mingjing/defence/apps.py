"""The Django app of the room `defence`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class DefenceConfig(AppConfig):
    """The room `defence` as Django sees it."""

    name = "mingjing.defence"
    label = "defence"
    verbose_name = "陈述申辩"
    default_auto_field = "django.db.models.BigAutoField"
