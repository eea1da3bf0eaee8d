"""The Django app of the room `appraisal`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    """The room `appraisal` as Django sees it."""

    name = "mingjing.appraisal"
    label = "appraisal"
    verbose_name = "案卷评查与考核"
    default_auto_field = "django.db.models.BigAutoField"
