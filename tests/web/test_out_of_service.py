"""What people see when the database fails under them, and that nothing is lost; the failures are the databases' own."""

import pytest
from django.db import OperationalError, close_old_connections, connection
from django.test import Client

from mingjing.cases.models import Case
from mingjing.web.out_of_service import server_error
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
SIGN_IN = {"username": "officer", "password": PASSWORD}


@pytest.fixture
def visitor() -> Client:
    """A browser to which a broken page is a page."""
    return Client(raise_request_exception=False)


def _failing(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_full_disk_is_told_and_after_it_the_same_form_goes_in(cast, visitor):
    """SQLite may grow by no page (on PostgreSQL: no write at all): 503 with who mends it; freed, it goes on."""
    on_sqlite = connection.vendor == "sqlite"
    if on_sqlite:
        _failing("VACUUM")
        _failing("PRAGMA wal_checkpoint(TRUNCATE)")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            _failing(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    else:
        _failing("SET default_transaction_read_only = on")

    try:
        # What still fits on the last page goes in; the first that does not is refused.
        tries = (Client(raise_request_exception=False).post("/login/", SIGN_IN) for _ in range(100))
        refused = next(answer for answer in tries if answer.status_code != 302)
        assert refused.status_code == 503
        page = refused.content.decode()
        assert ("存储空间不足" if on_sqlite else "只能读、不能写") in page
        assert "没有写入" in page
        assert refused["Retry-After"]
    finally:
        _failing(
            "PRAGMA max_page_count = 1073741823" if on_sqlite else "SET default_transaction_read_only = off"
        )
    assert visitor.post("/login/", SIGN_IN).status_code == 302
    assert visitor.get("/cases/").status_code == 200


def test_a_database_that_may_only_be_read_is_told(cast, visitor):
    """Reading goes on, writing is refused with what is wrong."""
    on_sqlite = connection.vendor == "sqlite"
    _failing("PRAGMA query_only = ON" if on_sqlite else "SET default_transaction_read_only = on")
    try:
        assert visitor.get("/portal/").status_code == 200
        refused = visitor.post("/login/", SIGN_IN)
        assert refused.status_code == 503
        assert "只能读、不能写" in refused.content.decode()
    finally:
        _failing("PRAGMA query_only = OFF" if on_sqlite else "SET default_transaction_read_only = off")
    assert visitor.post("/login/", SIGN_IN).status_code == 302


def test_a_lost_connection_costs_one_request_at_most(cast, visitor):
    """The server ended our connection: at worst one page says so, the next is answered without a restart."""
    assert visitor.post("/login/", SIGN_IN).status_code == 302
    if connection.vendor == "postgresql":
        with pytest.raises(OperationalError):
            _failing("SELECT pg_terminate_backend(pg_backend_pid())")
    else:
        connection.close()
    first = visitor.get("/cases/")
    assert first.status_code in {200, 503}
    close_old_connections()  # as the server does between two requests; the test's browser leaves it out
    assert visitor.get("/cases/").status_code == 200
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("database or disk is full", "存储空间不足"),
        ("could not extend file: No space left on device", "存储空间不足"),
        ("cannot execute INSERT in a read-only transaction", "只能读"),
        ("unable to open database file", "打不开"),
        ("database is locked", "系统繁忙"),
        ("couldn't get a connection after 10.00 sec", "系统繁忙"),
        ("connection refused", "连接不上"),
    ],
)
def test_each_trouble_has_its_words(rf, said, words):
    """The databases' own messages lead to what is wrong and who mends it."""
    try:
        raise OperationalError(said)
    except OperationalError:
        answer = server_error(rf.get("/"))
    assert answer.status_code == 503
    assert words in answer.content.decode()


def test_another_fault_is_no_trouble_of_the_database(rf):
    """A mistake in the program stays an error 500."""
    try:
        raise ValueError("disk is full")
    except ValueError:
        assert server_error(rf.get("/")).status_code == 500
