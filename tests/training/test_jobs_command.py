"""`python -m training jobs`: lists, cancels and resumes, beside a server or without, with the server's own queue."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from training import jobs_command, store, train_job
from training.command import main
from training.data import DataSet
from training.job import CANCELLED, DONE, INTERRUPTED
from training.service import TrainingService, open_service

ROOT = Path(__file__).parent.parent.parent
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], checkpoint_folder: Path) -> Run:
    """Runs the command line in this process: exit code, output and errors."""
    assert checkpoint_folder.is_dir()

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main(["jobs", *arguments])
        except SystemExit as stop:  # argparse
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def server(checkpoint_folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingService]:
    monkeypatch.setattr(train_job, "load_data", lambda *_, **__: few_digits)
    service = open_service(checkpoint_folder)
    yield service
    assert service.stop(5)


def spec(epochs: int) -> dict[str, Any]:
    return {"family": "vae", "data": "digits", "model": {"widths": [8]},
            "training": {"epochs": epochs, "precision": "float32"}}  # fmt: skip


def _started(service: TrainingService, job: str) -> None:
    deadline = time.monotonic() + 10
    while service.snapshot(job).payload is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_an_empty_list(run: Run) -> None:
    assert run() == (0, "0 jobs. No server runs.\n", "")
    assert run("list") == run()


def test_a_name_that_is_not_there_is_a_sentence(run: Run) -> None:
    for arguments in (("cancel", "nobody"), ("resume", "nobody"), ("cancel",)):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert err.startswith("error: 0 jobs are called '")
        assert err.endswith("Under way or resumable: none.\n")
    assert run("dance")[0] == 2


def test_a_server_is_asked(run: Run, server: TrainingService, checkpoint_folder: Path) -> None:
    job, done = server.submit("a", "1", spec(200)), server.submit("a", "2", spec(1))
    _started(server, job)
    code, out, _ = run("list")
    assert code == 0
    assert f"{job}  running" in out
    assert server.snapshot(job).spec["run_id"] in out
    assert out.endswith("2 jobs. A server runs them.\n")
    code, out, err = run("cancel", job[:8])
    assert (code, out, err) == (0, f"{job} is cancelled. Cancelled.\n", "")
    assert server.wait(job, 5).status == CANCELLED
    server.wait(done, 10)
    code, _, err = run("resume", done)
    assert (code, err) == (2, f"error: {done} is done; there is nothing to resume.\n")
    assert run("cancel", done)[2] == f"error: {done} is done already.\n"
    paused = server.submit("a", "3", spec(30))
    server.pause(paused)
    deadline = time.monotonic() + 10
    while server.snapshot(paused).status != "paused":
        assert time.monotonic() < deadline
        time.sleep(0.005)
    code, out, _ = run("resume", server.snapshot(paused).spec["run_id"])
    assert code == 0
    assert server.wait(paused, 20).status == DONE
    assert len(store.list_runs(checkpoint_folder).runs) == 2


def test_without_a_server_it_does_the_work(run: Run, server: TrainingService, checkpoint_folder: Path) -> None:
    jobs = [server.submit("a", key, spec(60)) for key in "12"]
    _started(server, jobs[0])
    assert server.stop(5)
    code, out, _ = run()
    assert f"{jobs[0]}  {INTERRUPTED}" in out
    assert out.endswith("2 jobs. No server runs.\n")
    assert run("cancel", jobs[1]) == (0, f"{jobs[1]} is cancelled.\n", "")
    code, out, err = run("resume", jobs[0])
    assert (code, err) == (0, "")
    assert ": epoch " in out
    assert f"{jobs[0]} is done. Trained 60 epochs" in out
    (made,) = store.list_runs(checkpoint_folder).runs
    assert made.epochs_done == 60
    assert run("resume", jobs[0])[0] == 2


def test_ctrl_c_stops_and_it_goes_on_later(run: Run, server: TrainingService, monkeypatch: pytest.MonkeyPatch) -> None:
    job = server.submit("a", "1", spec(200))
    _started(server, job)
    assert server.stop(5)
    pid, shown = os.getpid(), list[str]()

    def show(text: str, **_: object) -> None:
        shown.append(text)
        if "epoch" in text and len(shown) < 3:
            threading.Timer(0.01, os.kill, (pid, signal.SIGINT)).start()

    monkeypatch.setattr(jobs_command, "print", show, raising=False)
    before = signal.getsignal(signal.SIGINT)
    code, _, _ = run("resume", job)
    assert code in (0, 130)  # a fast machine may be done
    if code == 130:
        assert shown[-1] == f"Stopped. Go on with: python -m training jobs resume {job}"
    assert signal.getsignal(signal.SIGINT) == before
    assert run("resume", job)[0] == (0 if code == 130 else 2)


def test_it_is_in_the_help_and_runs_as_a_process(tmp_path: Path) -> None:
    environment = os.environ | {"LATENT_CHECKPOINTS": str(tmp_path)}
    for arguments, text in [(("--help",), "python -m training jobs"), (("jobs",), "0 jobs. No server runs.")]:
        done = subprocess.run(
            [sys.executable, "-m", "training", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
            timeout=120, check=True,
        )  # fmt: skip
        assert text in done.stdout


def test_keep_epochs_films_a_training_of_the_command_line(
    checkpoint_folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.checkpoint import load
    from training import command

    monkeypatch.setattr(command, "load_data", lambda *_, **__: few_digits)
    arguments = ["--data", "digits", "--widths", "8", "--epochs", "3", "--precision", "float32", "--threads", "1"]
    assert main([*arguments, "--name", "filmed", "--keep-epochs"]) == 0
    assert main([*arguments, "--name", "plain"]) == 0
    filmed = load(checkpoint_folder / "filmed", with_epochs=True).epochs
    assert filmed is not None
    assert filmed.numbers == (0, 1, 2, 3)
    assert load(checkpoint_folder / "plain", with_epochs=True).epochs is None
    assert list((checkpoint_folder / store.UNFINISHED).iterdir()) == []
