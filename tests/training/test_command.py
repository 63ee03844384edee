"""The command line: what --help lists, every mistake as one sentence and exit code 2, and a stop that can be resumed."""

import datetime
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from trainings import spec
from waiting import until

from datasets.catalogue import SOURCES, load
from datasets.data_set import DataSet
from datasets.own import shelf
from live.words import t
from models import checkpoint as checkpoints
from models import gallery
from models.checkpoint import Checkpoint
from models.dial import Dial
from models.errors import InputError
from models.families import FAMILIES
from models.networks import NETWORKS
from training import command, drive, loop, terminal
from training.command import main
from training.pacing import Pacing
from training.service import TrainingService, open_service
from training.shipped import SHIPPED
from training.state import TrainState, load_state

ROOT = Path(__file__).parent.parent.parent
SMALL = ("--data", "digits", "--widths", "8", "--threads", "1", "--precision", "float32")
pytestmark = pytest.mark.usefixtures("checkpoint_folder")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the command line in this process: exit code, output and errors."""

    def call(*arguments: str, **options: Any) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments], **options)
        except SystemExit as stop:  # argparse
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


Run = Callable[..., tuple[int, str, str]]


def _process(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "training", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"} | environment,
    )  # fmt: skip


def _weights(folder: Path) -> dict[str, np.ndarray]:
    return dict(checkpoints.load(folder).weights)


def _same_weights(one: Path, other: Path) -> None:
    first, second = _weights(one), _weights(other)
    assert set(first) == set(second)
    assert all(np.array_equal(tensor, second[name]) for name, tensor in first.items())


# Help


def test_help_lists_everything(run: Run) -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    titles = {name: row.title for table in (FAMILIES, SOURCES) for name, row in table.items()}
    for name, title in {**titles, **{name: t(f"network.{name}") for name in NETWORKS}}.items():
        assert any(title in line for line in out.splitlines() if line.startswith(f"  {name} "))
    assert "python -m training jobs" in out
    for option in ("--family", "--data", "--latent", "--epochs", "--resume", "--shipped", "--seed"):
        assert option in out


def test_help_of_the_real_command(checkpoint_folder: Path) -> None:
    process = _process("--help")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "mmd-vae" in out
    assert err == ""
    assert list(checkpoint_folder.iterdir()) == []


# Mistakes


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["--family", "gan"], "argument --family: invalid choice: 'gan' (choose from "),
    (["--data", "cifar"], "argument --data: invalid choice: 'cifar' (choose from "),
    (["--network", "resnet"], "argument --network: invalid choice: 'resnet'"),
    (["--widths", "a,b"], "argument --widths: must be whole numbers joined by commas, as in 512,256; got 'a,b'"),
    (["--widths", ""], "argument --widths: must be whole numbers joined by commas, as in 512,256; got ''"),
    (["--widths", "8,"], "argument --widths: must be whole numbers joined by commas, as in 512,256; got '8,'"),
    (["--latent", "two"], "argument --latent: invalid int value: 'two'"),
    (["--epochs", "1.5"], "argument --epochs: invalid int value: '1.5'"),
    (["--learning-rate", "fast"], "argument --learning-rate: invalid float value: 'fast'"),
    (["--surprise"], "unrecognized arguments: --surprise"),
])  # fmt: skip
def test_arguments_that_cant_be_read(arguments: list[str], sentence: str, run: Run, checkpoint_folder: Path) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert f"python -m training: error: {sentence}" in err.splitlines()[-1]
    assert list(checkpoint_folder.iterdir()) == []


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["--latent", "0"], "latent_dim must be a whole number from 1 to 128; got 0"),
    (["--latent", "-2"], "latent_dim must be a whole number from 1 to 128; got −2"),
    (["--latent", "1000000000"], "latent_dim must be a whole number from 1 to 128; got 1,000,000,000"),
    (["--epochs", "0"], "epochs must be from 1 to 500; got 0"),
    (["--epochs", "501"], "epochs must be from 1 to 500; got 501"),
    (["--batch", "4"], "batch_size must be from 8 to 1,024; got 4"),
    (["--learning-rate", "-0.001"], "learning_rate must be from 0.0000001 to 1; got −0.001"),
    (["--learning-rate", "nan"], "learning_rate must be a finite number; got nan"),
    (["--learning-rate", "inf"], "learning_rate must be a finite number; got inf"),
    (["--beta", "-1"], "beta must be from 0 to 1,000; got −1"),
    (["--beta", "nan"], "beta must be a finite number; got nan"),
    (["--mmd-weight", "1e9"], "mmd_weight must be from 0 to 1,000,000; got 1,000,000,000"),
    (["--capacity", "-1"], "capacity must be from 0 to 1,000; got −1"),
    (["--beta-warmup", "-1"], "beta_warmup must be from 0 to 500; got −1"),
    (["--seed", "-1"], "seed must be from 0 to"),
    (["--widths", "0"], "widths must be 1 to 8 numbers from 1 to 4,096; got [0]"),
    (["--widths", "-8"], "widths must be 1 to 8 numbers from 1 to 4,096; got [-8]"),
    (["--widths", "8,8,8,8,8,8,8,8,8"], "widths must be 1 to 8 numbers"),
    (["--widths", ",".join(["4096"] * 8)], "parameters; at most 20,000,000"),
    (["--network", "book-cnn", "--widths", "8"], "the book-cnn network has fixed widths"),
    (["--threads", "0"], "threads must be from 1 to"),
    (["--threads", "-1"], "threads must be from 1 to"),
    (["--threads", "100000"], "threads must be from 1 to"),
    (["--family", "autoencoder", "--objective", "elbo"], "needs a stochastic encoder"),
    (["--name", "../x"], "run_id must be 1 to 80 of a-z, 0-9 and '-', starting with a letter or digit; got “../x”"),
    (["--name", "My model"], "run_id must be 1 to 80 of a-z"),
    (["--resume", "../x"], "run_id must be 1 to 80 of a-z"),
    (["--resume", "nothing"], "there is no unfinished run called “nothing”. Unfinished: none"),
    (["--shipped", "nothing"], "shipped model must be one of mnist-vae"),
    (["--preset", "post-vae", "--epochs", "2"], "published programs have a command: python -m published train post-vae"),
])  # fmt: skip
def test_values_that_are_refused(arguments: list[str], sentence: str, run: Run, checkpoint_folder: Path) -> None:
    names_data = any(option in arguments for option in ("--preset", "--shipped", "--resume"))
    code, out, err = run(*([] if names_data else ["--data", "digits"]), *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert sentence in err
    assert err.count("\n") == 1
    assert list(checkpoint_folder.iterdir()) == []


def test_the_environments_mistakes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_THREADS", "many")
    code, _, err = run("--data", "digits")
    assert code == 2
    assert err == f"error: threads must be from 1 to {os.cpu_count()}, the cores of this machine; got “many”.\n"


def test_a_mistake_of_the_real_command_has_no_traceback() -> None:
    process = _process("--data", "digits", "--latent", "0", "--threads", "1")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert (out, err) == ("", "error: model: latent_dim must be a whole number from 1 to 128; got 0.\n")


def test_missing_data_offline(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import urllib.error
    import urllib.request

    def refuse(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    monkeypatch.setenv("LATENT_DATA", str(tmp_path / "data"))
    code, _, err = run("--data", "kmnist", "--threads", "1")
    assert code == 2
    last = err.splitlines()[-1]
    assert last.startswith(f"error: KMNIST is not usable in {tmp_path}/data/KMNIST/raw")
    assert "Traceback" not in err


def test_a_checkpoint_folder_that_is_a_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path / "file"))
    code, out, err = run(*SMALL)
    assert (code, out) == (2, "")
    assert err == "error: the folder of models can't be used: File exists. Name another folder in LATENT_CHECKPOINTS.\n"


@pytest.mark.parametrize("when", ["at the start", "while training", "at the end"])
def test_a_folder_that_becomes_read_only(
    when: str, run: Run, checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """root passes every permission, so the kernel's answer is played."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    before = sorted(checkpoint_folder.rglob("*"))
    match when:
        case "at the start":
            monkeypatch.setattr(Path, "mkdir", refuse)
        case "while training":
            monkeypatch.setattr("training.state.write_file", refuse)
        case "at the end":
            monkeypatch.setattr("models.checkpoint.write_folder", refuse)
    code, _, err = run(*SMALL, "--epochs", "1", "--name", "x")
    assert code == 2
    last = err.splitlines()[-1]
    assert last.startswith("error: ")
    assert "Read-only file system" in last
    assert "LATENT_CHECKPOINTS" in last
    assert "Traceback" not in err
    if when != "at the end":
        assert sorted(path for path in checkpoint_folder.rglob("*") if path.is_file()) == before


