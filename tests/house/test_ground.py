"""The ground that all tests stand on: no network, a true database, settings of their own."""

import os
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


def test_a_test_cannot_reach_the_network():
    """The refusal comes before a packet leaves: the address is reserved for documentation."""
    with socket.socket() as outward, pytest.raises(PermissionError, match=r"192\.0\.2\.1"):
        outward.connect(("192.0.2.1", 80))


def test_a_test_can_reach_its_own_machine():
    """Live servers and browsers talk over loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())


def test_the_home_of_the_tests_is_a_throw_away_folder():
    """No test touches the data of the developer's own server."""
    assert settings.MINGJING_HOME.name.startswith("mingjing-test-")
    assert Path.cwd() not in settings.MINGJING_HOME.parents


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for():
    """A run that says PostgreSQL does not quietly prove things about SQLite."""
    assert connection.vendor == os.environ.get("MINGJING_TEST_DATABASE", "sqlite")


@pytest.mark.django_db
def test_the_database_is_set_up_as_in_service():
    """SQLite: a real file, write-ahead log, foreign keys. PostgreSQL: characters as text, connections from a pool."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            assert Path(connection.settings_dict["NAME"]).is_file()
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
        else:
            cursor.execute("SHOW server_encoding")
            assert cursor.fetchone() == ("UTF8",)
            assert connection.settings_dict["OPTIONS"]["pool"]["max_size"] == 8
