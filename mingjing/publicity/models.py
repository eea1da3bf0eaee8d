"""Tables of the publicity room: what was published and withdrawn, which only grow, and the desk before that."""

from django.db import models

import mingjing.publicity.catalogue_models
import mingjing.publicity.draw_models
import mingjing.publicity.report_models
import mingjing.publicity.subscription_models  # noqa: F401  Django looks for the tables of a room here


class Preparation(models.Model):
    """A public view that one person has prepared and a second has not confirmed yet; the desk, not the record."""

    case_code = models.CharField(max_length=32)
    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    act_code = models.CharField(max_length=32)  # the decision to be published
    once = models.CharField(max_length=64, unique=True)
    facts = models.JSONField()  # of the act of publication: reason, secrecy check, until when
    marks = models.JSONField(default=list)  # words the person wants hidden beyond what the rules hide
    cleared = models.JSONField(
        default=list
    )  # [{text, reason}]: hidden by a recogniser, cleared by the person
    checked = models.JSONField(default=list)  # doubtful words that the second person looked at and left open
    view = models.JSONField()  # the public view as it was shown to the person who prepared it
    prepared_by = models.CharField(max_length=150)
    prepared_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=150, null=True)  # noqa: DJ001  null is "not yet", and is unique's mark
    confirmed_at = models.DateTimeField(null=True)
    corrects = models.ForeignKey("Publication", null=True, on_delete=models.PROTECT, related_name="+")
    correction_reason = models.TextField(blank=True)  # as the public will read it
    hides_old = models.BooleanField(default=True)  # whether the wrong words are kept from the public
    amended = models.JSONField(
        default=dict
    )  # field -> the right value, where the decision states a wrong one

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["act_code"],
                condition=models.Q(confirmed_by__isnull=True),
                name="publicity_one_open_preparation",
            )
        ]
        indexes = [models.Index("agency", "prepared_at", name="publicity_preparation_by_desk")]

    def __str__(self) -> str:
        return f"{self.case_code} {self.prepared_by}"


class Publication(models.Model):
    """One decision as it was published. Append-only: what the public was shown is never rewritten, only withdrawn."""

    code = models.CharField(
        max_length=32, unique=True
    )  # in public addresses; random, so it says nothing of the case
    case_code = models.CharField(max_length=32, db_index=True)  # never shown to the public
    act_code = models.CharField(max_length=32, db_index=True)  # the decision; never shown
    log_code = models.CharField(max_length=32, db_index=True)  # of the case in the public log; never shown
    publication_act = models.CharField(
        max_length=32, unique=True
    )  # the act by which it was published; never shown
    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    agency_name = models.CharField(max_length=100)  # as it was called when it published
    kind = models.CharField(max_length=48)  # kind of the decision act
    kind_title = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    document_no = models.CharField(max_length=128, blank=True)
    party = models.CharField(max_length=200)  # masked where it must be
    result = models.CharField(max_length=200, blank=True)  # what was decided, as lists show it
    decided_on = models.DateField(null=True)  # null only where an imported decision does not say
    due_on = models.DateField(null=True)
    published_at = models.DateTimeField()
    published_until = models.DateField(null=True)  # the last day on which the content is shown
    body = models.JSONField()  # [{name, title, value, masked}]: all that the public sees
    version = models.PositiveIntegerField(default=1)  # of the publications of this decision
    salt = models.BinaryField(max_length=32)
    commitment = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act_code", "version"], name="publicity_version_once")]
        indexes = [
            models.Index("agency", models.F("id").desc(), name="publicity_by_agency"),
            models.Index("decided_on", models.F("id").desc(), name="publicity_by_day"),
        ]

    def __str__(self) -> str:
        return self.document_no or self.code


class Withdrawal(models.Model):
    """That a publication was taken down, when, by whom and why. Append-only: the trace stays for everybody to see."""

    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="withdrawal")
    act_code = models.CharField(max_length=32, unique=True)
    ground = models.CharField(max_length=60)  # in Chinese
    reason = models.TextField()  # as the public reads it
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=150)
    salt = models.BinaryField(max_length=32)
    commitment = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.publication_id} {self.ground}"


class Ending(models.Model):
    """That the time of a publication ran out, found by itself on the day after its last. Append-only."""

    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="ending")
    last_day = models.DateField()  # on which the content was shown
    ended_at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)
    commitment = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.publication_id} {self.last_day}"


