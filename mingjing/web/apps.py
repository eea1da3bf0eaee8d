"""The Django app of the room `web`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room `web` as Django sees it."""

    name = "mingjing.web"
    label = "web"
    verbose_name = "办案平台"
    default_auto_field = "django.db.models.BigAutoField"
