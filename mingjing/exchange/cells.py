"""Single cells of a published table read as days, codes, kinds and citations; a refusal says how to mend the cell."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from mingjing.kit.clock import chinese_date
from mingjing.kit.document_number import parse
from mingjing.kit.identity import credit_code_error, id_number_error, organisation_code_error

WORDS: Final = Path(__file__).parent / "words.toml"

# Older than the People's Republic no published decision can be.
OLDEST: Final = date(1949, 10, 1)
_SERIAL_EPOCH: Final = date(1899, 12, 30)  # day 0 of spreadsheet dates

_DAY: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]?\d{1,2}:\d{1,2}(?::\d{1,2})?(?:\.\d+)?)?"
)
_SHORT_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
_CHINESE_DAY: Final = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_HIDDEN: Final = re.compile(r"[*●■□×…]|[xX]{3,}")
_YEAR_IN_BRACKETS: Final = re.compile(r"[〔【\[［﹝（(｛{]\s*(?:19|20)\d{2}\s*年?\s*[〕】\]］﹞）)｝}]")
_CITED: Final = re.compile(r"《([^《》]{2,60})》([^《》]*)")
_ARTICLE: Final = re.compile(
    r"第?[一二三四五六七八九十百零〇\d]+条(?:之[一二三四五六七八九十])?(?:第?[一二三四五六七八九十\d]+款)?"
    r"(?:第?[（(]?[一二三四五六七八九十\d]+[）)]?[项目])?"
)


class Unfit(Exception):
    """The cell cannot be read. The message is Chinese: what is wrong with it and what to write instead."""


def read_day(text: str, on: date) -> date:
    """Read a day however it was typed. Raises Unfit, also for a day after `on`."""
    day = _day(text)
    if day < OLDEST:
        raise Unfit(f"日期“{text}”过早，请核对")
    if day > on:
        raise Unfit(f"日期“{text}”晚于今天（{chinese_date(on)}），请核对")
    return day


def read_end(text: str) -> date:
    """Read a day that may lie ahead: the end of publicity or of validity; “无期限” is the last day of 2099."""
    if text in ("无", "无期限", "长期", "永久"):
        return date(2099, 12, 31)
    return _day(text)


def _day(text: str) -> date:
    plain = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"\d{15,}", plain) or len(_DAY.findall(plain)) > 1:
        raise Unfit(f"“{text}”像是两个日期连在一起，请核对")
    try:
        for shape in (_DAY, _SHORT_DAY):
            if found := shape.fullmatch(plain):
                return date(*map(int, found.groups()))
        if found := _CHINESE_DAY.fullmatch(plain.replace("○", "〇")):
            return date(
                int("".join(str("〇一二三四五六七八九".index(c)) for c in found[1].replace("零", "〇"))),
                *map(_small, found.groups()[1:]),
            )
        if re.fullmatch(r"[2-6]\d{4}", plain):
            return _SERIAL_EPOCH + timedelta(days=int(plain))
    except ValueError:
        pass
    raise Unfit(f"“{text[:40]}”不是日期，请写成 2026-03-05 的样子")


def _small(text: str) -> int:
    """Read 十一, 二十, 三十一 as a number."""
    tens, ten, ones = text.rpartition("十")
    value = "〇一二三四五六七八九".index
    return (value(tens or "一") * 10 if ten else 0) + (value(ones) if ones else 0)


def hidden(text: str) -> bool:
    """Say whether a code was made unreadable before publication: unknown then, and not wrong.

    X is a character of codes too, so this is asked only of a code whose check digit has failed.
    """
    return bool(_HIDDEN.search(unicodedata.normalize("NFKC", text)))


def read_credit_code(text: str) -> str:
    """Read a unified social credit code. Raises Unfit for a wrong one."""
    code = _bare(text)
    if len(code) == 36:
        raise Unfit(f"“{text}”有 36 位，像是两个代码连在一起，请核对")
    if error := credit_code_error(code):
        raise Unfit(error)
    return code


def read_id_number(text: str, on: date) -> str:
    """Read a citizen's identity number. Raises Unfit for a wrong one."""
    number = _bare(text)
    if error := id_number_error(number, on):
        raise Unfit(error)
    return number


def read_organisation_code(text: str) -> str:
    """Read a nine-character organisation code. Raises Unfit for a wrong one."""
    code = _bare(text)
    if error := organisation_code_error(code):
        raise Unfit(error)
    return code


def _bare(text: str) -> str:
    return re.sub(r"[\s　]", "", unicodedata.normalize("NFKC", text)).upper()


def numbered(text: str) -> bool:
    """Say whether a text is a document number, even one whose serial was hidden."""
    return parse(text) is not None or bool(_YEAR_IN_BRACKETS.search(text))


def number_key(text: str) -> str:
    """Give what two spellings of one decision number have in common."""
    number = parse(text)
    return unicodedata.normalize("NFKC", str(number) if number else "".join(text.split())).upper()


def read_option(text: str, group: str) -> str:
    """Read a word of a closed list. Raises Unfit."""
    plain = "".join(text.split())
    for code, names in words()[group].items():
        if plain in names:
            return str(code)
    for code, names in words()[group].items():
        if any(name in plain for name in names if len(name) > 1):
            return str(code)
    allowed = "、".join(names[0] for names in words()[group].values())
    raise Unfit(f"没有“{text[:30]}”这一类，可以写：{allowed}")


def kinds_in(text: str) -> list[str]:
    """Give the kinds of penalty that a text names."""
    plain = "".join(text.split())
    return [code for code, names in words()["penalty_kinds"].items() if any(name in plain for name in names)]


def marked(text: str, mark: str) -> bool:
    """Say whether a text carries one of the words of this mark."""
    listed = words()["marks"][mark]
    plain = "".join(text.split())
    return any(word in plain for word in (listed["words"] if isinstance(listed, dict) else listed))


def citations(text: str) -> list[dict[str, str]]:
    """Give the articles that a text cites, each with its law; a law cited without an article is left out."""
    found = []
    for title, after in _CITED.findall(text):
        law = title.removeprefix("中华人民共和国")
        articles = _ARTICLE.findall(re.split(r"[。；;]", after)[0])
        found += [{"law": law, "article": article} for article in articles]
    return list({(one["law"], one["article"]): one for one in found}.values())


def only_citation(text: str) -> bool:
    """Say whether a text is nothing but a citation, as a basis is and a fact is not."""
    rest = re.sub(
        r"^依据|的?规定$|[、，,；;。和及\s]", "", _ARTICLE.sub("", _CITED.sub(lambda m: m[2], text))
    )
    return (
        bool(_CITED.search(text))
        and len(re.sub(r"第?[（(]?[一二三四五六七八九十\d]+[）)]?[款项目]", "", rest)) < 4
    )


@cache
def words() -> Mapping[str, Any]:
    """Give the words of the tables."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
