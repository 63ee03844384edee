"""`python -m training jobs`: lists, cancels and resumes, beside a server or without, with the server's own queue."""

import functools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import until

from datasets.data_set import DataSet
from jobs.job import CANCELLED, DONE, INTERRUPTED, PAUSED
from models import gallery
from training import jobs_command
from training.command import main
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
    """What a server runs; the command line has the same few digits."""
    with_few = functools.partial(open_service, load=lambda *_, **__: few_digits)
    monkeypatch.setattr(jobs_command, "open_service", with_few)
    service = with_few(checkpoint_folder)
    yield service
    assert service.stop(5)


def spec(epochs: int) -> dict[str, Any]:
    return {"family": "vae", "data": "digits", "model": {"widths": [8]},
            "training": {"epochs": epochs, "precision": "float32"}}  # fmt: skip


def _started(service: TrainingService, job: str) -> None:
    until(lambda: service.snapshot(job).payload is not None)


def test_an_empty_list(run: Run) -> None:
    assert run() == (0, "0 jobs. No server runs.\n", "")
    assert run("list") == run()


def test_a_name_that_is_not_there_is_a_sentence(run: Run) -> None:
    for arguments in (("cancel", "nobody"), ("resume", "nobody"), ("cancel",)):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert err.startswith("error: 0 jobs are called “")
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
    assert (code, out, err) == (
        0,
        f"{job} is cancelled. Cancelled. What it has learnt is kept for a while: resume it to go on.\n",
        "",
    )
    assert server.wait(job, 5).status == CANCELLED
    server.wait(done, 10)
    code, _, err = run("resume", done)
    assert (code, err) == (2, f"error: {done} has ended; there is nothing to resume.\n")
    assert run("cancel", done)[2] == f"error: {done} has ended already.\n"
    paused = server.submit("a", "3", spec(30))
    server.command(paused, "pause")
    until(lambda: server.snapshot(paused).status == PAUSED)
    code, out, _ = run("resume", server.snapshot(paused).spec["run_id"])
    assert code == 0
    assert server.wait(paused, 20).status == DONE
    assert len(gallery.list_runs(checkpoint_folder).runs) == 2


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
    (made,) = gallery.list_runs(checkpoint_folder).runs
    assert made.epochs_done == 60
    assert run("resume", jobs[0])[0] == 2


def test_ctrl_c_stops_and_it_goes_on_later(run: Run, server: TrainingService, monkeypatch: pytest.MonkeyPatch) -> None:
    job = server.submit("a", "1", spec(60))
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


def test_it_runs_as_a_process(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "training", "jobs"], cwd=ROOT, env=os.environ | {"LATENT_CHECKPOINTS": str(tmp_path)},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert done.stdout == "0 jobs. No server runs.\n"
