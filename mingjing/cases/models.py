"""Tables of the case room: the acts, which are the record, and the rows derived from them, which are only an index.

Every index is written with every act, so there is none that another one begins with (`db_index=False`), and what is
unique is so by a constraint: `unique=True` brings a second index on PostgreSQL, for patterns that nobody looks for.
What belongs to an agency carries it in every key, at the end, so that agencies can be spread over several databases.
"""

from typing import Any

from django.db import models


class Case(models.Model):
    """One case. Everything below `opened_on` is derived from the acts and may be rebuilt from them."""

    code = models.CharField(max_length=32)  # in addresses; random, so that it cannot be guessed
    log_code = models.CharField(max_length=32)  # in the public log; never shown beside `code`
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    procedure = models.CharField(max_length=16)
    region = models.CharField(max_length=6)
    field = models.CharField(max_length=16)
    imported = models.BooleanField(default=False)
    fragment = models.BooleanField(default=False)  # an excerpt: what it does not say is unknown, not undone
    source = models.CharField(max_length=500, blank=True)  # of an imported case: where its facts come from
    opened_on = models.DateField(null=True)  # null only where an imported excerpt gives no day at all

    number = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300, blank=True)
    party_name = models.CharField(max_length=200, blank=True)
    party_kind = models.CharField(max_length=24, blank=True)
    party_code = models.CharField(max_length=32, blank=True)
    decision_no = models.CharField(max_length=80, blank=True)
    stage = models.CharField(max_length=16)
    ended = models.BooleanField(default=False)
    last_act_at = models.DateTimeField()
    act_count = models.PositiveIntegerField(default=0)
    next_due = models.DateField(null=True)
    score = models.PositiveSmallIntegerField(default=100)
    vetoed = models.BooleanField(default=False)
    breaches = models.PositiveIntegerField(default=0)
    hints = models.PositiveIntegerField(default=0)  # what a rule only tells
    unknowns = models.PositiveIntegerField(default=0)
    handlers = models.JSONField(default=list)
    erased = models.BooleanField(default=False)  # its content was lawfully destroyed; see the stone

    class Meta:
        indexes = [
            # With the words that people look for: a search then reads this index and not the whole table.
            models.Index(
                *("agency", models.F("last_act_at").desc(), models.F("id").desc()),
                *("number", "decision_no", "party_name", "title"),
                name="case_by_agency",
            ),
            models.Index(
                "agency", "stage", models.F("last_act_at").desc(), models.F("id").desc(), name="case_by_stage"
            ),
            models.Index("agency", "ended", "next_due", name="case_by_due"),
            # Imported files by what was found in them, the worst first; a live case is not written into it.
            models.Index(
                *("agency", models.F("vetoed").desc(), "score"),
                *(models.F("breaches").desc(), models.F("hints").desc(), models.F("id").desc()),
                condition=models.Q(imported=True),
                name="case_by_trouble",
            ),
            models.Index("agency", "opened_on", condition=models.Q(imported=False), name="case_by_first_day"),
            # The worst files first, with what such a list is narrowed by.
            models.Index(
                *("agency", models.F("vetoed").desc(), "score", models.F("id").desc(), "ended", "imported"),
                name="case_by_score",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code", "agency"], name="case_code_once"),
            models.UniqueConstraint(fields=["log_code", "agency"], name="case_log_code_once"),
        ]

    def __str__(self) -> str:
        return self.number or self.code


class Acts(models.Manager["Act"]):
    """The acts, asked for as they lie."""

    def of(self, case: Case) -> models.QuerySet["Act"]:
        """Give the acts of one case: with its agency, so that one partition is read."""
        return self.filter(agency=case.agency_id, case=case)


class Act(models.Model):
    """One step of a case as it was recorded. Triggers refuse every later change, whoever asks."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="acts", db_index=False)
    # That of the case: PostgreSQL lays the acts by it, so whoever knows it says it (`objects.of`).
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=48)
    code = models.CharField(max_length=32)
    facts = models.JSONField()
    performers = models.JSONField()
    evidence = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True)  # null only in an imported excerpt that does not give the day
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)
    held = models.JSONField(default=list)  # the verdicts that were not a pass, in full
    passed = models.JSONField(default=list)  # the rules that passed it, each with the version that did
    pack_digest = models.CharField(max_length=64)
    imported = models.BooleanField(default=False)
    once = models.CharField(max_length=64)  # the sender's token: the same form sent twice is one act
    salt = models.BinaryField(max_length=32)
    commitment = models.CharField(max_length=64)

    objects = Acts()

    class Meta:
        ordering = ["case", "seq"]
        constraints = [
            # The agency stands last: who does not know it still finds an act by one seek in each partition.
            models.UniqueConstraint(fields=["code", "agency"], name="act_code_once"),
            models.UniqueConstraint(fields=["once", "agency"], name="act_once"),
            models.UniqueConstraint(fields=["case", "seq", "agency"], name="act_seq_once"),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=False) | models.Q(imported=True), name="act_has_its_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.kind}"

    @property
    def verdicts(self) -> list[dict[str, Any]]:
        """Every verdict the act relied on; of a pass only the rule, its version and the outcome."""
        return [*self.held, *({**one, "outcome": "pass"} for one in self.passed)]


class CaseDeadline(models.Model):
    """One limit of one case as it stood when it was last computed; the act log is the truth."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="deadlines", db_index=False)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    topic = models.CharField(max_length=24)
    start_seq = models.PositiveIntegerField(default=0)
    due = models.DateTimeField(null=True)
    status = models.CharField(max_length=12)
    urges = models.BooleanField()  # somebody still has to act by it: running, or past and unmet
    steps = models.JSONField()  # the derivation, line by line

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "rule", "start_seq", "agency"], name="deadline_once"),
        ]
        indexes = [
            models.Index("agency", "urges", "due", "id", name="deadline_by_due"),
            models.Index("agency", "topic", "urges", "due", name="deadline_by_topic"),
            # In which cases days that pass may change something: read from this index alone.
            models.Index(
                *("case", "status", "due"),
                condition=models.Q(status__in=["running", "paused", "unknown", "missed"]),
                name="deadline_by_case",
            ),
            models.Index(
                *("agency", "rule", "due", "id"), condition=models.Q(urges=True), name="deadline_by_rule"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.status}"


class CaseFinding(models.Model):
    """One breach or open question found in a case, as it stood when it was last computed."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="findings", db_index=False)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    act_seq = models.PositiveIntegerField(default=0)  # 0: of the case as a whole
    rule = models.CharField(max_length=120)
    outcome = models.CharField(max_length=8)
    severity = models.CharField(max_length=8)
    points = models.PositiveSmallIntegerField(default=0)
    veto = models.BooleanField(default=False)
    title = models.CharField(max_length=120)
    reason = models.TextField()
    item = models.CharField(max_length=24, blank=True)  # of the review standard

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "rule", "act_seq", "agency"], name="finding_once"),
        ]
        indexes = [models.Index("agency", "outcome", "rule", name="finding_by_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.outcome}"


class CaseSum(models.Model):
    """So many cases, limits or findings of an agency more, or fewer, in one place; see `sums`."""

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=8)  # case, limit, finding: of each only some of what follows is said
    imported = models.BooleanField()
    ended = models.BooleanField()
    vetoed = models.BooleanField()
    score = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=16, blank=True)  # of the case
    due = models.DateTimeField(null=True)
    n = models.IntegerField()
    loose = models.BooleanField()  # added since the rows of the agency were last drawn together

    class Meta:
        indexes = [
            models.Index("agency", "what", name="sum_by_agency"),
            models.Index("agency", condition=models.Q(loose=True), name="sum_loose"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.n:+d}"


class CaseOutcome(models.Model):
    """How a violation of a party was dealt with, so that like cases and earlier violations are one seek.

    Of a party only digests are kept: enough to find the same party again, not to read who it is.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="outcomes", db_index=False)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    act_seq = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12)  # penalty, no_penalty, prompt
    standing = models.BooleanField()  # neither revoked nor changed since
    region = models.CharField(max_length=6)
    field = models.CharField(max_length=16)
    violation = models.CharField(max_length=300)
    violation_key = models.CharField(max_length=64)
    tier = models.CharField(max_length=12, blank=True)
    party_kind = models.CharField(max_length=24, blank=True)
    party_code_key = models.CharField(max_length=32, blank=True)
    party_name_key = models.CharField(max_length=32, blank=True)
    fine_fen = models.BigIntegerField(null=True)
    sum_fen = models.BigIntegerField(default=0)  # fine, illegal gain and goods together
    kinds = models.CharField(max_length=200, blank=True)  # of the penalty: ",warning,fine,"
    decided_on = models.DateField()
    corrected = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "outcome", "act_seq", "agency"], name="outcome_once"),
        ]
        indexes = [
            # Everything that likeness reads stands in the index, the fines in their order.
            models.Index(
                *("violation_key", "tier", "party_kind", "region", "fine_fen"),
                *("decided_on", "case", "agency"),
                condition=models.Q(outcome="penalty", standing=True, fine_fen__isnull=False),
                name="outcome_by_likeness",
            ),
            models.Index("agency", "violation_key", "tier", "party_kind", name="outcome_by_agency"),
            # Which penalties of a year must be filed is read from this index alone.
            models.Index(
                *("agency", "decided_on", "sum_fen", "party_kind", "kinds", "case"),
                condition=models.Q(outcome="penalty", standing=True),
                name="outcome_by_sum",
            ),
            models.Index("party_code_key", "decided_on", name="outcome_by_party_code"),
            models.Index("party_name_key", "decided_on", name="outcome_by_party_name"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.violation}"


class CaseCitation(models.Model):
    """That a case cites an article, so that the law browser finds it by one seek."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="citations", db_index=False)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    law = models.CharField(max_length=120)  # as the register of statutes names it
    article = models.PositiveIntegerField()  # 0 where no article is named

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "law", "article", "agency"], name="citation_once")
        ]
        indexes = [models.Index("law", "article", "agency", "case", name="citation_by_article")]

    def __str__(self) -> str:
        return f"{self.law} {self.article}"


class CaseParty(models.Model):
    """That a case names a party: by digests of its code and of its name, so that a dossier is one seek."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="parties", db_index=False)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    code_key = models.CharField(max_length=32, blank=True)
    name_key = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "code_key", "name_key", "agency"], name="party_once"),
        ]
        indexes = [
            models.Index("code_key", "agency", "case", name="party_by_code"),
            models.Index("name_key", "agency", "case", name="party_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PartyMerge(models.Model):
    """One step of saying that two keys mean one party: proposed, confirmed by another, or undone. Append-only."""

    PROPOSED, CONFIRMED, REFUSED, UNDONE = "proposed", "confirmed", "refused", "undone"

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=10)
    # Of a later step, the proposal it is about; the keys stand in the proposal alone.
    proposal = models.ForeignKey("self", models.PROTECT, null=True, related_name="steps", db_index=False)
    one_key = models.CharField(max_length=32, blank=True)
    other_key = models.CharField(max_length=32, blank=True)
    names = models.CharField(max_length=400, blank=True)
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index("agency", "step", name="merge_by_agency"),
            models.Index("proposal", name="merge_by_proposal"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.at:%Y-%m-%d}"


class DossierAccess(models.Model):
    """One look of somebody at the dossier of a party. Triggers refuse every later change."""

    party_key = models.CharField(max_length=32)
    person = models.CharField(max_length=150)
    person_agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("party_key", models.F("at").desc(), name="dossier_access_by_party")]

    def __str__(self) -> str:
        return f"{self.person} {self.at:%Y-%m-%d}"


class CaseHandler(models.Model):
    """Who handles which case, so that a workbench is one seek."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="handler_rows", db_index=False)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    username = models.CharField(max_length=150, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "username", "agency"], name="handler_once")]

    def __str__(self) -> str:
        return self.username


class Draft(models.Model):
    """What a person has typed and not yet recorded; it goes when the act is recorded."""

    case_code = models.CharField(max_length=32, blank=True)  # "" while the case is not opened yet
    kind = models.CharField(max_length=48)
    person = models.CharField(max_length=150)  # or the desk of a role, see drafts.hand_over
    prepared_by = models.CharField(max_length=150, blank=True)
    form = models.JSONField()  # field name -> the texts as typed, not yet facts
    once = models.CharField(max_length=64)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_code", "kind", "person"], name="draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person}"


class NumberSeries(models.Model):
    """The last serial given out in one series. Locked in the transaction of the act, so no number is skipped."""

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    word = models.CharField(max_length=16)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "word", "year"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕{self.last}"