class Correction(models.Model):
    """That one publication stands in the place of a wrong one: what changed, why and when. Append-only."""

    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="correction")
    replaces = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="corrected_by")
    reason = models.TextField()  # as the public reads it
    changes = models.JSONField()  # [{title, before, after}]; before is "" where it must not be read
    corrected_at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)
    commitment = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.replaces_id} -> {self.publication_id}"


class RepairRequest(models.Model):
    """That a party asks for an early end of its publication: credit repair. Append-only; its steps follow."""

    code = models.CharField(max_length=32, unique=True)  # random: on the receipt, by it the party asks
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="repairs")
    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    case_code = models.CharField(max_length=32, db_index=True)
    applicant = models.CharField(max_length=200)
    contact = models.CharField(max_length=60)
    statement = models.TextField()  # how it corrected and performed
    letter = models.CharField(max_length=64)  # SHA-256 of the letter of commitment, evidence of the case
    requested_at = models.DateTimeField()
    entered_by = models.CharField(max_length=150, blank=True)  # "" where the party sent it itself
    salt = models.BinaryField(max_length=32)
    commitment = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index("agency", "requested_at", name="publicity_repair_by_desk")]

    def __str__(self) -> str:
        return self.code


class RepairStep(models.Model):
    """One step of a request for repair: accepted, returned, extended, approved or refused. Append-only."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "受理"
        RETURNED = "returned", "退回"
        EXTENDED = "extended", "延长办理"
        APPROVED = "approved", "准予修复"
        REFUSED = "refused", "不予修复"

    request = models.ForeignKey(RepairRequest, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.TextField(blank=True)  # as the party reads it
    done_at = models.DateTimeField()
    done_by = models.CharField(max_length=150)
    salt = models.BinaryField(max_length=32)
    commitment = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "kind"], name="publicity_repair_step_once")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"


class SearchText(models.Model):
    """What the search finds of one publication: an index, gone when the publication is withdrawn."""

    publication = models.OneToOneField(
        Publication, on_delete=models.PROTECT, primary_key=True, related_name="search_text"
    )
    text = models.TextField()  # as `terms.split` reads it, fields apart
    laws = models.TextField(default="")  # cited laws and articles in the same form
    # Beside the text, so that a search reads no publication but those of its page.
    agency_code = models.CharField(max_length=40, default="")
    region = models.CharField(max_length=6, default="")
    kind = models.CharField(max_length=48, default="")
    results = models.CharField(max_length=200, default="")
    decided_on = models.DateField(null=True)
    until = models.DateField(null=True)

    def __str__(self) -> str:
        return str(self.publication_id)


class SearchValue(models.Model):
    """An agency, region, kind or result that something was published with: what a search can be narrowed by."""

    sort = models.CharField(max_length=12)
    value = models.CharField(max_length=100)
    title = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sort", "value"], name="publicity_search_value_once")]

    def __str__(self) -> str:
        return f"{self.sort} {self.value}"


class FirmEntry(models.Model):
    """That a publication is about a firm, by its credit code; it stays when the content is taken down."""

    publication = models.OneToOneField(
        Publication, on_delete=models.PROTECT, primary_key=True, related_name="firm_entry"
    )
    code = models.CharField(max_length=18)

    class Meta:
        indexes = [models.Index("code", models.F("publication").desc(), name="publicity_by_firm")]

    def __str__(self) -> str:
        return f"{self.code} {self.publication_id}"


class PublicItem(models.Model):
    """One version of what is published before the fact: officers, guides, charts, agencies, channels. Append-only."""

    class Kind(models.TextChoices):
        AGENCY = "agency", "执法主体"
        OFFICERS = "officers", "执法人员"
        GUIDE = "guide", "服务指南"
        CHART = "chart", "执法流程图"
        RECORDING = "recording", "音像记录事项清单"
        REVIEWS = "reviews", "重大执法决定法制审核目录清单"
        BENCHMARK = "benchmark", "行政裁量权基准"
        LIST = "list", "包容审慎执法清单"
        LAWS = "laws", "执法依据"
        DELEGATIONS = "delegations", "委托执法和赋权清单"
        CHANNEL = "channel", "投诉举报渠道"
        CATALOGUE = "catalogue", "公开清单"
        LOG = "log", "存证日志"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    slug = models.CharField(
        max_length=40
    )  # the procedure of a guide or chart; empty for what an agency has one of
    agency_code = models.CharField(max_length=40, blank=True)  # empty for the log, which is everybody's
    title = models.CharField(max_length=200)
    body = models.JSONField()
    svg = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    digest = models.CharField(
        max_length=64
    )  # of title, body and picture: an equal one is not published again

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "agency_code", "slug", "version"], name="publicity_item_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug} {self.version}"
