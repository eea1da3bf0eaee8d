"""The Django app of the face `counter`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """The face `counter` as Django sees it."""

    name = "mingjing.counter"
    label = "counter"
    verbose_name = "办事窗口"
    default_auto_field = "django.db.models.BigAutoField"
