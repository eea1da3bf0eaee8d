"""The Django app of the room `disputes`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class DisputesConfig(AppConfig):
    """The room `disputes` as Django sees it."""

    name = "mingjing.disputes"
    label = "disputes"
    verbose_name = "复议诉讼"
    default_auto_field = "django.db.models.BigAutoField"
