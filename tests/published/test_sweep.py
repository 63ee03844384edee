"""`python -m published sweep`: models like a program, with its network, loss and schedule, and none of them the program."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from jobs.journal import Journal
from models import gallery
from published.__main__ import main
from published.programs import PROGRAMS
from training import sweep_command
from training.chain import links_of
from training.spec import plan_of

pytestmark = pytest.mark.usefixtures("no_fsync")


def test_a_chain_has_the_program_s_own_network_loss_and_schedule(
    checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.sweep.is_here", lambda _: True)
    server = Journal(checkpoint_folder / gallery.UNFINISHED)  # it would train them
    asked = ["start", "betas", "--beta", "1,7,9,10", "--chain", "--epochs", "2"]
    assert main(["sweep", "book-beta-10", *asked]) == 0
    (job,) = server.jobs()
    server.close()
    json.dumps(job.spec)
    plans = [plan_of(link) for link in links_of(job.spec)]
    assert [plan.training.weights.beta for plan in plans] == [10.0, 9.0, 7.0, 1.0]
    assert plans[1].title == "Like book-beta-10, beta 9 after 10"
    book = PROGRAMS["book-beta-10"].plan()
    for plan in plans:
        assert plan.program is None
        assert plan.model == book.model
        same = asdict(plan.training) | {"epochs": 30}
        same["weights"] = same["weights"] | {"beta": 10.0}
        assert same == asdict(book.training)


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["nothing", "start", "x"], "error: program must be one of book-mlp, "),
    (["book-beta-7", "start", "x", "--data", "digits", "--beta", "1"], "error: The program names its own data; leave"),
    (["book-mlp", "start", "x", "--beta", "1,4"], "error: vae has no beta. "),
    (["book-beta-7", "start", "x", "--epochs", "0"], "error: training: epochs must be from 1 to 500; got 0"),
])  # fmt: skip
def test_what_is_refused(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", *arguments]) == 2
    assert capsys.readouterr().err.startswith(sentence)


def test_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep"]) == 2
    assert main(["sweep", "--help"]) == 0
    assert capsys.readouterr().out.count("usage: python -m published sweep NAME start SWEEP") == 2


def test_a_long_chain_is_said_before_it_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sweep_command, "_seconds_of", lambda _: 500.0)
    monkeypatch.setattr("training.sweep.is_here", lambda _: True)
    asked = ["sweep", "book-beta-10", "start", "long", "--beta", "1,10", "--dry-run"]
    assert main(asked) == 0
    assert "at a stretch" not in capsys.readouterr().out
    assert main([*asked, "--chain"]) == 0
    assert "takes about 16\u00a0min 40\u00a0s, more than the 15\u00a0min 0\u00a0s" in capsys.readouterr().out
