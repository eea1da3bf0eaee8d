"""The Django app of sign-in."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """Sign-in as Django sees it."""

    name = "mingjing.signin"
    label = "signin"
    verbose_name = "登录与鉴别"
