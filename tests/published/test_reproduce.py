"""`python -m published reproduce`: trains what is missing, goes on where it stopped, measures, and prints its tables."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.measurement import Options
from datasets.data_set import DataSet
from models import gallery
from models.checkpoint import Checkpoint
from models.errors import InputError
from published import measured, reproduce
from published.measured import FILE, load_measured
from published.programs import PROGRAMS, Program

TINY = Program(
    "Tiny VAE", "Nobody 2026", "vae", "digits", "It computes an ELBO.", "nobody", {"widths": (8,)}, {"epochs": 1}
)
TABLE = {"one": TINY, "two": replace(TINY, family="autoencoder"), "slow": replace(TINY, long=True)}
FEW = ("--samples", "2", "--images", "12")
pytestmark = pytest.mark.usefixtures("checkpoint_folder", "no_fsync")


class Trainer:
    """Stands in for `python -m published train`: notes what it is asked and keeps an untrained model.

    `stops_at`: the program whose training is stopped once, as by Ctrl-C, and leaves an unfinished run behind.
    """

    def __init__(self, make: Callable[[str, str], Checkpoint], stops_at: str = "") -> None:
        self.asked: list[list[str]] = []
        self._make, self._stops_at = make, stops_at

    def __call__(self, arguments: list[str]) -> int:
        self.asked.append(arguments)
        name, path = arguments[0], gallery.unfinished_path(arguments[0])
        if name == self._stops_at and not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.touch()
            return 130
        path.unlink(missing_ok=True)
        gallery.add(self._make(name, TABLE[name].family))
        return 0


@pytest.fixture
def make(make_checkpoint: Callable[..., Checkpoint], digits: DataSet) -> Callable[[str, str], Checkpoint]:
    """A function that makes the untrained model of a program, with the labels of scikit-learn's digits."""

    def make(name: str, family: str) -> Checkpoint:
        checkpoint = make_checkpoint(family, run_id=name, program=name, test_count=len(digits.test_y))
        return replace(checkpoint, latents=replace(checkpoint.latents, labels=digits.test_y))

    return make


Make = Callable[[str, str], Checkpoint]


def run(trainer: Trainer, *arguments: str, table: Mapping[str, Program] = TABLE) -> int:
    return reproduce.main([*arguments, *FEW], table, trainer)


