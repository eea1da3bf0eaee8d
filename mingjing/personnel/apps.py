"""The Django app of the room `personnel`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class PersonnelConfig(AppConfig):
    """The room `personnel` as Django sees it."""

    name = "mingjing.personnel"
    label = "personnel"
    verbose_name = "机构与人员"
    default_auto_field = "django.db.models.BigAutoField"
