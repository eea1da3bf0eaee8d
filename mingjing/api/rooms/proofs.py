"""Proofs: the public log as it stands, receipts of acts, documents and evidence, the proof of a publication."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone

from mingjing.api.cases_seen import act_of, case_of
from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import Problem, not_found
from mingjing.api.rows import told
from mingjing.api.schemas import Code, Digest, Told
from mingjing.cases import bundle
from mingjing.documents import receipts as document_receipts
from mingjing.documents.selectors import document_of
from mingjing.evidence import receipts as evidence_receipts
from mingjing.evidence.selectors import NotInEvidence, item
from mingjing.publicity import selectors as public
from mingjing.translog.receipts import NotInLog

if TYPE_CHECKING:
    from mingjing.translog.receipt import Receipt

room = Room("存证")
TRACE = "通过接口出具存证回执"
FILE = "application/octet-stream"  # JSON to be kept byte for byte: the bytes are what is checked


class LogAnswer(Told):
    """The public log as it is signed now."""

    origin: str
    key: str
    size: int
    at: datetime | None
    checkpoint: str


@room.get("/log", answer=LogAnswer)
def get_log(request: Called) -> LogAnswer:
    """读取公开存证日志的来源、公钥和最近的检查点。"""
    return told(LogAnswer, public.public_log())


@room.file("/publications/{publication}/record.json", media=(FILE,))
def get_publication_record(request: Called, publication: Code) -> HttpResponse:
    """下载一份公示的存证原文：内容、盐、承诺，任何人都能重算。"""
    try:
        record = public.decision_record(publication, on=timezone.localdate())
    except public.NotPublished:
        raise not_found() from None
    return HttpResponse(record, content_type=FILE)


@room.file("/publications/{publication}/proof", media=("text/plain",))
def get_publication_proof(request: Called, publication: Code) -> HttpResponse:
    """下载一份公示在公开存证日志中的证明（tlog-proof）。"""
    try:
        proof = public.decision_proof(publication)
    except public.NotPublished:
        raise not_found() from None
    return HttpResponse(proof, content_type="text/plain")


@room.file("/cases/{code}/acts/{act}/receipt", "case.view", media=(FILE,), also=(409, 410))
def get_act_receipt(request: Called, code: Code, act: Code) -> HttpResponse:
    """下载一个行为的存证回执；还没有封存的答 409。"""
    found = act_of(request, code, act, why=TRACE)
    return _receipt(lambda: bundle.receipt_of(found))


@room.file("/cases/{code}/acts/{act}/document-receipt", "case.view", media=(FILE,), also=(409, 410))
def get_document_receipt(request: Called, code: Code, act: Code) -> HttpResponse:
    """下载一份文书的存证回执。"""
    issued = document_of(act_of(request, code, act, why=TRACE))
    if issued is None:
        raise not_found()
    return _receipt(lambda: document_receipts.receipt_of(issued))


@room.file("/cases/{code}/evidence/{digest}/receipt", "evidence.view", media=(FILE,), also=(409, 410))
def get_evidence_receipt(request: Called, code: Code, digest: Digest) -> HttpResponse:
    """下载一件证据的存证回执。"""
    case = case_of(request, code, action="evidence.view", why=TRACE)
    try:
        found = item(digest, case.code)
    except NotInEvidence:
        raise not_found() from None
    return _receipt(lambda: evidence_receipts.receipt_of(found))


def _receipt(made: "Callable[[], Receipt]") -> HttpResponse:
    try:
        return HttpResponse(made().data, content_type=FILE)
    except NotInLog as why:
        raise Problem("not-now", str(why)) from None
