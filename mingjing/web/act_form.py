"""The form of one act: what is known, what was typed, who may do it; it judges and writes nothing itself."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.utils import timezone

from mingjing.archive.selectors import counted
from mingjing.cases import drafts, selectors, shown
from mingjing.cases.law import law_for, law_of
from mingjing.cases.services import Deed, Trial, check_act, check_opening, open_case, record_act
from mingjing.evidence.selectors import evidence_of
from mingjing.kit.clock import BEIJING
from mingjing.lawengine.model import ActKind, Law
from mingjing.packs.procedures import worded
from mingjing.packs.values import Unfit, clean_value
from mingjing.personnel.permissions import ADMINISTRATORS, may, role_names
from mingjing.personnel.selectors import people_of, people_with_role, performers_on
from mingjing.web import discretion_form, fields

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case, Draft
    from mingjing.personnel.models import Agency, Person

ONCE = re.compile(r"[0-9a-f]{32,64}")
HEAD = "head"
PREPARERS = {"officer", "clerk"}
NOT_ASKED = ("document_no",)  # given by the system when the act is recorded


@dataclass(frozen=True)
class Typed:
    """What somebody has typed, not yet judged; `done_at` stays text, so that a wrong one can be shown again."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    performers: Sequence[str] = ()
    done_at: str = ""
    evidence: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        """As a draft keeps it; a NUL, which no database text may hold, becomes the mark of an unreadable character."""
        kept = {
            "facts": dict(self.facts),
            "performers": list(self.performers),
            "done_at": self.done_at,
            "evidence": list(self.evidence),
        }
        storable: dict[str, Any] = json.loads(json.dumps(kept).replace("\\u0000", "\\ufffd"))
        return storable

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Typed":
        """As a draft kept it."""
        return cls(
            facts=kept.get("facts", {}),
            performers=tuple(kept.get("performers", ())),
            done_at=kept.get("done_at", ""),
            evidence=tuple(kept.get("evidence", ())),
        )


