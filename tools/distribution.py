"""How agencies are spread over a PostgreSQL cluster: which tables go where, by which statements, and which query fits.

`python -m tools.distribution` prints the statements; tests/scale/test_distribution.py looks at every query of the hot
paths. The statements are in the manner of Citus; what was tried of them is said in docs/scale.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

COLUMN: Final = "agency_id"
# Rows that grow with the acts. The first is the parent that the others point at.
DISTRIBUTED: Final = (
    "cases_case",
    "cases_act",
    "cases_casedeadline",
    "cases_casefinding",
    "cases_caseoutcome",
    "cases_casecitation",
    "cases_caseparty",
    "cases_casehandler",
    "cases_numberseries",
    "cases_casesum",
)
OF_NO_CASE: Final = ("cases_numberseries", "cases_casesum")
# Small, read by everybody, copied to every node.
REFERENCE: Final = ("personnel_agency",)
# One order for all agencies: it cannot be spread.
GLOBAL: Final = ("translog_",)


def statements() -> Iterator[str]:
    """Give the statements that spread the agencies, in their order, for a database that is migrated."""
    parent, *children = (one for one in DISTRIBUTED if one not in OF_NO_CASE)
    yield from (f"SELECT create_reference_table('{table}')" for table in REFERENCE)
    # A key to a case becomes one to the case of an agency: both lie on one node. Rooms above keep theirs unchecked.
    yield (
        "DO $body$ DECLARE one record; BEGIN FOR one IN SELECT conrelid::regclass AS place, conname "  # noqa: S608
        f"FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 "
        f"AND confrelid = '{parent}'::regclass "
        "LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.place, one.conname); END LOOP; END $body$"
    )
    for table in DISTRIBUTED:
        if table != "cases_act":  # its key has the agency already
            yield f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey, ADD PRIMARY KEY (id, {COLUMN})"
    for table in DISTRIBUTED:
        beside = "none" if table == parent else parent
        yield f"SELECT create_distributed_table('{table}', '{COLUMN}', colocate_with => '{beside}')"
    for table in children:
        yield (
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_case FOREIGN KEY (case_id, {COLUMN}) "
            f"REFERENCES {parent} (id, {COLUMN}) DEFERRABLE INITIALLY DEFERRED"
        )


# --- whether a query fits ---------------------------------------------------------------------


@dataclass(slots=True)
class Block:
    """One SELECT, INSERT, UPDATE or DELETE without those inside it, and the one it stands in."""

    text: str = ""
    outer: "Block | None" = None
    tables: dict[str, str] = field(default_factory=dict)  # alias -> distributed table

    def knows(self, alias: str) -> bool:
        """Whether an alias is of this block."""
        return alias in self.tables


_NO_ALIAS: Final = r"(?:ON|WHERE|SET|INNER|LEFT|JOIN|ORDER|GROUP|LIMIT|FOR|VALUES|RETURNING|UNION|CROSS)\b"
_FROM: Final = re.compile(
    rf"\b(?:FROM|JOIN|UPDATE|INTO)\s+([a-z_0-9]+)(?:\s+(?:AS\s+)?(?!{_NO_ALIAS})([a-z_0-9]+))?", re.IGNORECASE
)
_PARTS: Final = re.compile(
    r"\(\s*SELECT\b|\bUNION(?:\s+ALL)?\b|\(|\)|[^()]+?(?=\(|\)|\bUNION\b|$)", re.IGNORECASE | re.DOTALL
)
_OF_AGENCY: Final = re.compile(rf"(?:([a-z_0-9]+)\.)?{COLUMN}\)?\s*(=|IN)\s*(.*)", re.IGNORECASE | re.DOTALL)
_ALSO_AGENCY: Final = re.compile(rf"\(?\s*([a-z_0-9]+)\.{COLUMN}\b", re.IGNORECASE)


def unbound(sql: str) -> list[str]:
    """Give the distributed tables that a statement reads or writes without saying of which agency."""
    found: list[str] = []
    for block in _blocks(sql):
        found += _unbound_in(block)
    return list(dict.fromkeys(found))


def _blocks(sql: str) -> Iterator[Block]:
    """Give the parts of a statement, each with its tables; what stands inside another is left out of its text."""
    plain = re.sub(r"'[^']*'", "''", sql.replace('"', ""))
    top = Block()
    stack, depths, depth, done = [top], [0], 0, [top]
    for part in _PARTS.findall(plain):
        if re.match(r"\(\s*SELECT\b", part, re.IGNORECASE):
            depth += 1
            stack.append(Block("SELECT", stack[-1]))
            depths.append(depth)
            done.append(stack[-1])
        elif part.upper().startswith("UNION"):
            stack[-1] = Block(outer=stack[-1].outer)
            done.append(stack[-1])
        elif part == ")" and depth == depths[-1] and len(stack) > 1:
            stack.pop()
            depths.pop()
            stack[-1].text += " (?) "
            depth -= 1
        else:
            depth += {"(": 1, ")": -1}.get(part, 0)
            stack[-1].text += part
    for block in done:
        for table, alias in _FROM.findall(block.text):
            if table in DISTRIBUTED:
                block.tables[alias or table] = table
    yield from done


def _unbound_in(block: Block) -> list[str]:
    if insert := re.match(
        r"\s*INSERT\s+(?:OR\s+\w+\s+)?INTO\s+([a-z_0-9]+)\s*\(([^)]*)\)", block.text, re.IGNORECASE
    ):
        table, columns = insert.groups()
        return [table] if table in DISTRIBUTED and COLUMN not in re.split(r"[\s,]+", columns) else []
    if not block.tables:
        return []
    single, several, equal = _said(block)
    classes = _classes(block, equal)
    loose = [one for one in classes if not one & (single | several)]
    if not loose and len(classes) > 1 and any(not one & single for one in classes):
        loose = [one for one in classes if not one & single]  # several agencies, joined by something else
    return sorted({block.tables[alias] for one in loose for alias in one if alias in block.tables})


def _said(block: Block) -> tuple[set[str], set[str], list[tuple[str, str]]]:
    """Give the aliases whose agency is one, those whose agency is one of several, and the pairs that share theirs."""
    conditions = re.split(r"\b(?:WHERE|ON|AND|OR|HAVING|FILTER)\b", block.text, flags=re.IGNORECASE)
    single, several, equal = set(), set(), []
    alone = next(iter(block.tables)) if len(block.tables) == 1 else ""
    for said in conditions[1:]:
        match = _OF_AGENCY.match(said.strip(" ()"))
        if match is None:
            continue
        alias, how, what = match[1] or alone, match[2].upper(), match[3].strip()
        other = _ALSO_AGENCY.match(what)
        if how == "IN":
            several.add(alias)
        elif other is None or (not block.knows(other[1]) and _knows_further_out(block, other[1])):
            single.add(alias)
        else:
            equal.append((alias, other[1]))
    return single, several, equal


def _knows_further_out(block: Block, alias: str) -> bool:
    outer = block.outer
    while outer is not None and not outer.knows(alias):
        outer = outer.outer
    return outer is not None


def _classes(block: Block, equal: list[tuple[str, str]]) -> list[set[str]]:
    classes = [{alias} for alias in block.tables]
    for one, other in equal:
        joined = [each for each in classes if one in each or other in each]
        classes = [each for each in classes if each not in joined] + [set().union(*joined, {one, other})]
    return classes


if __name__ == "__main__":
    print("\n".join(f"{one};" for one in statements()))
