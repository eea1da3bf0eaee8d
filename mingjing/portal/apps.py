"""The Django app of the room `portal`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The room `portal` as Django sees it."""

    name = "mingjing.portal"
    label = "portal"
    verbose_name = "公示门户"
    default_auto_field = "django.db.models.BigAutoField"
