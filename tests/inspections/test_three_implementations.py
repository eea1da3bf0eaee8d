"""Python, SQL in DuckDB and the browser's JavaScript draw the same places from ten thousand random rosters."""

import hashlib
import json
import random
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mingjing.cli.drills.draw_stage import KEY, drawn
from mingjing.inspections.drawing.draw import drawn_places
from mingjing.inspections.drawing.verify import verify_draw

ROSTERS = 10_000
SCRIPTS = Path(__file__).parents[2] / "mingjing/portal/static/portal"

# The rule of a draw said once more, in SQL. 2**256 has no type there, so the digest is divided 32 bits at a time and
# compared as text; a place counts where it comes first.
SQL = """
WITH surplus AS (
  SELECT *, (list_reduce(list_transform(range(0, 8), lambda x: 4294967295::HUGEINT),
                         lambda rest, limb: (rest * 4294967296 + limb) % size) + 1) % size AS surplus FROM rosters
), digests AS (
  SELECT roster, size, take, counter,
         sha256(prefix || unhex(lpad(to_hex(counter), 16, '0'))) AS digest,
         repeat('f', 56) || lpad(to_hex((4294967295 - surplus)::BIGINT), 8, '0') AS last_fair
  FROM surplus, range(0, 280) AS counters (counter) WHERE counter < size * 4 + 40
), places AS (
  SELECT roster, take, counter, list_reduce(
    list_transform(range(0, 8), lambda part: ('0x' || substr(digest, part * 8 + 1, 8))::BIGINT::HUGEINT),
    lambda rest, limb: (rest * 4294967296 + limb) % size) AS place
  FROM digests WHERE digest <= last_fair
), firsts AS (
  SELECT roster, take, place, min(counter) AS counter FROM places GROUP BY roster, take, place
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY roster ORDER BY counter) AS rank FROM firsts
)
SELECT roster, string_agg(counter || ':' || place, ' ' ORDER BY counter) FROM ranked
WHERE rank <= take GROUP BY roster ORDER BY roster
"""


def _rosters() -> list[tuple[int, bytes, str, int, int]]:
    """Number, seed, stratum, size and how many to take, of rosters with 1 to 60 members."""
    chance = random.Random(2026)
    sizes = [chance.randint(1, 60) for _ in range(ROSTERS)]
    return [
        (
            at,
            hashlib.sha256(str(at).encode()).digest(),
            f"{at % 7}层",
            size,
            chance.randint(1, max(1, size * 3 // 4)),
        )
        for at, size in enumerate(sizes)
    ]


def _by_python(rosters: list[tuple[int, bytes, str, int, int]]) -> list[str]:
    return [
        " ".join(f"{one.counter}:{one.place}" for one in islice(drawn_places(seed, stratum, size), take))
        for _, seed, stratum, size, take in rosters
    ]


def test_sql_draws_the_same_places() -> None:
    """Ten thousand rosters, counter by counter, byte for byte."""
    rosters = _rosters()
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE rosters (roster BIGINT, prefix BLOB, size HUGEINT, take BIGINT)")
        columns: dict[str, list[Any]] = {
            "roster": [one[0] for one in rosters],
            "prefix": [(one[1] + one[2].encode()).hex() for one in rosters],
            "size": [one[3] for one in rosters],
            "take": [one[4] for one in rosters],
        }
        connection.execute(
            "INSERT INTO rosters SELECT unnest($roster), unhex(unnest($prefix)), unnest($size), unnest($take)",
            columns,
        )
        drawn_by_sql = connection.execute(SQL).fetchall()
    assert [text for _, text in drawn_by_sql] == _by_python(rosters)


@pytest.mark.browser
def test_the_browser_draws_the_same_places(page: Any) -> None:
    """The same ten thousand in JavaScript, in a real browser, with both digests for the first thousand."""
    rosters = _rosters()
    _serve_scripts(page)
    page.goto("http://scripts.test/")
    told = [[seed.hex(), stratum, size, take] for _, seed, stratum, size, take in rosters]
    script = """async ([rosters, name]) => {
      const { DIGESTS, drawnPlaces } = await import('/draw/draw.js');
      const { fromHex } = await import('/verify/bytes.js');
      return rosters.map(([seed, stratum, size, take]) => {
        const picks = [];
        for (const pick of drawnPlaces(fromHex(seed), stratum, size, DIGESTS[name])) {
          if (picks.push(pick.join(':')) === take) break;
        }
        return picks.join(' ');
      });
    }"""
    assert page.evaluate(script, [told, "sha256"]) == _by_python(rosters)
    by_sm3 = [
        " ".join(
            f"{one.counter}:{one.place}" for one in islice(drawn_places(seed, stratum, size, "sm3"), take)
        )
        for _, seed, stratum, size, take in rosters[:1000]
    ]
    assert page.evaluate(script, [told[:1000], "sm3"]) == by_sm3


@pytest.mark.browser
def test_the_browser_runs_whole_draws_to_the_same_outcome(page: Any) -> None:
    """Inspectors, skipped firms, relieved inspectors and all: the lines of 100 bundles are those Python verified."""
    _serve_scripts(page)
    page.goto("http://scripts.test/")
    for seed in range(100):
        made = drawn(
            seed,
            sizes=(40, 7, 90),
            suite=("sha256", "sm3")[seed % 2],
            staffing={"each": 2, "together": seed % 3, "avoid": []},
        )
        if made.run.lines and seed % 3:
            first = made.run.lines[0]
            made.change(kind="skip", stratum=first.stratum, object=first.object, reason="closed")
        made.close()
        bundle = made.bundle()
        assert verify_draw(bundle, KEY.public.vkey).ok
        lines, outcome = page.evaluate(RERUN, bundle.decode())
        assert lines == json.loads(bundle)["lines"]
        assert outcome == made.run.outcome


RERUN = """async (text) => {
  const { Run } = await import('/draw/run.js');
  const { seedOf } = await import('/draw/seed.js');
  const { DIGESTS } = await import('/draw/draw.js');
  const { canonical, readObject } = await import('/verify/json.js');
  const { sha256 } = await import('/verify/sha256.js');
  const { toHex, utf8 } = await import('/verify/bytes.js');
  const bundle = readObject(utf8(text)), [, raw, bound, result] = bundle.records;
  const terms = { declaration: toHex(sha256(canonical(raw))), parties: raw.parties, silence: raw.silence };
  const seed = seedOf(terms, bound.commitments, result.reveals, result.number, DIGESTS[raw.suite]);
  const ids = Object.fromEntries(Object.entries(bundle.lists).map(([name, one]) => [name, new Map(one.ids)]));
  const run = new Run(raw, seed, (stratum, place) => ids[stratum].get(place));
  for (const record of bundle.records.slice(4)) if ('kind' in record) run.apply(record);
  return [run.texts(), run.outcome()];
}"""


def _serve_scripts(page: Any) -> None:
    """Give the browser the scripts as they are in the package, and nothing else."""

    def answer(route: Any) -> None:
        path = route.request.url.removeprefix("http://scripts.test/")
        if not path:
            route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")
        else:
            route.fulfill(body=(SCRIPTS / path).read_text(), content_type="text/javascript")

    page.route("http://scripts.test/**", answer)
