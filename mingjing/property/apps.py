"""The app of the room; nothing happens at start."""

from django.apps import AppConfig


class PropertyConfig(AppConfig):
    name = "mingjing.property"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "涉案财物"
