"""A million made-up decisions for the benchmarks of the portal, written in bulk as the services would write them."""

import json
import random
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from multiprocessing import get_context
from threading import BoundedSemaphore
from typing import Any, Final

BATCH: Final = 10_000
PROCESSES: Final = 3
FIRST_DAY: Final = date(2019, 1, 1)
SPAN: Final = 2_700  # days
TOWNS: Final = (
    *(
        ("410481", "舞钢市", "舞"),
        ("410482", "汝州市", "汝"),
        ("410421", "宝丰县", "宝"),
        ("410423", "鲁山县", "鲁"),
    ),
    *(
        ("410422", "叶县", "叶"),
        ("410425", "郏县", "郏"),
        ("410103", "二七区", "二七"),
        ("420102", "江岸区", "江"),
    ),
)
FIELDS: Final = (
    ("urban", "城市管理局", "城管"),
    ("market", "市场监督管理局", "市监"),
    ("transport", "交通运输局", "交"),
)
KINDS: Final = (
    ("penalty_decided", "行政处罚决定", "罚决"),
    ("on_the_spot_decided", "当场处罚决定", "当罚"),
    ("inspection_concluded", "行政检查结果", "检"),
    ("licence_granted", "行政许可决定", "许"),
)
LAWS: Final = (
    *(
        "城市道路管理条例",
        "城市市容和环境卫生管理条例",
        "中华人民共和国行政处罚法",
        "中华人民共和国大气污染防治法",
    ),
    *("中华人民共和国食品安全法", "中华人民共和国道路运输条例", "无证无照经营查处办法", "城镇燃气管理条例"),
)
ARTICLES: Final = tuple(
    f"第{one}条" for one in ("十二", "二十七", "三十三", "四十二", "五十六", "六十九", "一百零八")
)
DEEDS: Final = (
    *(
        "擅自占用城市道路",
        "店外经营",
        "擅自倾倒建筑垃圾",
        "擅自设置户外广告",
        "未采取防尘措施",
        "销售过期食品",
    ),
    *("无照经营", "超限运输", "使用不合格计量器具", "未按规定安装燃气报警装置"),
)
NAMES: Final = "宏发顺达鑫盛恒泰永康金源瑞丰华信天成明远福隆嘉禾博雅正通利民安泰兴旺长青联创"
TRADES: Final = ("建材", "餐饮", "运输", "百货", "五金", "置业", "食品", "燃气", "广告", "机械")
ROADS: Final = ("石漫滩大道", "温州路", "健康路", "建设路", "垭口街", "朱兰路", "铁山大道", "湖滨路")
RESULTS: Final = ("罚款", "警告", "没收违法所得、罚款", "责令停产停业")
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def firm_name(number: int) -> str:
    """Give the name of one of a quarter as many firms as there are decisions."""
    chosen = random.Random(number)  # noqa: S311 - no secret
    town = TOWNS[number % len(TOWNS)][1]
    return f"{town}{''.join(chosen.sample(NAMES, 3))}{chosen.choice(TRADES)}有限公司"


def firm_code(number: int) -> str:
    """Give the firm's credit code, with right check digits."""
    region, base = TOWNS[number % len(TOWNS)][0], f"{number:08d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    organisation = base + "0123456789X"[-sum(int(c) * w for c, w in zip(base, weights, strict=True)) % 11]
    code = f"91{region}{organisation}"
    total = sum(_ALPHABET.index(c) * pow(3, at, 31) for at, c in enumerate(code))
    return code + _ALPHABET[-total % 31]


