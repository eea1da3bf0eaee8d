"""The app of the room; nothing happens at start."""

from django.apps import AppConfig


class NormsConfig(AppConfig):
    name = "mingjing.norms"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "清单与基准"
