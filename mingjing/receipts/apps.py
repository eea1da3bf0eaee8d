"""The app of the room; nothing happens at start."""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    name = "mingjing.receipts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "票据与收费项目"