@dataclass(frozen=True)
class ActForm:
    """One kind of act to be recorded by one person, in a case or as the opening of a new one."""

    viewer: "Person"
    kind: ActKind
    law: Law
    agency: "Agency"
    procedure: str  # of the case, or the one that this act opens
    case: "Case | None" = None
    preparing: bool = False  # the viewer writes it out, a head decides on it

    @property
    def case_code(self) -> str:
        """The code of the case; empty while it is not opened."""
        return self.case.code if self.case else ""

    @cached_property
    def known(self) -> dict[str, Any]:
        """What the system holds already, and therefore does not ask."""
        me = performers_on([self.viewer.username], timezone.localdate())
        return selectors.prefill(self.case, self.agency, self.kind.kind, me)

    @cached_property
    def facts_so_far(self) -> Mapping[str, Any]:
        """Everything that the acts so far have stated."""
        return selectors.facts_of(self.case) if self.case else {}

    @cached_property
    def draft(self) -> "Draft":
        """The draft of this person, with the token that makes sending twice harmless."""
        return drafts.open_draft(case_code=self.case_code, kind=self.kind.kind, person=self.viewer.username)

    def start(self) -> Typed:
        """The draft as it was left, what a colleague has prepared, or a first proposal of the system."""
        if self.draft.form:
            return Typed.from_json(self.draft.form)
        if self.prepared:
            kept = Typed.from_json(self.prepared.form)
            return replace(kept, performers=[self.viewer.username], done_at=_now())
        handlers = [
            name for name in (self.case.handlers if self.case else []) if name != self.viewer.username
        ]
        others = handlers[: max(0, self.kind.performers - 1)]
        # What was proposed is what is approved and decided, unless somebody says otherwise.
        sources = {use.name: f"proposed_{use.name.removeprefix('approved_')}" for use in self.kind.fields}
        proposed = {
            name: self.facts_so_far[source]
            for name, source in sources.items()
            if source in self.facts_so_far and name not in self.facts_so_far
        }
        proposed |= counted(self.kind, self.case, at=timezone.now())
        return Typed(proposed, [] if self.preparing else [self.viewer.username, *others], _now(), ())

    @cached_property
    def prepared(self) -> "Draft | None":
        """What a colleague has written out for this viewer's role to decide on."""
        if self.preparing or not self.case:
            return None
        return drafts.waiting_for(case_code=self.case_code, kind=self.kind.kind, roles=self.viewer.roles)

    def read(self, post: QueryDict) -> Typed:
        """What was typed into the form, without what it does not ask for in view of the rest."""
        facts = discretion_form.answered(fields.read_post(self.kind, self.law.fields, post))
        asked = self.asked(facts)
        return Typed(
            facts={
                name: value
                for name, value in facts.items()
                if name in asked and not self._as_known(name, value)
            },
            performers=_words_in(post, "performers"),
            done_at=post.get("done_at", "").strip(),
            evidence=_words_in(post, "evidence"),
        )

    def _as_known(self, name: str, value: Any) -> bool:
        """Whether a fact of the case was sent back just as the case knows it: then nobody has stated it anew."""
        if name not in self.changeable:
            return False
        try:
            stated = clean_value(self.law.fields[name], value, self.law.fields, timezone.localdate())
        except Unfit:
            return False
        return bool(stated == self.known[name])

    @cached_property
    def changeable(self) -> tuple[str, ...]:
        """The facts of the case that this form does not ask for again, and that may have changed since."""
        return tuple(
            name for name in self.known if name in self.facts_so_far and self.law.fields[name].type != "rows"
        )

    def asked(self, facts: Mapping[str, Any]) -> set[str]:
        """The fields that the form asks for once it states these facts."""
        stated = fields.said(self.kind, self.law.fields, {**self.known, **facts})
        return {use.name for use in self.kind.fields_for(stated, self.facts_so_far)}

    def keep(self, typed: Typed) -> "Draft":
        """Keep what was typed as the draft."""
        form = typed.as_json() | {"procedure": self.procedure}
        return drafts.save_draft(
            case_code=self.case_code, kind=self.kind.kind, person=self.viewer.username, form=form
        )

    @cached_property
    def decider(self) -> "Person":
        """Who will record it: the viewer, or a head for whom it is prepared."""
        heads = people_with_role(self.agency.code, HEAD) if self.preparing else []
        return heads[0] if heads else self.viewer

    def deed(self, typed: Typed) -> Deed:
        """What was typed, as cases judge it. A time that is no time is left out and so asked for again."""
        return Deed(
            kind=self.kind.kind,
            facts=typed.facts,
            performers=[self.decider.username] if self.preparing else typed.performers,
            by=self.decider,
            done_at=moment(typed.done_at) or (timezone.now() if self.preparing else None),
            evidence=typed.evidence,
        )

    def trial(self, typed: Typed) -> Trial:
        """What would happen if it were recorded now."""
        if self.case:
            return check_act(case=self.case, deed=self.deed(typed))
        return check_opening(agency=self.agency, procedure=self.procedure, deed=self.deed(typed))

    def record(self, typed: Typed, once: str) -> "Act":
        """Record it. Raises ActRefused, nothing written."""
        if self.case:
            return record_act(case=self.case, deed=self.deed(typed), once=once)
        return open_case(agency=self.agency, procedure=self.procedure, deed=self.deed(typed), once=once)

    def hand_over(self, typed: Typed) -> None:
        """Lay it before the heads of the agency, who read, amend and record it."""
        self.keep(typed)
        drafts.hand_over(
            case_code=self.case_code, kind=self.kind.kind, person=self.viewer.username, role=HEAD
        )

    def send_back(self) -> None:
        """Give a prepared form back to whoever prepared it; nothing was recorded."""
        if self.prepared is None or self.case is None:
            return
        drafts.save_draft(
            case_code=self.case_code,
            kind=self.kind.kind,
            person=self.prepared.prepared_by,
            form=self.prepared.form,
        )
        drafts.drop(
            case_code=self.case_code,
            kind=self.kind.kind,
            person=self.viewer.username,
            roles=self.viewer.roles,
        )

    # --- what the page shows ----------------------------------------------------------------------

    def context(self, typed: Typed, errors: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Everything the form's template needs."""
        # A known fact is not asked for; but what the form refuses is shown for correction, and rows are written on.
        hidden = [name for name in self.known if name not in errors and self.law.fields[name].type != "rows"]
        changeable = set(self.changeable) & set(hidden)
        return {
            "changes": self._controls(
                typed,
                {},
                skip=[use.name for use in self.kind.fields if use.name not in changeable],
                beside=[use.name for use in self.kind.fields if use.name not in hidden],
            ),
            "changed": [name for name in changeable if name in typed.facts],
            "form": self,
            "case": self.case,
            "kind": self.kind,
            "controls": self._controls(
                typed, errors, skip=(*hidden, *NOT_ASKED, *self.kind.computed), beside=changeable
            ),
            "known": [shown.shown(self.law, name, self.known[name], self.names) for name in hidden],
            "performer_boxes": self._performer_boxes(typed),
            "done_at": typed.done_at[:16],
            "items": self._evidence(typed),
            "errors": errors,
            "laws": self._laws(),
            "prepared": self.prepared,
            "prepared_by": self.names.get(self.prepared.prepared_by, "") if self.prepared else "",
        }

    def _controls(
        self,
        typed: Typed,
        errors: Mapping[str, Sequence[str]],
        *,
        skip: Sequence[str],
        beside: Collection[str],
    ) -> list[fields.Control]:
        return fields.controls(
            self.kind,
            self.law.fields,
            {**self.known, **typed.facts},
            errors=errors,
            choices=self.choices,
            skip=skip,
            known=self.facts_so_far,
            beside=beside,
        )

    @cached_property
    def choices(self) -> fields.Choices:
        """The people of the agency for list boxes, without those who only keep the register."""
        return fields.Choices(people=[(one.username, _described(one)) for one in self._people])

    @cached_property
    def _people(self) -> list["Person"]:
        everybody = people_of(self.agency.code)
        return [one for one in everybody if one.is_active and set(one.roles) - set(ADMINISTRATORS)]

    @cached_property
    def names(self) -> dict[str, str]:
        """Names by username, for showing known facts."""
        return {name: label.partition("（")[0] for name, label in self.choices.people}

    def _laws(self) -> list[str]:
        """The laws that may be meant: those cited in the case so far, then those the packs rest on."""
        cited = [item["law"] for value in self.facts_so_far.values() for item in _citations(value)]
        resting = sorted({version.source.law for rule in self.law.rules for version in rule.versions})
        return list(dict.fromkeys([*cited, *resting]))

    def _performer_boxes(self, typed: Typed) -> list[dict[str, Any]]:
        count = max(self.kind.performers, len(typed.performers)) + (1 if self.kind.performers > 1 else 0)
        chosen = [*typed.performers, *[""] * count][:count]
        able = {one.username for one in self._people if set(one.roles) & set(self.kind.roles)}
        offered = sorted(self.choices.people, key=lambda one: one[0] not in able)
        return [
            {
                "number": number,
                "optional": number > self.kind.performers,
                "options": [fields.Option(code, label, code == name) for code, label in offered],
            }
            for number, name in enumerate(chosen, 1)
        ]

    def _evidence(self, typed: Typed) -> list[dict[str, Any]]:
        items = evidence_of(self.case.code) if self.case else []
        return [{"item": item, "chosen": item.digest in typed.evidence} for item in items]


def act_form(viewer: "Person", kind_name: str, case: "Case | None" = None, *, procedure: str = "") -> ActForm:
    """The form, or 404 where the packs know no such act here, or 403 where this person may not do it.

    `procedure` says which one a new case is to have, where the kind opens several.
    """
    agency = case.agency if case else viewer.agency
    law = law_of(case) if case else law_for(agency)
    kind = law.kinds.get(kind_name)
    if kind is None:
        raise Http404(kind_name)
    procedure = case.procedure if case else procedure or next(iter(kind.opens), "")
    if procedure not in (kind.procedures if case else kind.opens):
        raise Http404(kind_name)
    kind = kind.in_procedure(procedure)
    refusal = why_not(viewer, kind, agency)
    preparing = refusal is not None and case is not None and may_prepare(viewer, kind, agency)
    if refusal is not None and not preparing:
        raise PermissionDenied(refusal)
    return ActForm(
        viewer=viewer,
        kind=kind,
        law=worded(law, procedure),
        agency=agency,
        procedure=procedure,
        case=case,
        preparing=preparing,
    )


def may_prepare(viewer: "Person", kind: ActKind, agency: "Agency") -> bool:
    """Whether this person may write out an act that only a head records."""
    prepares = kind.roles == (HEAD,) and set(viewer.roles) & PREPARERS
    return bool(prepares) and may(viewer, f"act.{kind.stage}", agency.code)


def why_not(viewer: "Person", kind: ActKind, agency: "Agency") -> str | None:
    """Why this person may not record this kind of act in this agency, or None."""
    if may(viewer, f"act.{kind.stage}", agency.code) and set(viewer.roles) & set(kind.roles):
        return None
    own = role_names(viewer.roles) or "无"
    return f"“{kind.title}”由本机关的{role_names(kind.roles)}办理，您现有的角色（{own}）不能办理。"


def _words_in(post: QueryDict, name: str) -> list[str]:
    """The values of a repeated box, each once; one with a NUL is no name of anything."""
    return list(dict.fromkeys(value for value in post.getlist(name) if value and "\0" not in value))


def _now() -> str:
    return timezone.now().astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M")


def moment(text: str) -> datetime | None:
    """A local minute as typed, in Beijing time; None where it is no time, or a day without its hour."""
    if len(text) < len("2026-03-05T09:30"):
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(BEIJING) if found.tzinfo else found.replace(tzinfo=BEIJING)
    except (ValueError, OverflowError):
        return None


def _described(person: "Person") -> str:
    about = "，".join(part for part in (person.department, person.post or role_names(person.roles)) if part)
    return f"{person.name}（{about}）" if about else person.name


def _citations(fact: Any) -> list[dict[str, Any]]:
    return (
        [item for item in fact if isinstance(item, dict) and "law" in item] if isinstance(fact, list) else []
    )
