"""How the name of a natural person who is penalised is written in public; everybody else's is masked anyhow; pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mingjing.packs.naming import Style
from mingjing.publicity.masks import MASKS, mask_given_name

_LISTED: Final = re.compile(r"[、，,；;/]")
_APART: Final = re.compile(r"[\s·•.-]")


@dataclass(frozen=True, slots=True)
class Naming:
    """The style of an agency, the fields that hold the name, and the names of one case."""

    style: Style = "partly"
    fields: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether the name is shown as it stands."""
        return self.style == "full"

    def of(self, told: Mapping[str, Any]) -> "Naming":
        """Give the same with the names that these facts state: the right ones, not those stated before."""
        stated = (told.get(name) for name in self.fields)
        parts = (part.strip() for value in stated if isinstance(value, str) for part in _LISTED.split(value))
        return replace(self, names=frozenset(filter(None, parts)))

    def among(self, kept_back: Collection[str]) -> "Naming":
        """Give the same with those names alone that are natural persons': of a firm's only what is its owner's too."""
        return replace(self, names=self.names & set(kept_back))

    def mask(self, text: str, kind: str, *, own: bool = False) -> str:
        """Mask a place of this kind; `own`: where it is known to be the name of the penalised."""
        his = own or _APART.sub("", text) in self.names
        starred = kind == "name" and his and self.style == "surname"
        return mask_given_name(text) if starred else MASKS[kind](text)