def decided_on(number: int, rows: int) -> date:
    """Give the day of a decision: years pass as numbers grow, with a month of disorder."""
    return FIRST_DAY + timedelta(days=number * SPAN // rows + number * 7919 % 30)


def decision(number: int, rows: int) -> dict[str, Any]:
    """Give one made-up decision as the columns of its row."""
    firm = number * 48271 % (rows // 4)
    chosen = random.Random(number)  # noqa: S311 - no secret
    region, town, short = TOWNS[firm % len(TOWNS)]
    field, office, mark = chosen.choice(FIELDS)
    kind, kind_title, word = chosen.choices(KINDS, (6, 2, 2, 1))[0]
    deed, law, day = chosen.choice(DEEDS), chosen.choice(LAWS), decided_on(number, rows)
    result = chosen.choice(RESULTS)
    place = f"{town}{chosen.choice(ROADS)}{number % 300}号"
    told = {
        "party_kind": "法人或者非法人组织",
        "party_name": firm_name(firm),
        "party_uscc": firm_code(firm),
        "violation_facts": f"当事人在{place}前{deed}，面积约{number % 90}平方米，经责令后改正，影响市容和通行。",
        "violated": f"《{law}》{chosen.choice(ARTICLES)}",
        "penalty_basis": f"《{law}》{chosen.choice(ARTICLES)}第一款",
        "penalty_kinds": result,
        "discretion_reason": "初次违法，及时改正，依法从轻处罚。",
    }
    return {
        "agency": f"{region}-{field}",
        "agency_name": town + office,
        "region": region,
        "kind": kind,
        "kind_title": kind_title,
        "title": deed,
        "document_no": f"{short}{mark}{word}〔{day.year}〕{number}号",
        "party": told["party_name"],
        "result": f"{result} {number % 40 + 1}00元",
        "decided_on": day,
        "body": [{"name": n, "title": n, "value": v, "masked": False} for n, v in told.items()],
        "firm": told["party_uscc"],
    }


PUBLICATION: Final = (
    *(
        "id",
        "code",
        "case_code",
        "act_code",
        "log_code",
        "publication_act",
        "agency_id",
        "agency_name",
        "kind",
    ),
    *(
        "kind_title",
        "title",
        "document_no",
        "party",
        "result",
        "decided_on",
        "published_at",
        "body",
        "version",
    ),
    *("salt", "commitment"),
)
SEARCH: Final = ("publication_id", "text", "laws", "agency_code", "region", "kind", "results", "decided_on")
FIRM: Final = ("publication_id", "code")


def batch(
    numbers: range, rows: int, agencies: dict[str, int], postgresql: bool, first: int = 1
) -> list[tuple[Any, ...]]:
    """Give publication, search row, terms and firm of these numbers, ready to be written; ids begin with `first`."""
    from mingjing.publicity import search  # noqa: PLC0415 - Django is set up by now
    from mingjing.publicity.terms import terms_of  # noqa: PLC0415

    written = []
    for number in numbers:
        one, pk = decision(number, rows), number + first
        texts = [
            one["document_no"],
            one["agency_name"],
            one["title"],
            *(line["value"] for line in one["body"]),
        ]
        given = {name: one[name] for name in ("agency", "region", "kind", "decided_on", "body")}
        terms = terms_of(texts=texts, **given)
        day = one["decided_on"].isoformat()
        publication = (
            *(pk, f"{number:020x}", f"case{number}", f"act{number}", f"log{number}", f"publication{number}"),
            *(agencies[one["agency"]], one["agency_name"], one["kind"], one["kind_title"], one["title"]),
            *(one["document_no"], one["party"], one["result"], day, f"{day} 02:00:00+00:00"),
            *(json.dumps(one["body"], ensure_ascii=False), 1, b"", ""),
        )
        found = (
            pk,
            terms.text,
            terms.laws,
            terms.agency,
            terms.region,
            terms.kind,
            "、".join(terms.results),
            day,
        )
        index = search.numbers([*terms.grams, *search.blocks(pk)]) if postgresql else " ".join(terms.grams)
        written.append((publication, found, index, (pk, one["firm"])))
    return written


def fill(rows: int) -> None:
    """Write so many decisions to the database Django is set up for."""
    agencies = make_agencies()
    enter_values()
    write(range(rows), rows, agencies)


def write(numbers: range, rows: int, agencies: dict[str, int], *, first: int = 1) -> None:
    """Write the decisions of these numbers, of `rows` in all."""
    from django.db import connection  # noqa: PLC0415

    postgresql = connection.vendor == "postgresql"
    spans = [range(at, min(at + BATCH, numbers.stop)) for at in range(numbers.start, numbers.stop, BATCH)]
    connection.close()
    with get_context("spawn").Pool(PROCESSES, _start) as pool:
        gate = BoundedSemaphore(2 * PROCESSES)  # so that what is made does not pile up before it is written

        def tasks() -> Iterator[tuple[range, int, dict[str, int], bool, int]]:
            for span in spans:
                gate.acquire()
                yield span, rows, agencies, postgresql, first

        def made() -> Iterator[list[tuple[Any, ...]]]:
            for batch_ in pool.imap(_work, tasks()):
                gate.release()
                yield batch_

        (_into_postgresql if postgresql else _into_sqlite)(made())


def _start() -> None:
    import django  # noqa: PLC0415

    django.setup()


def _work(given: tuple[range, int, dict[str, int], bool, int]) -> list[tuple[Any, ...]]:
    return batch(*given)


def make_agencies(known: Mapping[str, int] | None = None) -> dict[str, int]:
    """Make the agencies that decide, but for those `known` already; gives the id of each."""
    from tests.cast import make_agency  # noqa: PLC0415 - Django is set up by now

    made = dict(known or {})
    for region, town, _ in TOWNS:
        for field, office, _ in FIELDS:
            code = f"{region}-{field}"
            if code in made:
                continue
            made[code] = make_agency(code, town + office, region=region, field=field).pk
    return made


def enter_values() -> None:
    """Enter what a search can be narrowed by."""
    from mingjing.publicity.models import SearchValue  # noqa: PLC0415

    found = {("kind", kind, title) for kind, title, _ in KINDS} | {
        ("region", code, town) for code, town, _ in TOWNS
    }
    found |= {
        ("agency", f"{code}-{field}", town + office) for code, town, _ in TOWNS for field, office, _ in FIELDS
    }
    found |= {("result", one, one) for text in RESULTS for one in text.split("、")}
    SearchValue.objects.bulk_create(
        (SearchValue(sort=s, value=v, title=t) for s, v, t in sorted(found)), ignore_conflicts=True
    )


def _insert(table: str, names: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - own names


def _into_sqlite(work: Iterator[list[tuple[Any, ...]]]) -> None:
    from django.conf import settings  # noqa: PLC0415

    from mingjing.kit.append_only import drop_append_only_sql  # noqa: PLC0415

    line = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    line.execute("PRAGMA synchronous = OFF")
    line.execute("PRAGMA cache_size = -200000")
    guards = [
        sql
        for (sql,) in line.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'publicity_publication'"
        )
    ]
    for statement in drop_append_only_sql("publicity_publication", "sqlite"):
        line.execute(statement)
    line.execute(
        "INSERT INTO publicity_search_fts (publicity_search_fts, rank) VALUES ('hashsize', 67108864)"
    )
    for rows in work:
        publications, found, index, firms = zip(*rows, strict=True)
        line.execute("BEGIN")
        line.executemany(_insert("publicity_publication", PUBLICATION), publications)
        line.executemany(_insert("publicity_searchtext", SEARCH), found)
        line.executemany(_insert("publicity_firmentry", FIRM), firms)
        pairs = ((row[0], terms) for row, terms in zip(found, index, strict=True))
        line.executemany(_insert("publicity_search_fts", ("rowid", "grams")), pairs)
        line.execute("COMMIT")
    for sql in guards:
        line.execute(sql)
    line.execute("ANALYZE")
    line.close()


def _into_postgresql(work: Iterator[list[tuple[Any, ...]]]) -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX publicity_search_grams")
        for rows in work:
            publications, found, index, firms = zip(*rows, strict=True)
            # bytes go as text: an empty salt
            _copy(cursor, "publicity_publication", PUBLICATION, publications)
            texts = ((*row, terms) for row, terms in zip(found, index, strict=True))
            _copy(cursor, "publicity_searchtext", (*SEARCH, "grams"), texts)
            _copy(cursor, "publicity_firmentry", FIRM, firms)
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(
            "CREATE INDEX publicity_search_grams ON publicity_searchtext USING gin (grams) WITH (fastupdate = off)"
        )
        cursor.execute("VACUUM ANALYZE publicity_searchtext, publicity_publication, publicity_firmentry")


def _copy(cursor: Any, table: str, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