# Training


@pytest.mark.parametrize(("options", "family", "network"), [
    (["--family", "mmd-vae", *SMALL], "mmd-vae", "mlp"),
    (["--family", "cvae", "--network", "post-cnn", "--data", "digits", "--threads", "1"], "cvae", "post-cnn"),
])  # fmt: skip
def test_a_training_ends_in_a_checkpoint(
    options: list[str], family: str, network: str, run: Run, checkpoint_folder: Path
) -> None:
    code, out, err = run(*options, "--epochs", "1", "--latent", "3", "--name", "mine")
    assert code == 0, err
    checkpoint = checkpoints.load(checkpoint_folder / "mine")
    assert (checkpoint.run.model.family, checkpoint.run.model.network) == (family, network)
    assert checkpoint.run.model.latent_dim == 3
    assert checkpoint.run.epochs_done == 1
    assert len(checkpoint.history) == 1
    assert {tensor.dtype for tensor in checkpoint.weights.values()} == {np.dtype(np.float16)}
    lines = out.splitlines()
    assert lines[0].startswith("mine: ")
    assert lines[0].endswith(f"{checkpoint.run.parameter_count:,} parameters.")
    assert lines[1].startswith("epoch 1/1: test ")
    assert lines[-1].endswith(f"written to {checkpoint_folder / 'mine'}")
    assert gallery.unfinished_runs() == []
    assert sorted(path.name for path in checkpoint_folder.iterdir()) == [gallery.UNFINISHED, "mine"]


