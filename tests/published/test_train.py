"""`python -m published train`: a program's own settings, options that change them, and every mistake as a sentence."""

from collections.abc import Callable

import pytest

from live.words import t
from models import gallery
from models.run import Run
from published.__main__ import main
from published.programs import PROGRAMS, Program

TINY = Program(
    "Tiny VAE", "Nobody 2026", "vae", "digits", "It computes an ELBO.", "nobody", {"widths": (8,)}, {"epochs": 1}
)
pytestmark = pytest.mark.usefixtures("checkpoint_folder", "no_fsync")


@pytest.fixture
def train(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Trains the tiny program with some options."""
    monkeypatch.setitem(PROGRAMS, "tiny", TINY)

    def call(*options: str) -> Run:
        assert main(["train", "tiny", "--name", "x", "--threads", "1", *options]) == 0
        return gallery.open_run("x").run

    return call


def test_a_program_trains_with_its_own_settings_and_says_so(train: Callable[..., Run]) -> None:
    run = train()
    plan = TINY.plan()
    assert (run.program, run.title, run.model, run.training) == ("tiny", plan.title, plan.model, plan.training)


def test_an_option_changes_a_setting_and_then_it_is_not_the_program(train: Callable[..., Run]) -> None:
    run = train("--latent", "3", "--batch", "64", "--beta", "2", "--seed", "5")
    assert (run.model.latent_dim, run.training.batch_size, run.training.weights.beta, run.training.seed) == (
        3,
        64,
        2.0,
        5,
    )
    assert run.model.widths == (8,)
    assert run.program is None


def test_help_lists_every_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--help"]) == 0
    out = capsys.readouterr().out
    for name, program in PROGRAMS.items():
        note = t(f"program.{program.note}", **program.settings)
        assert any(line.startswith(f"  {name} ") and note in line for line in out.splitlines())


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["nothing"], "error: program must be one of book-mlp, "),
    (["post-vae", "--data", "mnist"], "error: post-vae names its own data; leave out that option"),
    (["book-mlp", "--family", "cvae", "--network", "mlp"], "error: book-mlp names its own family, network"),
    (["book-cnn", "--widths", "8"], "error: model: the book-cnn network has fixed widths"),
    (["book-mlp", "--epochs", "0"], "error: training: epochs must be from 1 to 500; got 0"),
])  # fmt: skip
def test_what_is_refused(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(sentence)
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["paint"]])
def test_a_command_that_is_not_there(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == "usage: python -m published reproduce|sweep|train\n"
