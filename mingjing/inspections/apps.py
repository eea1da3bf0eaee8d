"""The app of the room; nothing happens at start."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "mingjing.inspections"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "双随机检查"
