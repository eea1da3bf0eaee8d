"""The Django app of the room `translog`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class TranslogConfig(AppConfig):
    """The room `translog` as Django sees it."""

    name = "mingjing.translog"
    label = "translog"
    verbose_name = "存证日志"
    default_auto_field = "django.db.models.BigAutoField"
