"""Tables of sign-in: factors, passwords used, who sat down when. Secrets are stored sealed or as digests only."""

from django.conf import settings
from django.db import models


class Factor(models.Model):
    """A second thing by which somebody proves who they are: an authenticator app, or a passkey of a device."""

    class Kind(models.TextChoices):
        TOTP = "totp", "动态口令"
        PASSKEY = "passkey", "通行密钥"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    title = models.CharField("名称", max_length=40)
    material = models.BinaryField(
        "密钥材料"
    )  # a TOTP secret is sealed; a passkey's public key needs no sealing
    credential = models.CharField("凭据编号", max_length=512, blank=True)  # of a passkey, hex
    counter = models.BigIntegerField(
        "计数", default=0
    )  # the last TOTP step, or the authenticator's own counter
    added_at = models.DateTimeField("添加时间")
    used_at = models.DateTimeField("最近使用", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credential"], condition=~models.Q(credential=""), name="signin_one_credential"
            )
        ]

    def __str__(self) -> str:
        return self.title


class RecoveryCode(models.Model):
    """One of the codes for the day the phone is lost; each opens the door once. Only its digest is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField("摘要", max_length=64)
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="signin_code_once")]

    def __str__(self) -> str:
        return str(self.pk)


class ActivationCode(models.Model):
    """A code from a printed sheet, by which somebody sets a first password; only its digest is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sheet = models.CharField("激活单", max_length=16)
    digest = models.CharField("摘要", max_length=64)
    made_by = models.CharField("制发人", max_length=150)
    made_at = models.DateTimeField("制发时间")
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="signin_activation_once")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.person_id}"


class PasswordUsed(models.Model):
    """A password somebody has or had, hashed, so that it does not come round again; `own` when chosen by themselves."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    hash = models.CharField("散列", max_length=200)
    at = models.DateTimeField("启用时间")
    own = models.BooleanField("本人设定", default=False)

    def __str__(self) -> str:
        return f"{self.person_id} {self.at:%Y-%m-%d}"


class Desk(models.Model):
    """The one session that counts for a person, where only one may."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.CharField("会话", max_length=64)  # digest of the session key, which opens the desk
    since = models.DateTimeField("开始时间")

    def __str__(self) -> str:
        return str(self.person_id)


class OidcLink(models.Model):
    """Which account of the unified sign-in is whose: bound at the first sign-in, a reused name opens nothing."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField("认证中心", max_length=200)
    subject = models.CharField("用户标识", max_length=255)
    linked_at = models.DateTimeField("绑定时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="signin_one_subject"),
            models.UniqueConstraint(fields=["issuer", "person"], name="signin_one_link"),
        ]

    def __str__(self) -> str:
        return self.subject


class SignIn(models.Model):
    """One try to come in, or going out. Triggers refuse every later change."""

    class Outcome(models.TextChoices):
        IN = "in", "登录"
        REFUSED = "refused", "被拒绝"
        OUT = "out", "退出"
        ENDED = "ended", "被结束"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", db_index=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    how = models.CharField("方式", max_length=60)
    address = models.CharField("地址", max_length=45, blank=True)
    agent = models.CharField("浏览器", max_length=200, blank=True)

    class Meta:
        indexes = [models.Index("person", models.F("at").desc(), name="signin_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.outcome}"


class FactorChange(models.Model):
    """That a factor came, went or a lock was lifted, by whom; in the public log as a leaf. Triggers refuse changes."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    by = models.CharField("办理人", max_length=40)
    action = models.CharField("事项", max_length=30)
    title = models.CharField("名称", max_length=60, blank=True)
    code = models.CharField("存证编号", max_length=16, unique=True)
    salt = models.BinaryField("盐")
    commitment = models.CharField("存证摘要", max_length=64)

    def __str__(self) -> str:
        return f"{self.action}:{self.person_id}"


class Try(models.Model):
    """One try of somebody without an account; `key` is a digest of what it is counted by. Old ones are deleted."""

    what = models.CharField("事项", max_length=40)
    key = models.CharField("计数对象", max_length=64)
    at = models.DateTimeField("时间")

    class Meta:
        indexes = [
            models.Index("what", "key", "at", name="try_by_key"),
            models.Index("what", "at", name="try_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"