def test_it_trains_what_is_missing_measures_all_and_prints_both_tables(
    make: Make, checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gallery.add(make("two", "autoencoder"))
    trainer = Trainer(make)
    assert run(trainer, "--threads", "1") == 0
    assert trainer.asked == [["one", "--name", "one", "--threads", "1"]]  # "slow" is trained when it is named only
    content = load_measured(checkpoint_folder / FILE)
    assert [(row.run_id, row.samples, row.images) for row in content.models] == [("one", 2, 12), ("two", 2, 12)]
    numbers = content.numbers()
    assert numbers["one"]["bound"] < 0
    assert "elbo" not in numbers["two"]
    lines = capsys.readouterr().out.splitlines()
    cells = {line.split(" | ")[0]: line.split(" | ") for line in lines if line.startswith("| ")}
    vae, plain = (
        cells["| VAE on Digits 8x8, 2 latents, Digits 8x8"],
        cells["| Autoencoder on Digits 8x8, 2 latents, Digits 8x8"],
    )
    assert vae[1:7] == [
        "-23.0",
        f"{numbers['one']['bound']:.1f}",
        "-20.0",
        "1.50, 1.50",
        "0.0100",
        f"{numbers['one']['coverage']:.0%}",
    ]
    assert plain[1:5] == ["—", "—", "-20.0", "—"]
    assert cells["| Published"][1:] == ["Claim", "Verdict", "Measured |"]
    assert cells["| keras.io, example Variational AutoEncoder"][2:] == ["—", "not measured yet: keras-io-vae. |"]


def test_what_was_stopped_goes_on_and_what_is_there_is_not_trained_again(
    make: Make, checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer = Trainer(make, stops_at="two")
    assert run(trainer) == 130
    assert "two is not trained to its end" in capsys.readouterr().err
    assert not (checkpoint_folder / FILE).exists()
    assert run(trainer) == 0
    assert trainer.asked == [["one", "--name", "one"], ["two", "--name", "two"], ["two", "--resume", "two"]]
    assert len(load_measured(checkpoint_folder / FILE).models) == 2
    assert run(trainer) == 0
    assert len(trainer.asked) == 3


def test_a_run_of_the_program_by_another_name_is_measured_and_a_namesake_is_not(
    make: Make, checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = make("one", "vae")
    gallery.add(replace(checkpoint, run=replace(checkpoint.run, run_id="digits-vae-monday")))
    namesake = make("two", "autoencoder")
    gallery.add(replace(namesake, run=replace(namesake.run, program=None)))
    trainer = Trainer(make)
    assert run(trainer, "--only-measure") == 2
    assert trainer.asked == []
    assert [row.run_id for row in load_measured(checkpoint_folder / FILE).models] == ["one"]
    assert "two is left out: no model here was trained with its settings" in capsys.readouterr().err


def test_a_program_that_can_not_be_measured_is_named_and_the_rest_goes_on(
    make: Make, checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make("one", "vae")
    gallery.add(replace(other, latents=replace(other.latents, labels=9 - other.latents.labels)))
    gallery.add(make("two", "autoencoder"))
    assert run(Trainer(make), "--only-measure") == 2
    assert "one is left out: the test labels of Digits 8x8 are not those" in capsys.readouterr().err
    assert [row.run_id for row in load_measured(checkpoint_folder / FILE).models] == ["two"]


def test_measurements_of_other_programs_stay(make: Make, checkpoint_folder: Path) -> None:
    assert run(Trainer(make), "one") == 0
    before = load_measured(checkpoint_folder / FILE).models
    assert run(Trainer(make), "two") == 0
    assert load_measured(checkpoint_folder / FILE).models[:1] == before


def test_what_was_measured_before_a_stop_is_kept(
    make: Make, checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = reproduce._measure

    def stopped(name: str, options: Options) -> object:
        if name == "two":
            raise KeyboardInterrupt
        return real(name, options)

    monkeypatch.setattr(reproduce, "_measure", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(Trainer(make))
    assert [row.run_id for row in load_measured(checkpoint_folder / FILE).models] == ["one"]


def test_a_disk_that_is_full_leaves_the_file_as_it_was(
    make: Make, checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Trainer(make), "one") == 0
    before = (checkpoint_folder / FILE).read_bytes()

    def full(*_call: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(measured, "write_file", full)
    assert run(Trainer(make), "two") == 2
    assert "can't be written: No space left on device" in capsys.readouterr().err
    assert (checkpoint_folder / FILE).read_bytes() == before


def test_a_damaged_file_is_refused_and_left_alone(
    make: Make, checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkpoint_folder / FILE).write_text("{")
    assert run(Trainer(make), "one") == 2
    assert capsys.readouterr().err.startswith("error: measured.json: ")
    assert (checkpoint_folder / FILE).read_text() == "{"


def test_a_program_is_measured_as_its_publication_says(make: Make, checkpoint_folder: Path) -> None:
    assert run(Trainer(make), "one", table={"one": replace(TINY, options=Options(3, 7))}) == 0
    (row,) = load_measured(checkpoint_folder / FILE).models
    assert (row.samples, row.images) == (3, 7)


@pytest.mark.parametrize(("arguments", "sentence"), [
    (("three",), "program must be one of one, two, slow; got “three”"), (("one", "--samples", "0"), "samples must be 1 to"),
])  # fmt: skip
def test_a_mistake_is_a_sentence(
    arguments: tuple[str, ...], sentence: str, make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer = Trainer(make)
    assert reproduce.main([*arguments], TABLE, trainer) == 2
    assert sentence in capsys.readouterr().err
    assert trainer.asked == []


def test_the_whole_way_with_a_real_training(checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROGRAMS, "tiny", TINY)
    assert reproduce.main(["tiny", "--threads", "1", *FEW]) == 0
    run = gallery.open_run("tiny").run
    assert (run.program, run.title, run.model.widths, run.epochs_done) == ("tiny", "Tiny VAE", (8,), 1)
    (row,) = load_measured(checkpoint_folder / FILE).models
    assert row.run_id == "tiny"


def test_nothing_is_measured_of_a_program_that_is_gone(make: Make) -> None:
    with pytest.raises(InputError, match=r"program\.not_trained"):
        reproduce._open("one")
