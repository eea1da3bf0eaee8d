"""The texts that are spoken in more than Chinese: collected, compiled, checked. No GNU gettext is needed.

    python tools/translations.py           take new texts into the .po files, write the .mo files
    python tools/translations.py --check   fail where a text has no English or a file is stale (part of make lint)

Every face has a catalogue of its own, mingjing/<face>/locale/en/LC_MESSAGES/django.po; the text itself is the key.
The words of the packs that the public reads as labels have theirs beside the packs (decision 21).
What scripts say lies beside them once more, static/<face>/words/en.json, for pages to bring along.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize
from words_of_law import LAW, words

ROOT = Path(__file__).resolve().parents[1]
FACES = ROOT / "mingjing"
PLACE = Path("locale/en/LC_MESSAGES/django.po")
CALLS = {"gettext", "gettext_lazy", "gettext_noop", "_"}
PLURALS = {"ngettext", "ngettext_lazy"}
# What templatize leaves of a template: the words of each tag as a call, everything else blotted out.
CALLED = re.compile(
    r"""\b(gettext|ngettext)\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:, ?u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))?"""
)
# In scripts: t`…${value}…`, or t("…") where the browser may be old.
TAGGED = re.compile(r"(?<![\w.])t(?:`((?:[^`\\]|\\.)*)`|\(\"((?:[^\"\\]|\\.)*)\")")
VALUE = re.compile(r"\$\{(?:[^{}]|\{[^{}]*\})*\}")
SPOT = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
HEADER = {
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


class Text(NamedTuple):
    """A text as it stands in the source; `plural` is empty where it has one form."""

    one: str
    plural: str = ""


def catalogues() -> list[Path]:
    """Give the catalogue of each face that has one, and that of the packs."""
    return [*sorted(FACES.glob(f"*/{PLACE}")), LAW / PLACE]


def texts_of(face: Path) -> dict[Text, list[str]]:
    """Give every text of a face with the files that it stands in; of the packs what no face says by itself."""
    if face == LAW:
        said = {text.one for other in catalogues()[:-1] for text in texts_of(other.parents[3])}
        return {Text(word): [place] for word, place in words().items() if word not in said}
    found: dict[Text, list[str]] = {}
    for path in sorted(face.rglob("*")):
        reader = READERS.get(path.suffix)
        if reader is None or "migrations" in path.parts:
            continue
        for text in reader(path.read_text("utf-8")):
            places = found.setdefault(text, [])
            name = str(path.relative_to(FACES))
            places += [] if name in places else [name]
    return found


def in_python(source: str) -> Iterator[Text]:
    """Give the texts of calls of gettext and ngettext."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        given = [
            one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if name in CALLS and given:
            yield Text(given[0])
        elif name in PLURALS and len(given) > 1:
            yield Text(given[0], given[1])


def in_template(source: str) -> Iterator[Text]:
    """Give the texts of translate and blocktranslate tags."""
    for name, one, plural in CALLED.findall(templatize(source)):
        yield Text(ast.literal_eval(one), ast.literal_eval(plural) if name == "ngettext" and plural else "")


def in_script(source: str) -> Iterator[Text]:
    """Give the texts of t`…`, each value as {0}, {1} in order."""
    for tagged, called in TAGGED.findall(source):
        pieces = VALUE.split(tagged)
        yield Text(
            "".join(f"{{{at - 1}}}{piece}" if at else piece for at, piece in enumerate(pieces)) or called
        )


READERS = {".py": in_python, ".html": in_template, ".js": in_script}


def taken(path: Path) -> polib.POFile:
    """Give the catalogue with the texts as they are now: new ones without English, those that are gone left out."""
    old = {Text(one.msgid, one.msgid_plural): one for one in polib.pofile(str(path))}
    new = polib.POFile(wrapwidth=0)
    new.metadata = dict(HEADER)
    for text, places in sorted(texts_of(path.parents[3]).items(), key=lambda row: (row[1][0], row[0])):
        kept = old.get(text)
        entry = polib.POEntry(msgid=text.one, occurrences=[(place, "") for place in places])
        if text.plural:
            entry.msgid_plural = text.plural
            entry.msgstr_plural = dict(kept.msgstr_plural) if kept else {0: "", 1: ""}
        else:
            entry.msgstr = kept.msgstr if kept else ""
        new.append(entry)
    return new


def of_scripts(path: Path, catalogue: polib.POFile) -> tuple[Path, str]:
    """Give the file with the words of a face's scripts, and what it must hold; nothing where no script speaks."""
    face = path.parents[3]
    told = {
        one.msgid: one.msgstr
        for one in catalogue
        if any(place.endswith(".js") for place, _ in one.occurrences)
    }
    text = json.dumps(told, ensure_ascii=False, indent=0, sort_keys=True) + "\n" if told else ""
    return face / "static" / face.name / "words" / "en.json", text


def faults_of(path: Path) -> list[str]:
    """Say what is wrong with a catalogue: texts without English, other placeholders, stale files."""
    now, kept = taken(path), polib.pofile(str(path), wrapwidth=0)
    faults = [f"no English: {one.msgid}" for one in now if not one.translated()]
    faults += [f"other placeholders: {one.msgid}" for one in now if one.translated() and not same_places(one)]
    if str(now) != str(kept):
        faults.append("the catalogue is not that of the sources")
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != now.to_binary():
        faults.append("the compiled file is not that of the catalogue")
    words, text = of_scripts(path, now)
    if text and (not words.exists() or words.read_text("utf-8") != text):
        faults.append(f"{words.name} is not that of the catalogue")
    return [f"{path.relative_to(ROOT)}: {fault}" for fault in faults]


def same_places(entry: polib.POEntry) -> bool:
    """Tell whether both languages have the same placeholders; the singular may write its one as a word."""
    wanted = set(SPOT.findall(entry.msgid))
    if not entry.msgid_plural:
        return set(SPOT.findall(entry.msgstr)) == wanted
    one, other = (set(SPOT.findall(entry.msgstr_plural[form])) for form in (0, 1))
    return other == wanted and one <= wanted


def main(arguments: list[str]) -> int:
    """Write or check every catalogue."""
    if arguments == ["--check"]:
        faults = [fault for path in catalogues() for fault in faults_of(path)]
        print("\n".join(faults) if faults else f"translations: {len(catalogues())} catalogues complete")
        if faults:
            print("Run `.venv/bin/python tools/translations.py`, then write the English into the .po file.")
        return 1 if faults else 0
    for path in catalogues():
        now = taken(path)
        now.save(str(path))
        now.save_as_mofile(str(path.with_suffix(".mo")))
        words, text = of_scripts(path, now)
        if text:
            words.parent.mkdir(exist_ok=True)
            words.write_text(text, "utf-8")
        print(
            f"{path.relative_to(ROOT)}: {len(now)} texts, {len(now.untranslated_entries())} without English"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
