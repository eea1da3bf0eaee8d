"""The body of a stored table read back as what it is, once per content; the database is not known here."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

from mingjing.lawengine.benchmark import Benchmark
from mingjing.packs.benchmark_import import read_body
from mingjing.packs.conditions import Vocabulary
from mingjing.packs.laws import Statute, read_statute
from mingjing.packs.lists import NormList, read_list
from mingjing.packs.load import library
from mingjing.packs.source import PackFile

CACHED: Final = 256
_T = TypeVar("_T")
_K = TypeVar("_K")
_benchmarks: dict[str, Benchmark] = {}
_laws: dict[str, Statute] = {}
_lists: dict[tuple[str, str], NormList] = {}


def benchmark_of(digest: str, body: Callable[[], Mapping[str, Any]]) -> Benchmark:
    """Give the benchmark with this digest, reading its body only where it has not been read yet. Raises PackError."""
    return _kept(_benchmarks, digest, lambda: read_body("已存的基准", body()))


def list_of(code: str, digest: str, body: Callable[[], Mapping[str, Any]]) -> NormList:
    """Give the list with this code and digest, as `benchmark_of`. Raises PackError."""
    return _kept(
        _lists, (code, digest), lambda: read_list(PackFile(f"lists/{code}.toml", "", body()), _words())
    )


def law_of(digest: str, body: Callable[[], Mapping[str, Any]]) -> Statute:
    """Give the law with this digest, as `benchmark_of`. Raises PackError."""
    return _kept(_laws, digest, lambda: read_statute(body()))


def _kept(store: dict[_K, _T], key: _K, read: Callable[[], _T]) -> _T:
    if key not in store:
        if len(store) >= CACHED:
            store.clear()
        store[key] = read()
    return store[key]


@lru_cache(maxsize=1)
def _words() -> Vocabulary:
    return Vocabulary(library().fields, library().kinds)