def test_options_reach_the_record(run: Run, checkpoint_folder: Path) -> None:
    code, _, err = run(
        *SMALL, "--family", "beta-vae", "--beta", "2.5", "--beta-warmup", "3", "--batch", "64", "--learning-rate", "0.004",
        "--optimizer", "rmsprop", "--schedule", "constant", "--seed", "7", "--activation", "tanh", "--epochs", "2",
        "--objective", "capacity-elbo", "--capacity", "1.5", "--capacity-epochs", "1", "--mmd-weight", "3", "--name", "x",
    )  # fmt: skip
    assert code == 0, err
    record = checkpoints.load_run(checkpoint_folder / "x")
    training = record.training
    assert (training.weights.beta, training.weights.capacity, training.weights.mmd_weight) == (2.5, 1.5, 3.0)
    assert (training.beta_warmup, training.capacity_epochs, training.epochs, training.batch_size) == (3, 1, 2, 64)
    assert (training.learning_rate, training.optimizer, training.schedule) == (0.004, "rmsprop", "constant")
    assert (training.seed, training.objective, training.precision) == (7, "capacity-elbo", "float32")
    assert (record.model.activation, record.model.widths) == ("tanh", (8,))


def test_without_a_name_the_run_is_called_by_what_it_is(run: Run, checkpoint_folder: Path) -> None:
    code, _, err = run(*SMALL, "--epochs", "1")
    assert code == 0, err
    assert [record.run_id[:17] for record in gallery.list_runs().runs] == ["digits-vae-2d-202"]
    assert list(checkpoint_folder.glob("digits-vae-2d-20*"))


def test_the_same_seed_gives_the_same_model(run: Run, checkpoint_folder: Path) -> None:
    for name in ("one", "other"):
        assert run(*SMALL, "--epochs", "2", "--name", name)[0] == 0
    _same_weights(checkpoint_folder / "one", checkpoint_folder / "other")


