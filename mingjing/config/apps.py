"""The Django app that registers the system checks; it owns no tables."""

from django.apps import AppConfig
from django.core.checks import register

from mingjing.config.checks import CHECKS


class ConfigConfig(AppConfig):
    """The wiring as Django sees it."""

    name = "mingjing.config"
    label = "config"
    verbose_name = "系统配置"

    def ready(self) -> None:
        """Hand the checks to Django; nothing else may happen at start-up."""
        for check in CHECKS:
            register(check)
