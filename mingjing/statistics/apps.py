"""The Django app of the room `statistics`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """The room `statistics` as Django sees it."""

    name = "mingjing.statistics"
    label = "statistics"
    verbose_name = "统计报表"
    default_auto_field = "django.db.models.BigAutoField"
