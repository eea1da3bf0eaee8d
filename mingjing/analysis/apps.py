"""The Django app of the room `analysis`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """The room `analysis` as Django sees it."""

    name = "mingjing.analysis"
    label = "analysis"
    verbose_name = "执法分析"
    default_auto_field = "django.db.models.BigAutoField"
