"""The Django app of the API face; it has no tables, only words."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API as Django sees it."""

    name = "mingjing.api"
    label = "api"
    verbose_name = "接口"
