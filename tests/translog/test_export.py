"""The export: a folder that proves itself, anywhere, without us."""

import stat

import pytest

from mingjing.translog import services
from mingjing.translog.files import DatabaseReader
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.tiles import TileMissing
from mingjing.translog.verify import verify_log


def check(folder):
    """Check an exported folder."""
    return verify_log(folder, ensure_log_key().public.vkey)


@pytest.mark.django_db
def test_an_export_is_a_whole_log_and_grows(queue, seal, tmp_path):
    """Exported again after new acts it is the longer log; finished files are read-only."""
    folder = tmp_path / "log"
    queue(300)
    seal()
    assert services.export_log(folder) == 300
    assert check(folder).checked == 300
    assert stat.S_IMODE((folder / "tile/0/000").stat().st_mode) == 0o444

    queue(300, first=301)
    seal()
    assert services.export_log(folder) == 600
    report = check(folder)
    assert report.ok, report.text
    assert report.checked == 600


@pytest.mark.django_db
def test_an_export_has_the_bytes_of_the_database(queue, seal, tmp_path):
    """File by file, nothing more and nothing less."""
    queue(257)
    seal()
    services.export_log(tmp_path / "log")
    reader = DatabaseReader()
    files = {
        path.relative_to(tmp_path / "log").as_posix(): path
        for path in (tmp_path / "log").rglob("*")
        if path.is_file()
    }
    assert {name: path.read_bytes() for name, path in files.items()} == {
        name: reader.read(name) for name in reader.paths()
    }


@pytest.mark.django_db
def test_an_export_never_overwrites_another_history(queue, seal, tmp_path, tampered):
    """A folder that says otherwise is not made to agree; its checkpoint stays."""
    queue(256)
    seal()
    services.export_log(tmp_path / "log")
    kept = (tmp_path / "log/checkpoint").read_bytes()
    tampered("UPDATE translog_tile SET data = %s WHERE path = 'tile/0/000'", [bytes(8192)])
    queue(1, first=257)
    seal()
    with pytest.raises(FileExistsError, match="tile/0/000"):
        services.export_log(tmp_path / "log")
    assert (tmp_path / "log/checkpoint").read_bytes() == kept
    assert "导出未完成" in check(tmp_path / "log").text


@pytest.mark.django_db
def test_a_tampered_log_is_exported_as_it_is_and_fails_the_check(queue, seal, tmp_path, tampered):
    """Exporting mends nothing and hides nothing."""
    queue(300)
    seal()
    tampered("UPDATE translog_entry SET data = %s WHERE ref = 'case-1/5'", [b"{}"])
    services.export_log(tmp_path / "log")
    assert "序号 4" in check(tmp_path / "log").text
    assert not check(tmp_path / "log").ok


@pytest.mark.django_db
def test_a_file_name_in_the_database_cannot_lead_out_of_the_folder(queue, seal, tmp_path, tampered):
    """Only names of the standard are written."""
    queue(1)
    seal()
    tampered("INSERT INTO translog_tile (path, data) VALUES ('../escaped', %s)", [b"x"])
    services.export_log(tmp_path / "log")
    assert not (tmp_path / "escaped").exists()
    assert check(tmp_path / "log").ok


@pytest.mark.django_db
def test_an_empty_log_cannot_be_exported(home, tmp_path):
    """Nothing signed, nothing to show."""
    with pytest.raises(TileMissing, match="还没有检查点"):
        services.export_log(tmp_path / "log")
    assert not (tmp_path / "log").exists()
