"""The Django app of the room `onsite`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class OnsiteConfig(AppConfig):
    """The room `onsite` as Django sees it."""

    name = "mingjing.onsite"
    label = "onsite"
    verbose_name = "现场记录"
    default_auto_field = "django.db.models.BigAutoField"
