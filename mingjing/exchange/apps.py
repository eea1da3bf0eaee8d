"""The Django app of the room `exchange`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The room `exchange` as Django sees it."""

    name = "mingjing.exchange"
    label = "exchange"
    verbose_name = "数据交换"
    default_auto_field = "django.db.models.BigAutoField"
