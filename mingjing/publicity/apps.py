"""The Django app of the room `publicity`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class PublicityConfig(AppConfig):
    """The room `publicity` as Django sees it."""

    name = "mingjing.publicity"
    label = "publicity"
    verbose_name = "公示"
    default_auto_field = "django.db.models.BigAutoField"
