"""`mingjing witness` as the supervising authority's operator uses it, without Django; and the demo's own witness."""

import os
import subprocess
import sys

import pytest

from mingjing.cli.commands.witness_command import serving
from mingjing.cli.demo import witness as demo_witness
from mingjing.cli.main import main
from mingjing.cli.start import Refusal, demand_witness_policy
from mingjing.translog.policy import Policy
from mingjing.translog.witness import KEYS, open_witness
from mingjing.translog.witness_client import request_body
from mingjing.translog.witness_store import DATABASE
from tests.translog.logs import VKEY, MemoryLog, act_leaf

NOW = 1_800_000_000


@pytest.fixture
def run(tmp_path, capsys):
    """Run `mingjing witness …` on one folder; gives exit code and what it said."""

    def command(action, *arguments):
        code = main(["witness", action, *arguments, "--home", str(tmp_path / "witness")])
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


def test_a_witness_is_set_up_told_of_a_log_and_asked_how_it_is(run, tmp_path):
    """init prints what goes into the policy; status tells until where; refused requests can be taken out."""
    code, said = run("init", "witness.sfj.example")
    assert code == 0
    vkeys = [line.strip() for line in said.splitlines() if line.startswith("  witness.sfj.example+")]
    lines = "".join(f"witness w{number} {vkey}\n" for number, vkey in enumerate(vkeys))
    assert [
        w.key.algorithm_name for w in Policy.parse(f"{lines}quorum w0\n".encode()).witnesses.values()
    ] == [
        "Ed25519",
        "ML-DSA-44",
    ]
    assert (tmp_path / "witness" / KEYS).stat().st_mode & 0o077 == 0
    assert run("add-log", VKEY)[0] == 0
    assert "还没有见证过" in run("status")[1]
    witness = open_witness(tmp_path / "witness")
    honest, forged = (MemoryLog([act_leaf(1, digest=digest * 32)]) for digest in ("ab", "cd"))
    witness.add_checkpoint(request_body(0, [], honest.files["checkpoint"]), NOW)
    code, said = run("status")
    assert (code, "第 1 条" in said) == (0, True)
    assert witness.add_checkpoint(request_body(1, [], forged.files["checkpoint"]), NOW).status == 422
    code, said = run("status", "--evidence", str(tmp_path / "evidence"))
    assert (code, "两个版本" in said) == (1, True)
    (kept,) = (tmp_path / "evidence").iterdir()
    assert kept.read_bytes().endswith(forged.files["checkpoint"])


def test_what_cannot_be_done_is_refused_in_words(run, tmp_path):
    """Twice the same folder, a mistyped key, a folder without its database: exit code 2, nothing lost."""
    assert run("status")[0] == 2
    assert run("init", "witness.sfj.example", "--ed25519-only")[0] == 0
    keys = (tmp_path / "witness" / KEYS).read_text()
    assert "不覆盖" in run("init", "witness.sfj.example")[1]
    assert (tmp_path / "witness" / KEYS).read_text() == keys
    assert run("add-log", VKEY[:-4] + "AAAA")[0] == 2
    assert run("add-log", VKEY)[0] == 0
    (tmp_path / "witness" / DATABASE).unlink()
    code, said = run("run")
    assert (code, "不得继续用原密钥签名" in said) == (2, True)


def test_the_witness_needs_no_django(tmp_path):
    """Its machine need not have it: neither the commands nor the service import it."""
    program = (
        "import sys, os\n"
        "sys.modules['django'] = None\n"
        "from mingjing.cli.main import main\n"
        f"assert main(['witness', 'init', 'w.example', '--home', {str(tmp_path / 'w')!r}]) == 0\n"
        f"os.environ['MINGJING_WITNESS_HOME'] = {str(tmp_path / 'w')!r}\n"
        "from mingjing.translog.witness_http import factory\n"
        "assert callable(factory())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_the_demo_makes_its_witness_once_and_a_policy_that_holds(home, monkeypatch):
    """A second start finds the same keys; a policy of the operator's own is left alone."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    commands = demo_witness.prepare_witness()
    policy = Policy.parse((home / "demo-witness.policy").read_bytes())
    assert os.environ[demo_witness.POLICY] == str(home / "demo-witness.policy")
    assert policy.quorum in policy.witnesses
    port = next(iter(policy.witnesses.values())).url.rpartition(":")[2]
    assert commands == {"witness": serving("127.0.0.1", int(port))}
    demo_witness.prepare_witness()
    again = Policy.parse((home / "demo-witness.policy").read_bytes())
    assert again.keys == policy.keys


def test_the_demo_leaves_a_policy_alone_that_is_set(settings, home):
    """Who tries the demo with real witnesses gets no made-up one."""
    settings.MINGJING_WITNESS_POLICY = home / "mine"
    assert demo_witness.prepare_witness() == {}
    assert not (home / "demo-witness").exists()


@pytest.mark.parametrize("text", [None, "quorum nobody\n"])
def test_nothing_starts_with_a_policy_that_cannot_be_read(settings, tmp_path, text):
    """A missing or wrong file is named at the start, and not when the first checkpoint should be published."""
    settings.MINGJING_WITNESS_POLICY = tmp_path / "policy"
    if text is not None:
        settings.MINGJING_WITNESS_POLICY.write_text(text)
    with pytest.raises(Refusal, match="见证策略"):
        demand_witness_policy()
    settings.MINGJING_WITNESS_POLICY.write_text("quorum none\n")
    demand_witness_policy()