def test_a_name_that_is_taken_is_refused_before_the_training(
    run: Run, checkpoint_folder: Path, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    gallery.add(make_checkpoint(run_id="taken"))
    before = _weights(checkpoint_folder / "taken")
    code, out, err = run(*SMALL, "--name", "taken")
    assert (code, out) == (2, "")
    assert err == "error: there is already a model called taken; choose another --name.\n"
    assert all(np.array_equal(tensor, before[name]) for name, tensor in _weights(checkpoint_folder / "taken").items())


def test_a_training_that_fails_ends_with_advice(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise InputError("failed.out_of_memory", batch=8, epoch=1)

    monkeypatch.setattr(drive, "train", broken)
    code, _, err = run(*SMALL, "--name", "x")
    assert code == 2
    assert err.splitlines()[-1] == (
        "error: the device has no memory left for batches of 8 images (epoch 1). Choose a smaller batch or network."
    )


def test_shipped_rebuilds_what_is_there(run: Run, checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.plans import make_plan

    small = make_plan("vae", "digits", 2, {"widths": (8,)}, {"epochs": 1, "precision": "float32"})
    monkeypatch.setattr(command, "SHIPPED", {"small": small, "other": small})
    assert run("--shipped", "--threads", "1")[0] == 0
    assert sorted(record.run_id for record in gallery.list_runs().runs) == ["other", "small"]
    before = checkpoints.load_run(checkpoint_folder / "other").made
    until(lambda: datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds") > before)  # it has whole seconds
    assert run("--shipped", "other", "--threads", "1")[0] == 0
    assert checkpoints.load_run(checkpoint_folder / "other").made > before
    _same_weights(checkpoint_folder / "other", checkpoint_folder / "small")
    monkeypatch.setattr(command, "FILMED", ("other",))
    assert run("--shipped", "--threads", "1")[0] == 0
    assert checkpoints.load(checkpoint_folder / "small", with_series=True).epochs is None
    film = checkpoints.load(checkpoint_folder / "other", with_series=True).epochs
    assert film is not None
    assert film.values == (0, 1)


def test_dial_trains_one_network_for_all_betas(run: Run, checkpoint_folder: Path) -> None:
    options = ["--data", "digits", "--widths", "8", "--epochs", "1", "--threads", "1"]
    code, out, _ = run("dial", *options, "--name", "a-dial", "--range", "0.5,8")
    assert (code, "Measuring the dial at 17 values." in out) == (0, True)
    record, series = (
        checkpoints.load_run(checkpoint_folder / "a-dial"),
        checkpoints.load_dial(checkpoint_folder / "a-dial"),
    )
    assert record.model.dial == Dial("beta", 0.5, 8.0, 1.0)
    assert series is not None
    assert (series.axis, series.values[0], series.values[-1]) == ("beta", 0.5, 8.0)
    assert run("dial", *options, "--name", "another", "--axis", "lambda")[0] == 0
    record = checkpoints.load_run(checkpoint_folder / "another")
    assert (record.model.family, record.model.dial) == ("mmd-vae", Dial("lambda", 0.01, 1e4, 1000.0))


@pytest.mark.parametrize(("options", "sentence"), [
    (["--range", "2,8"], "a dial of beta needs 0.001 <= low < origin < high <= 1,000; got 2, 1, 8."),
    (["--family", "autoencoder"], "the objective “reconstruction” has no beta for a dial to turn."),
    (["--network", "book-cnn"], "a dial needs the network mlp; got “book-cnn”."),
    (["--beta-warmup", "2"], "leave beta_warmup and capacity_epochs at 0."),
])  # fmt: skip
def test_a_dial_that_can_not_be_is_a_sentence(run: Run, options: list[str], sentence: str) -> None:
    code, _, err = run("dial", "--data", "digits", *options)
    assert code == 2
    assert sentence in err


def test_a_recipe_is_that_of_the_page_and_other_options_change_it(run: Run, checkpoint_folder: Path) -> None:
    assert run("--data", "digits", "--recipe", "quick", "--epochs", "1", "--name", "x", "--threads", "1")[0] == 0
    record = checkpoints.load_run(checkpoint_folder / "x")
    assert (record.model.widths, record.training.epochs) == ((128, 128, 128), 1)


def test_own_images_are_data_like_any_other(run: Run, own_shapes: str, checkpoint_folder: Path) -> None:
    assert own_shapes in run("--help")[1]
    few = ("--data", own_shapes, "--recipe", "quick", "--widths", "8", "--epochs", "2", "--threads", "1")
    assert run(*few, "--family", "cvae", "--name", "x")[0] == 0
    made = checkpoints.load(checkpoint_folder / "x")
    assert (made.run.data.title, made.run.data.class_names) == ("My shapes", ("boxes", "circles"))
    images = load(own_shapes).test_x
    assert not any(images[0].tobytes() in path.read_bytes() for path in (checkpoint_folder / "x").iterdir())
    shelf.delete(own_shapes)
    code, _, err = run(*few, "--name", "y")
    assert (code, "invalid choice: 'own-my-shapes'" in err) == (2, True)


def test_the_shipped_names_are_folder_names() -> None:
    for name in SHIPPED:
        gallery.unfinished_path(name)


# Stopping and resuming


@pytest.fixture
def stop_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes the next training receive SIGINT after so many epochs."""

    def after(epochs: int) -> None:
        line = terminal._epoch_line

        def stopping(event: object, total: int) -> str:
            if event.record.epoch == epochs:  # type: ignore[attr-defined]
                os.kill(os.getpid(), signal.SIGINT)
            return line(event, total)  # type: ignore[arg-type]

        monkeypatch.setattr(terminal, "_epoch_line", stopping)

    return after


def test_ctrl_c_leaves_a_state_that_resumes_to_the_same_weights(
    run: Run, checkpoint_folder: Path, stop_after: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [*SMALL, "--epochs", "3", "--network", "mlp"]
    assert run(*options, "--name", "whole")[0] == 0
    with monkeypatch.context():
        stop_after(1)
        code, out, err = run(*options, "--name", "stopped")
    assert code == 130
    assert "Go on with: python -m training --resume stopped" in out
    assert "Traceback" not in err
    assert gallery.unfinished_runs() == ["stopped"]
    assert load_state(gallery.unfinished_path("stopped"), torch.device("cpu")).step == 44
    assert not (checkpoint_folder / "stopped").exists()
    code, out, err = run("--resume", "stopped", "--threads", "1")
    assert code == 0, err
    _same_weights(checkpoint_folder / "whole", checkpoint_folder / "stopped")
    assert gallery.unfinished_runs() == []


def test_an_unfinished_run_is_not_overwritten(run: Run, stop_after: Callable[[int], None]) -> None:
    stop_after(1)
    assert run(*SMALL, "--epochs", "3", "--name", "mine")[0] == 130
    before = gallery.unfinished_path("mine").read_bytes()
    code, out, err = run(*SMALL, "--epochs", "3", "--name", "mine")
    assert (code, out) == (2, "")
    assert err == "error: mine is unfinished. Go on with --resume mine, or choose another --name.\n"
    assert gallery.unfinished_path("mine").read_bytes() == before
    code, _, err = run("--resume", "other")
    assert code == 2
    assert err == "error: there is no unfinished run called “other”. Unfinished: mine.\n"


def test_a_damaged_unfinished_run_is_refused(run: Run) -> None:
    path = gallery.unfinished_path("mine")
    path.parent.mkdir()
    path.write_bytes(b"\xff" * 100)
    code, out, err = run("--resume", "mine", "--threads", "1")
    assert (code, out) == (2, "")
    assert err == "error: mine.safetensors: this unfinished run is cut off; delete it and train again.\n"
    assert path.exists()


def test_a_run_on_other_data_is_not_resumed(run: Run, stop_after: Callable[[int], None]) -> None:
    stop_after(1)
    assert run(*SMALL, "--epochs", "3", "--name", "mine")[0] == 130

    def fewer(name: str) -> DataSet:
        data = load(name)
        return replace(data, train_x=data.train_x[:1000], train_y=data.train_y[:1000])

    code, _, err = run("--resume", "mine", "--threads", "1", load=fewer)
    assert code == 2
    assert err.startswith("error: mine was started on 1,437 images of Digits 8x8, but the data set now has 1,000.")


@pytest.mark.parametrize("where", ["finish", "add", "load_data"])
def test_ctrl_c_outside_of_the_loop_loses_nothing(
    where: str, run: Run, checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [*SMALL, "--epochs", "1"]
    assert run(*options, "--name", "whole")[0] == 0

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if where != "load_data":
            patched.setattr(*{"add": (gallery, "add"), "finish": (drive, "finish")}[where], interrupt)
        more = {"load": interrupt} if where == "load_data" else {}
        code, _, err = run(*options, "--name", "stopped", **more)
    assert code == 130
    assert "Traceback" not in err
    unfinished = "none" if where == "load_data" else "stopped"
    assert err.splitlines()[-1] == f"Stopped. Unfinished runs, for --resume: {unfinished}."
    if where != "load_data":
        assert run("--resume", "stopped", "--threads", "1")[0] == 0
        _same_weights(checkpoint_folder / "whole", checkpoint_folder / "stopped")


def test_a_full_disk_at_the_end_loses_nothing(
    run: Run, checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [*SMALL, "--epochs", "1"]
    assert run(*options, "--name", "whole")[0] == 0

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("models.checkpoint.write_folder", full)
        code, _, err = run(*options, "--name", "mine")
    assert code == 2
    assert "mine can't be written: No space left on device. Free some space" in err.splitlines()[-1]
    assert run("--resume", "mine", "--threads", "1")[0] == 0
    _same_weights(checkpoint_folder / "whole", checkpoint_folder / "mine")


def test_ctrl_c_within_the_final_tests_stops_at_once(
    run: Run, checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [*SMALL, "--epochs", "1"]
    assert run(*options, "--name", "whole")[0] == 0
    real = drive.finish

    def interrupted(*args: Any, **more: Any) -> Checkpoint:
        os.kill(os.getpid(), signal.SIGINT)
        return real(*args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(drive, "finish", interrupted)
        code, out, _ = run(*options, "--name", "stopped")
    assert code == 130
    assert "Go on with: python -m training --resume stopped" in out
    assert not (checkpoint_folder / "stopped").exists()
    assert run("--resume", "stopped", "--threads", "1")[0] == 0
    _same_weights(checkpoint_folder / "whole", checkpoint_folder / "stopped")


def test_out_of_memory_halves_the_batch_here_too(
    run: Run, checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = loop._step

    def hungry(state: TrainState, pixels: torch.Tensor, *args: Any) -> Any:
        if len(pixels) == 64:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return step(state, pixels, *args)

    monkeypatch.setattr(loop, "_step", hungry)
    code, out, err = run(*SMALL, "--epochs", "1", "--batch", "64", "--name", "mine")
    assert code == 0, err
    assert "The device ran out of memory: the batch is now 32 images, not 64." in out
    assert checkpoints.load_run(checkpoint_folder / "mine").training.batch_size == 32


def test_a_loss_that_is_not_finite_keeps_the_last_good_state_here_too(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = loop._step

    def poison(state: TrainState, *args: Any) -> Any:
        if state.step == 100:
            next(state.model.parameters()).data[0, 0] = float("nan")
        return step(state, *args)

    with monkeypatch.context() as patched:
        patched.setattr(loop, "_step", poison)
        code, _, err = run(*SMALL, "--epochs", "4", "--name", "mine", pacing=Pacing(save_share=1e6))
    assert code == 2
    assert "the loss is not a finite number any more (epoch 3" in err
    assert err.endswith("Or lower it and resume: the last good state is kept.\n")
    assert load_state(gallery.unfinished_path("mine"), torch.device("cpu")).epoch == 2
    assert run("--resume", "mine", "--threads", "1")[0] == 0


# Runs of the app's queue


@pytest.fixture
def queued(checkpoint_folder: Path, few_digits: DataSet) -> Iterator[tuple[TrainingService, str, str]]:
    """A server's service, a training of it, and the training's run; stopped and opened anew by the test if it likes."""
    service = open_service(checkpoint_folder, load=lambda *_, **__: few_digits, pacing=Pacing(save_share=1e6))
    job_id = service.submit("me", "key", spec(200))
    run_id = str(service.snapshot(job_id).spec["run_id"])
    service.command(job_id, "slow", 0.01)
    until(lambda: run_id in gallery.unfinished_runs())
    yield service, job_id, run_id
    assert service.stop(5)


def test_a_run_that_a_server_trains_is_not_resumed(run: Run, queued: tuple[TrainingService, str, str]) -> None:
    service, job_id, run_id = queued
    code, out, err = run("--resume", run_id)
    assert (code, out) == (2, "")
    assert err == f"error: a running server trains {run_id} now: pause or cancel it in the app.\n"
    assert service.snapshot(job_id).active


def test_a_run_of_a_queue_is_resumed_by_the_queue(run: Run, queued: tuple[TrainingService, str, str]) -> None:
    """Its changes are in the journal, which only the queue reads."""
    service, job_id, run_id = queued
    assert service.stop(5)
    before = gallery.unfinished_path(run_id).read_bytes()
    code, out, err = run("--resume", run_id)
    assert (code, out) == (2, "")
    assert err == f"error: {run_id} was begun in the app. Go on with: python -m training jobs resume {job_id}\n"
    assert gallery.unfinished_path(run_id).read_bytes() == before


def test_keep_epochs_films_a_training(run: Run, checkpoint_folder: Path, few_digits: DataSet) -> None:
    for name, more in {"filmed": ["--keep-epochs"], "plain": []}.items():
        code, _, err = run(*SMALL, "--epochs", "3", "--name", name, *more, load=lambda _: few_digits)
        assert code == 0, err
    filmed = checkpoints.load(checkpoint_folder / "filmed", with_series=True).epochs
    assert filmed is not None
    assert filmed.values == (0, 1, 2, 3)
    assert checkpoints.load(checkpoint_folder / "plain", with_series=True).epochs is None
    assert list((checkpoint_folder / gallery.UNFINISHED).iterdir()) == []


def test_the_signals_are_given_back(run: Run) -> None:
    before = [signal.getsignal(number) for number in terminal.STOP_SIGNALS]
    assert run(*SMALL, "--epochs", "1", "--name", "x")[0] == 0
    assert [signal.getsignal(number) for number in terminal.STOP_SIGNALS] == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_real_command(number: signal.Signals, run: Run, checkpoint_folder: Path) -> None:
    options = [*SMALL, "--epochs", "10", "--name", "mine"]
    process = _process(*options)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("mine: VAE on Digits")
    assert process.stdout.readline().startswith("epoch 1/10")
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Go on with: python -m training --resume mine" in out
    assert "Traceback" not in err
    assert load_state(gallery.unfinished_path("mine"), torch.device("cpu")).step < 10 * 44
    if number == signal.SIGINT:
        assert run("--resume", "mine", "--threads", "1")[0] == 0
        assert run(*options[:-2], "--name", "whole")[0] == 0
        _same_weights(checkpoint_folder / "whole", checkpoint_folder / "mine")


def test_a_kill_leaves_a_state_that_can_be_resumed(run: Run, checkpoint_folder: Path) -> None:
    """SIGKILL while the state is saved after every epoch: the last one is whole, and the next start sweeps the rest."""
    script = (
        "import sys; from training.command import main; from training.pacing import Pacing; "
        "sys.exit(main(pacing=Pacing(save_share=1e6)))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, *SMALL, "--epochs", "8", "--name", "mine"], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    while not process.stdout.readline().startswith("epoch 3/8"):
        assert process.poll() is None
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    reached = load_state(gallery.unfinished_path("mine"), torch.device("cpu"))
    assert reached.epoch >= 2
    assert run("--resume", "mine", "--threads", "1")[0] == 0
    assert run(*SMALL, "--epochs", "8", "--name", "whole")[0] == 0
    _same_weights(checkpoint_folder / "whole", checkpoint_folder / "mine")
    assert [path.name for path in checkpoint_folder.rglob(".writing-*")] == []
