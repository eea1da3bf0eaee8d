"""How inspections are watched, as everybody may read it: the declared formulas and how good they were when measured."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mingjing.packs.detectors import Method, Methods, methods_of
from mingjing.packs.load import library


@dataclass(frozen=True, slots=True)
class PublishedMethod:
    """One detector with its figures and what came out on simulated bureaus; empty where it was not measured."""

    method: Method
    measured: Mapping[str, Any]
    samples: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class PublishedMethods:
    """All of them."""

    methods: Methods
    each: tuple[PublishedMethod, ...]


@cache
def draw_methods() -> PublishedMethods:
    """Give what is declared and measured (`python -m bench detectors` writes the figures). Read once."""
    methods = methods_of(library())
    measured = json.loads(files("mingjing.inspections").joinpath("measured.json").read_text(encoding="utf-8"))
    each = (
        PublishedMethod(
            one,
            measured.get(one.code, {}),
            tuple((said.name, said.alert) for said in methods.samples if said.detector == one.code),
        )
        for one in methods.each
    )
    return PublishedMethods(methods, tuple(each))
