"""The Django app of the room `evidence`: its label and its Chinese name, never start-up code."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """The room `evidence` as Django sees it."""

    name = "mingjing.evidence"
    label = "evidence"
    verbose_name = "证据"
    default_auto_field = "django.db.models.BigAutoField"
