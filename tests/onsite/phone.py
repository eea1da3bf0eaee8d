"""A phone as the tests play it: records as the page sends them, pictures, signatures; it may lose answers."""

import hashlib
import io
import json
import secrets
import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from mingjing.kit.canonical import canonical
from mingjing.kit.clock import BEIJING

INSPECTED: Mapping[str, Any] = {
    "act_place": "舞钢市垭口街道健康路22号",
    "credential_shown": "true",
    "rights_told": "true",
    "recusal_told": "true",
    "party_present": "true",
    "inspection_finding": "现场在人行道堆放水果筐和货架，占用约2平方米。",
    "party_opinion": "属实，马上清理。",
    "party_signed": "true",
}
ON_THE_SPOT: Mapping[str, Any] = {
    "party_kind": "citizen",
    "party_name": "刘大勇",
    "party_id_kind": "resident_id",
    "party_id_number": "410481198506121014",
    "party_address": "舞钢市垭口街道健康路22号",
    "party_phone": "13700000042",
    "matter": "在街道两侧擅自堆放物料，影响市容",
    "violation_kind": "在街道两侧擅自堆放物料",
    "place": "舞钢市垭口街道健康路22号门前",
    "violation_facts": "当事人在健康路擅自堆放水果筐和货架，占用公共场地约2平方米，影响市容。",
    "violated": [{"law": "城市市容和环境卫生管理条例", "article": "第十四条"}],
    "penalty_basis": [{"law": "城市市容和环境卫生管理条例", "article": "第三十六条第二项"}],
    "penalty_kinds": ["fine"],
    "fine_yuan": "50",
    "correction_demand": "立即清理堆放物。",
    "discretion_tier": "lighter",
    "discretion_reason": "占用面积小，当场改正。",
    "discretion_benchmark": "堆放物料5平方米以下、当场改正的，处20元以上100元以下罚款",
    "credential_shown": "true",
    "rights_told": "true",
    "defence_handling": "当事人未提出陈述申辩。",
    "payment_days": "15",
    "added_fine_told": "true",
    "review_first_told": "true",
    "remedy_told": "true",
    "publicity_told": "true",
    "party_signed": "true",
}


def minute(at: datetime) -> str:
    """A moment as the page writes it."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M:00+08:00")


def photo(mark: str = "") -> bytes:
    """A small photo that no other test has."""
    made = io.BytesIO()
    Image.new(
        "RGB", (32, 24), f"#{hashlib.sha256((mark or secrets.token_hex(8)).encode()).hexdigest()[:6]}"
    ).save(made, "JPEG")
    return made.getvalue() + (mark or secrets.token_hex(8)).encode()


def signature(text: str, role: str = "party", name: str = "刘大勇") -> bytes:
    """A picture of a signature that names the words `text`."""
    made = io.BytesIO()
    Image.new("L", (40, 20), 255).save(made, "PNG")
    png = made.getvalue()
    note = {
        "of": hashlib.sha256(text.encode()).hexdigest(),
        "role": role,
        "name": name,
        "at": timezone.now().isoformat(),
    }
    body = b"iTXtmingjing-signed\0\0\0\0\0" + json.dumps(note, ensure_ascii=False).encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + chunk + png[33:]


class Phone:
    """One officer's phone at a browser of its own; `lose` says which answers never come back."""

    def __init__(self, username: str) -> None:
        self.username = username
        self.client = Client()
        person = get_user_model().objects.get(username=username)
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def text(
        self,
        kind: str,
        facts: Mapping[str, Any],
        *,
        case: str = "",
        procedure: str = "",
        performers: Sequence[str] = ("officer", "officer2"),
        at: datetime | None = None,
        by: str = "",
    ) -> str:
        """The words that are signed and sent."""
        inner = {
            "by": by or self.username,
            "case": case,
            "done_at": minute(at or timezone.now() - timedelta(minutes=30)),
            "facts": dict(facts),
            "kind": kind,
            "performers": list(performers),
            "procedure": procedure,
        }
        return canonical(inner).decode()

    def picture(
        self, once: str, case: str, data: bytes, *, signed: bool = False, digest: str = ""
    ) -> tuple[int, dict[str, Any]]:
        """Send one picture; gives the status and the answer."""
        name = "签名.png" if signed else "现场.jpg"
        sent = {
            "once": once,
            "case": case,
            "digest": digest or hashlib.sha256(data).hexdigest(),
            "signature": "1" if signed else "",
            "title": "现场照片",
            "taken_at": minute(timezone.now() - timedelta(minutes=31)),
            "place": "健康路",
            "file": SimpleUploadedFile(name, data),
        }
        answer = self.client.post("/field/pictures", sent)
        return answer.status_code, answer.json()

    def record(self, once: str, text: str, **more: Any) -> tuple[int, dict[str, Any]]:
        """Send the record itself; gives the status and the answer."""
        sent = {
            "once": once,
            "text": text,
            "photos": [],
            "signatures": [],
            "late_reason": "",
            "seen": 0,
            **more,
        }
        answer = self.client.post("/field/records", json.dumps(sent), content_type="application/json")
        return answer.status_code, answer.json()


def inspected(at: datetime | None = None, **more: Any) -> dict[str, Any]:
    """The facts of an inspection that ended just before `at`."""
    end = at or timezone.now() - timedelta(minutes=30)
    times = {
        "started_at": minute(end - timedelta(minutes=20)),
        "ended_at": minute(end - timedelta(minutes=1)),
    }
    return {**INSPECTED, **times, **more}
