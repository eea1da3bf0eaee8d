"""The kinds of complaints and the channels they come by, in the words of the screens."""

from django.db import models


class Kind(models.TextChoices):
    CONDUCT = "conduct", "对执法行为的投诉"
    VIOLATION = "violation", "违法行为举报"
    SUGGESTION = "suggestion", "意见建议"


class Channel(models.TextChoices):
    ONLINE = "online", "网上"
    HALL = "hall", "窗口来访"
    PHONE = "phone", "来电"
    LETTER = "letter", "来信"
    TRANSFER = "transfer", "其他机关转来"
    HOTLINE = "hotline", "12345 热线工单"
