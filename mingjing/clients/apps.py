"""The Django app of API clients."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """API clients as Django sees them."""

    name = "mingjing.clients"
    label = "clients"
    verbose_name = "接口客户端"
