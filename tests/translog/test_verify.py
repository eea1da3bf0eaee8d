"""Case bundles and documents: what was handed out is what was logged, all of it, unaltered."""

import copy
import hashlib
import json

import pytest

from mingjing.translog.leaf import act_commitment, document_commitment, leaf_bytes
from mingjing.translog.note import SigningKey, to_base64
from mingjing.translog.proof import InclusionProof
from mingjing.translog.tiles import CHECKPOINT, tree_of
from mingjing.translog.verify import verify_bundle, verify_document
from tests.translog.logs import KEY, MOMENT, VKEY, MemoryLog, act_leaf

PDF, CODE = b"%PDF-1.7 a decision", "MJ-7K3Q-9F"
ACTS = [{"seq": number, "kind": "filing_approved", "facts": {"matter": "占道经营"}} for number in range(1, 6)]


def make_bundle(acts=ACTS, key=KEY) -> dict:
    """The bundle of one case, its acts spread over a log of other cases' acts."""
    salts = [bytes([number]) * 16 for number in range(len(acts))]
    leaves = [
        {"v": 1, "k": "act", "c": "case-x", "n": number, "h": act_commitment(salt, act), "at": MOMENT}
        for number, (act, salt) in enumerate(zip(acts, salts, strict=True), 1)
    ]
    entries = []
    for number, leaf in enumerate(leaves, 1):
        fields = {name: leaf[name] for name in ("c", "n", "h", "at")}
        entries += [act_leaf(number, case="other"), leaf_bytes("act", fields)]
    log = MemoryLog(entries, key=key)
    tree = tree_of(log.read, len(entries))
    return {
        "format": "mingjing-case-bundle@1",
        "origin": key.name,
        "vkey": key.public.vkey,
        "checkpoint": log.files[CHECKPOINT].decode(),
        "case": {"matter": "占道经营"},
        "acts": [
            {
                "act": act,
                "salt": salt.hex(),
                "leaf": leaf,
                "index": place * 2 + 1,
                "proof": [to_base64(neighbour) for neighbour in tree.inclusion(place * 2 + 1)],
            }
            for place, (act, salt, leaf) in enumerate(zip(acts, salts, leaves, strict=True))
        ],
    }


BUNDLE = make_bundle()


def check(bundle, vkey=VKEY):
    """Check a bundle object."""
    return verify_bundle(json.dumps(bundle).encode(), vkey)


@pytest.fixture
def bundle():
    """A sound bundle to be spoiled."""
    return copy.deepcopy(BUNDLE)


def test_a_sound_bundle_passes(bundle):
    """All acts, in any order of the list, under one checkpoint."""
    report = check(bundle)
    assert report.ok, report.text
    assert report.checked == 5
    assert not report.findings
    bundle["acts"].reverse()
    assert check(bundle).ok


def test_a_bundle_held_against_its_own_key_says_so(bundle):
    """Whoever has no key from elsewhere learns what that means, and still finds a tampered act."""
    report = check(bundle, None)
    assert report.ok
    assert "自带的公钥" in report.text
    bundle["acts"][0]["act"]["facts"]["matter"] = "无照经营"
    assert not check(bundle, None).ok


def _edit_act(bundle):
    bundle["acts"][2]["act"]["facts"]["matter"] = "无照经营"


def _edit_salt(bundle):
    bundle["acts"][2]["salt"] = "00" * 16


def _edit_leaf(bundle):
    item = bundle["acts"][2]
    item["act"]["facts"]["matter"] = "无照经营"
    item["leaf"]["h"] = act_commitment(bytes.fromhex(item["salt"]), item["act"])


def _edit_moment(bundle):
    bundle["acts"][2]["leaf"]["at"] = "2026-03-04T10:00:00+08:00"


def _edit_proof(bundle):
    bundle["acts"][2]["proof"][0] = to_base64(bytes(32))


def _shorten_proof(bundle):
    bundle["acts"][2]["proof"].pop()


def _edit_index(bundle):
    bundle["acts"][2]["index"] += 1


def _withhold_middle(bundle):
    del bundle["acts"][2]


def _withhold_first(bundle):
    del bundle["acts"][0]


def _repeat(bundle):
    bundle["acts"].append(bundle["acts"][2])


def _withhold_all(bundle):
    bundle["acts"] = []


def _mix_cases(bundle):
    item = bundle["acts"][2]
    item["leaf"]["c"] = "other"


def _smuggle_content(bundle):
    bundle["acts"][2]["leaf"]["name"] = "张三"


def _edit_checkpoint(bundle):
    bundle["checkpoint"] = bundle["checkpoint"].replace("\n10\n", "\n11\n")


def _rename_log(bundle):
    bundle["origin"] = "elsewhere.gov.cn/log"


