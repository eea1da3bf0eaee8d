"""The Django app of the room `training`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """The room `training` as Django sees it."""

    name = "mingjing.training"
    label = "training"
    verbose_name = "培训与考试"
    default_auto_field = "django.db.models.BigAutoField"
