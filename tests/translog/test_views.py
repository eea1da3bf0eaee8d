"""The public log over HTTP: what a stranger's client needs, and nothing more."""

import pytest

from mingjing.translog import selectors
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.merkle import leaf_hash, verify_inclusion
from mingjing.translog.note import open_checkpoint
from mingjing.translog.tiles import split_bundle, tree_of
from mingjing.translog.verify import verify_log


@pytest.fixture
def log(queue, seal):
    """300 acts: full and partial tiles on two levels."""
    queue(300)
    seal()


@pytest.mark.django_db
def test_a_client_with_the_vkey_can_prove_an_entry_from_the_files_alone(log, client):
    """Checkpoint, tiles and bundle over HTTP are enough."""

    def read(path):
        answer = client.get(f"/log/{path}")
        return answer.content if answer.status_code == 200 else None

    checkpoint = open_checkpoint(read("checkpoint"), ensure_log_key().public)
    entry = split_bundle(read("tile/entries/001.p/44"))[3]
    path = tree_of(read, checkpoint.size).inclusion(259)
    assert verify_inclusion(leaf_hash(entry), 259, checkpoint.size, path, checkpoint.root)


@pytest.mark.django_db
def test_a_mirror_of_the_files_is_a_whole_log(log, client):
    """Every file that the log lists is served."""

    class Site:
        def read(self, path):
            answer = client.get(f"/log/{path}")
            return answer.content if answer.status_code == 200 else None

        def paths(self):
            return selectors.DatabaseReader().paths()

    report = verify_log(Site(), ensure_log_key().public.vkey)
    assert report.ok, report.text
    assert report.checked == 300


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "max-age=2"),
        ("tile/0/000", "application/octet-stream", "immutable"),
        ("tile/0/001.p/44", "application/octet-stream", "immutable"),
        ("tile/1/000.p/1", "application/octet-stream", "immutable"),
        ("tile/entries/000", "application/octet-stream", "immutable"),
        ("tile/entries/001.p/3", "application/octet-stream", "immutable"),
    ],
)
def test_a_file_has_its_type_and_may_be_cached_as_long_as_it_is_true(log, client, path, kind, cache):
    """Only the checkpoint ever changes."""
    answer = client.get(f"/log/{path}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == kind
    assert cache in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "tile/0/001",
        "tile/0/001.p/45",
        "tile/0/002",
        "tile/1/000",
        "tile/1/000.p/2",
        "tile/2/000.p/1",
        "tile/entries/001",
        "tile/entries/001.p/45",
        "tile/entries/1",
        "tile/0/000.p/256",
        "tile/checkpoint",
    ],
)
def test_what_is_not_in_the_log_is_not_found(log, client, path):
    """Beyond the end, above the root, other spellings: 404."""
    assert client.get(f"/log/{path}").status_code == 404
    assert client.get("/log/tile/0/001.p/44").status_code == 200


@pytest.mark.django_db
def test_an_empty_log_has_no_checkpoint_yet(home, client):
    """404 until something is signed."""
    assert client.get("/log/checkpoint").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["checkpoint", "tile/0/000"])
def test_the_log_cannot_be_written_over_http(log, client, path):
    """Only GET and HEAD are answered."""
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(f"/log/{path}").status_code == 405
    assert client.get(f"/log/{path}").status_code == 200