def _number_act(bundle):
    item = bundle["acts"][2]
    item["act"]["seq"] = 9


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_edit_act, "第 3 个行为（日志序号 5）：行为内容与存证时的承诺不符"),
        (_edit_salt, "第 3 个行为（日志序号 5）：行为内容与存证时的承诺不符"),
        (_edit_leaf, "第 3 个行为（日志序号 5）：不在检查点所述的日志中"),
        (_edit_moment, "第 3 个行为（日志序号 5）：不在检查点所述的日志中"),
        (_edit_proof, "第 3 个行为（日志序号 5）：不在检查点所述的日志中"),
        (_shorten_proof, "第 3 个行为（日志序号 5）：不在检查点所述的日志中"),
        (_edit_index, "第 3 个行为（日志序号 6）：不在检查点所述的日志中"),
        (_withhold_middle, "缺少第 3 个行为"),
        (_withhold_first, "缺少第 1 个行为"),
        (_withhold_all, "没有任何行为"),
        (_repeat, "编号重复"),
        (_mix_cases, "不属于同一个案件"),
        (_smuggle_content, "叶的内容不合规"),
        (_edit_checkpoint, "签名无效"),
        (_rename_log, "elsewhere.gov.cn/log"),
        (_number_act, "行为自身的序号 9"),
    ],
)
def test_a_spoiled_bundle_is_found_out(bundle, spoil, message):
    """Each alteration is named with its place; the unspoiled twin passes."""
    assert check(bundle).ok
    spoil(bundle)
    report = check(bundle)
    assert not report.ok
    assert message in report.text


def test_a_bundle_logged_out_of_order_is_found_out():
    """The numbers of the acts must run as the log does."""
    bundle = make_bundle()
    first, second = bundle["acts"][:2]
    first["leaf"], second["leaf"] = second["leaf"], first["leaf"]
    for name in ("act", "salt"):
        first[name], second[name] = second[name], first[name]
    assert "先后不一致" in check(bundle).text


def test_a_bundle_of_another_key_is_found_out():
    """A log made up for the occasion is whole by itself, but not the log that the checker knows."""
    bundle = make_bundle(key=SigningKey(KEY.name, bytes(32)))
    assert check(bundle, None).ok
    report = check(bundle)
    assert not report.ok
    assert "公钥不同" in report.text


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other@1"},
        {"vkey": None},
        {"checkpoint": 5},
        {"acts": None},
        {"acts": [5]},
        {"acts": [{"act": {}, "leaf": []}]},
        {"acts": [{"act": {}, "leaf": {}, "index": "1"}]},
        {"acts": [{"act": {}, "leaf": {}, "index": 1, "salt": "xy"}]},
        {"acts": [{"act": {}, "leaf": {}, "index": 1, "salt": "", "proof": ["?"]}]},
        {"acts": [{"act": {"n": 10**20}, "leaf": {"n": "1"}, "index": 1, "salt": "", "proof": []}]},
    ],
)
def test_a_malformed_bundle_is_told_and_never_a_crash(change):
    """Whatever a stranger sends in gets an answer."""
    report = check({**BUNDLE, **change})
    assert not report.ok
    assert report.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "JSON"),
        (b"[]", "对象"),
        (b'{"a":1,"a":2}', "重复"),
        (b'{"a":1.5}', "小数"),
        (b'{"a":NaN}', "小数"),
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(data, message):
    """Keys twice and floats have more than one meaning."""
    assert message in verify_bundle(data, VKEY).text


def document(pdf=PDF, code=CODE, kind="document") -> bytes:
    """The proof file of a logged document."""
    h = document_commitment(code, hashlib.sha256(pdf).digest())
    leaf = leaf_bytes(kind, {"h": h, "at": MOMENT})
    log = MemoryLog([act_leaf(1), leaf, act_leaf(2)])
    return InclusionProof(1, tuple(tree_of(log.read, 3).inclusion(1)), log.files[CHECKPOINT], leaf).data


def test_a_document_as_logged_passes():
    """PDF, code and proof file belong together."""
    report = verify_document(PDF, CODE, document(), VKEY)
    assert report.ok, report.text
    assert report.checkpoint.size == 3


@pytest.mark.parametrize(
    ("pdf", "code", "proof", "message"),
    [
        (PDF + b" ", CODE, document(), "文件内容与存证不符"),
        (PDF, CODE + "X", document(), "文件内容与存证不符"),
        (PDF, "码", document(), "查验码"),
        (PDF, CODE, document(kind="evidence"), "不是文书"),
        (PDF, CODE, document().replace(b"index 1", b"index 0"), "证明不成立"),
        (PDF, CODE, b"", "不是存证证明文件"),
        (PDF, CODE, document()[:-5] + b"AAA=\n", "签名"),
    ],
)
def test_a_document_not_as_logged_is_found_out(pdf, code, proof, message):
    """Another file, code, leaf, place or signature."""
    report = verify_document(pdf, code, proof, VKEY)
    assert not report.ok
    assert message in report.text
