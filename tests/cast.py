"""The people of every test: 甲 handles, 乙 co-handles, 丙 reviews, 丁 is an outsider, 戊's certificate has lapsed."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from mingjing.personnel import services

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

PASSWORD = "mingjing-demo"
VALID_FROM, VALID_UNTIL = date(2020, 1, 1), date(2030, 12, 31)
LAPSED_ON = date(2025, 12, 31)  # the last day on which 戊 could enforce

BUREAU = "410481-urban"
JUSTICE = "410481-justice"
ELSEWHERE = "410482-urban"


@dataclass(frozen=True, slots=True)
class Cast:
    """A county bureau, the office that supervises it, a bureau elsewhere, and who works there."""

    bureau: "Agency"
    justice: "Agency"
    elsewhere: "Agency"
    officer: "Person"  # 甲
    officer2: "Person"  # 乙
    reviewer: "Person"  # 丙
    outsider: "Person"  # 丁, an officer of another bureau
    lapsed: "Person"  # 戊, certificate valid until LAPSED_ON
    head: "Person"  # 己
    clerk: "Person"  # 庚
    publicity: "Person"  # 辛 prepares
    publicity2: "Person"  # 壬 confirms
    supervisor: "Person"  # 癸
    admin: "Person"
    security: "Person"
    audit: "Person"

    @property
    def two(self) -> list[str]:
        """The usernames of two officers who may act together."""
        return [self.officer.username, self.officer2.username]


def make_agency(code: str, name: str, **particulars: Any) -> "Agency":
    """An agency of the cast or a neighbour of it."""
    shape = {"region": "410481", "kind": "bureau", "field": "urban", "by": "admin", **particulars}
    return services.create_agency(code=code, name=name, **shape)


def make_person(username: str, name: str, roles: str, agency: str = BUREAU, **particulars: Any) -> "Person":
    """Somebody with the roles named in `roles` (blank-separated) and the password of all tests."""
    return services.create_person(
        username=username,
        name=name,
        agency=agency,
        roles=roles.split(),
        password=PASSWORD,
        by="set-up",  # whoever sits at the machine: the system administrator opens accounts without roles
        **particulars,
    )


def make_officer(
    username: str, name: str, agency: str = BUREAU, until: date = VALID_UNTIL, **more: Any
) -> "Person":
    """An officer with a certificate valid from VALID_FROM to `until`."""
    officer = make_person(username, name, "officer", agency, **more)
    services.issue_certificate(
        username=username,
        number=f"16{agency[:6]}{sum(map(ord, username)):05d}",
        issuer="河南省人民政府",
        fields=["urban"],
        valid_from=VALID_FROM,
        valid_until=until,
        by="admin",
    )
    return officer


def make_cast() -> Cast:
    """Write the whole cast to the database."""
    justice = make_agency(JUSTICE, "舞钢市司法局", kind="supervisor", field="")
    bureau = make_agency(
        BUREAU,
        "舞钢市城市管理局",
        parent=JUSTICE,
        short_name="舞钢城管",
        number_prefix="舞城管",
        review_body="舞钢市人民政府",
        court="舞钢市人民法院",
        payment_bank="中国建设银行舞钢支行",
        payment_account="41001234567890123456",
        address="舞钢市垭口街道",
        phone="0375-0000000",
    )
    elsewhere = make_agency(ELSEWHERE, "汝州市城市管理局", region="410482", number_prefix="汝城管")
    return Cast(
        bureau=bureau,
        justice=justice,
        elsewhere=elsewhere,
        officer=make_officer("officer", "甲", department="执法一中队", post="中队长"),
        officer2=make_officer("officer2", "乙", department="执法一中队", post="科员"),
        reviewer=make_person("reviewer", "丙", "reviewer", legal_qualification_no="A20154104810001"),
        outsider=make_officer("outsider", "丁", agency=ELSEWHERE),
        lapsed=make_officer("lapsed", "戊", until=LAPSED_ON),
        head=make_person("head", "己", "head", post="局长"),
        clerk=make_person("clerk", "庚", "clerk"),
        publicity=make_person("publicity", "辛", "publicity"),
        publicity2=make_person("publicity2", "壬", "publicity"),
        supervisor=make_person("supervisor", "癸", "supervisor", agency=JUSTICE),
        admin=make_person("admin", "管理员", "admin"),
        security=make_person("security", "安全员", "security"),
        audit=make_person("audit", "审计员", "audit"),
    )
