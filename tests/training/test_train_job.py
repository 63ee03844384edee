"""A training job from its spec to its checkpoint: killed, stopped, commanded, changed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from trainings import expected, result, same, spec, view, wait_epochs, words
from waiting import until

from datasets.data_set import DataSet
from jobs.job import CANCELLED, DONE, FAILED, INTERRUPTED, PAUSED, RUNNING, Limits
from jobs.journal import Journal
from models import checkpoint as checkpoints
from models import gallery
from models.errors import InputError, Reason
from training import drive, loop
from training.pacing import Pacing
from training.service import TrainingService, open_service
from training.snapshot import TrainingSnapshot
from training.state import load_state

HERE = Path(__file__).parent
KILLS = int(os.environ.get("LATENT_KILLS", "30"))
SLOWLY = 0.02  # seconds of rest after a batch: what is to be met on the way does not end first
Open = Callable[..., TrainingService]

OTHER_PROCESS = Reason("training.other_process")


# From spec to checkpoint


@pytest.mark.parametrize("family", ["vae", "cvae", "mmd-vae", "autoencoder"])
def test_the_checkpoint_is_that_of_the_bare_loop(
    open_one: Open, folder: Path, few_digits: DataSet, family: str
) -> None:
    service = open_one()
    job = service.wait(service.submit("a", "k", spec(3, family)), 30)
    assert job.status == DONE, words(job)
    assert words(job).startswith("Trained 3 epochs in ")
    made = result(folder, job)
    same(made, expected(spec(3, family), few_digits, folder / "reference"))
    assert made.epochs is not None
    assert made.epochs.values == (0, 1, 2, 3)
    left = [path.name for path in (folder / gallery.UNFINISHED).iterdir() if not path.name.startswith("jobs.")]
    assert left == []
    assert [run.run_id for run in gallery.list_runs(folder).runs] == [job.spec["run_id"]]


def test_the_view_shows_it_all(open_one: Open, folder: Path, few_digits: DataSet) -> None:
    service = open_one()
    job = service.submit("a", "k", spec(4))
    seen: list[TrainingSnapshot] = []
    while service.snapshot(job).active:
        found = view(service, job)
        if found is not None and (not seen or seen[-1] is not found):
            seen.append(found)
        time.sleep(0.001)
    last = service.snapshot(job).payload
    assert (last.phase, last.epoch, last.epochs, last.batch_size) == ("finishing", 4, 4, 32)
    assert (last.step, last.steps) == (16, 16)
    assert last.kept == (0, 1, 2, 3, 4)
    assert last.kl == last.history[-1].test.kl
    assert [record.epoch for record in last.history] == [1, 2, 3, 4]
    assert np.array_equal(last.labels, few_digits.test_y)
    assert last.pictures.mu.shape == (40, 2)
    assert last.pictures.mu.dtype == np.float32
    assert last.pictures.samples.shape == (16, 1, 8, 8)
    assert last.pictures.samples.dtype == np.uint8
    trained = checkpoints.load(folder / last.run_id)
    assert last.pictures.networks.keys() == {
        name for name in trained.weights if name.startswith(("encoder.", "decoder."))
    }
    for name, weights in last.pictures.networks.items():  # the file may round them
        assert np.allclose(weights, trained.weights[name].astype(np.float32), atol=1e-3), "not that of the last step"
    assert (last.pictures.epoch, last.pictures.step) == (4, 16)
    assert last.health[0].code == "health.worse_than_the_mean"
    first = seen[0]
    assert first.epoch == 0
    assert first.pictures is not None  # the map starts with what the untrained network makes of the test set
    assert [one.step for one in seen] == sorted(one.step for one in seen)
    with pytest.raises(AttributeError):
        last.epoch = 5


def test_a_spec_that_cant_be_trained_is_refused_before_it_waits(
    open_one: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = open_one()
    with pytest.raises(InputError, match=r"run\.between: name=epochs"):
        service.submit("a", "k", spec(0))
    monkeypatch.setenv("LATENT_DATA", "/nowhere")
    with pytest.raises(InputError, match=r"training\.to_fetch: data=MNIST, megabytes=12"):
        service.submit("a", "k", {"family": "vae", "data": "mnist"})
    assert service.jobs() == ()


# Interrupted and resumed


def test_kills_lose_nothing() -> None:
    """0 unreadable, 0 acknowledged and lost, every resumed run equal to an uninterrupted one, bit for bit."""
    done = subprocess.run(
        [sys.executable, str(HERE / "kill_training.py"), str(KILLS), str(time.time_ns() % 10**6)],
        capture_output=True, text=True, timeout=120 + 2 * KILLS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    print(found)
    nothing = (
        "unreadable",
        "strays",
        "unfinished",
        "statuses",
        "lost",
        "lost_commands",
        "lost_cancels",
        "different",
        "forgotten",
    )
    assert {name: found[name] for name in nothing} == {name: [] for name in nothing}
    assert found["failed"] == 0
    assert found["kills"] >= KILLS
    assert found["crashes"] > KILLS / 10  # it was indeed killed while a job ran
    assert found["jobs"] >= 3


def test_stop_saves_and_the_next_start_goes_on(open_one: Open, folder: Path, few_digits: DataSet) -> None:
    service = open_one()
    job = service.submit("a", "k", spec(20))
    service.command(job, "slow", SLOWLY)
    at = wait_epochs(service, job, 3)
    assert service.stop(5)
    assert service.snapshot(job).status == INTERRUPTED
    path = gallery.unfinished_path(service.snapshot(job).spec["run_id"], folder)
    assert load_state(path, torch.device("cpu")).step >= at.step
    service = open_one()
    done = service.wait(job, 30)
    assert done.status == DONE
    same(result(folder, done), expected(spec(20), few_digits, folder / "reference"))


def test_stop_within_the_final_tests_finishes_at_the_next_start(
    open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch, few_digits: DataSet
) -> None:
    service = open_one()
    real, waiting = drive.finish, list[int]()

    def slow(*args: Any, **options: Any) -> checkpoints.Checkpoint:
        waiting.append(1)
        until(options["should_abandon"])
        return real(*args, **options)

    monkeypatch.setattr(drive, "finish", slow)
    job = service.submit("a", "k", spec(3))
    until(lambda: waiting)
    assert service.stop(5)
    assert service.snapshot(job).status == INTERRUPTED
    assert not (folder / service.snapshot(job).spec["run_id"]).exists()
    monkeypatch.setattr(drive, "finish", real)
    done = open_one().wait(job, 30)
    assert done.status == DONE
    same(result(folder, done), expected(spec(3), few_digits, folder / "reference"))


def test_a_run_that_is_written_already_is_done(open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a kill between the last rename and the journal's last line."""
    service = open_one()
    job = service.wait(service.submit("a", "k", spec(2)), 30)
    service._journal.move(job.job_id, RUNNING, Reason("as if"))  # type: ignore[union-attr]
    monkeypatch.setattr(drive, "train", None)  # it must not train again
    again = open_one().wait(job.job_id, 10)
    assert (again.status, again.reason) == (DONE, job.reason)


SERVER = """
import signal, sys, threading
from pathlib import Path
from training.service import open_service
service, ended = open_service(Path(sys.argv[1])), threading.Event()
signal.signal(signal.SIGTERM, lambda *_: ended.set())
service.submit("a", "k", {"family": "vae", "data": "digits", "training": {"epochs": 200, "precision": "float32"}})
print("ready", flush=True)
ended.wait()
sys.exit(0 if service.stop() else 1)
"""


def test_sigterm_saves_and_ends_with_0(folder: Path) -> None:
    environment = os.environ | {"LATENT_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder)], stdout=subprocess.PIPE, env=environment
    ) as server:
        assert server.stdout is not None
        server.stdout.readline()
        other = open_service(folder)  # what a second process sees
        assert other.refusal == OTHER_PROCESS
        (job,) = other.jobs()
        with pytest.raises(InputError, match=r"training\.not_possible: why=\(training\.other_process\)"):
            other.submit("a", "other", spec())
        until(lambda: gallery.unfinished_runs(folder), 60)  # it trains, and has saved
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    with contextlib.closing(Journal(folder / gallery.UNFINISHED)) as journal:  # which only reads: `other` takes over
        assert [job.status for job in journal.jobs()] == [INTERRUPTED]
    assert load_state(gallery.unfinished_path(job.spec["run_id"], folder), torch.device("cpu")).step > 0
    until(lambda: not other.refusal)  # the folder is free now: this process takes over
    other.command(job.job_id, "cancel")
    assert other.wait(job.job_id, 60).status == CANCELLED
    assert other.stop(5)


def test_a_second_server_takes_over_when_somebody_looks(
    folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page only looks; 100 queued jobs must not wait until somebody restarts the server."""
    monkeypatch.setattr("training.service.RETRY_SECONDS", 0.01)
    first, second = (open_service(folder, load=lambda *_, **__: few_digits) for _ in range(2))
    jobs = [first.submit("a", key, spec(epochs)) for key, epochs in (("1", 200), ("2", 2))]
    wait_epochs(first, jobs[0])
    assert (first.refusal, second.refusal) == (None, OTHER_PROCESS)
    assert second.position(jobs[1]) is None
    assert first.stop(5)
    until(lambda: second.snapshot(jobs[0]).status == RUNNING)
    assert second.refusal is None
    assert second.position(jobs[1]) == 1
    second.command(jobs[0], "cancel")
    assert second.wait(jobs[1], 30).status == DONE
    assert second.stop(5)


def test_to_look_for_the_folder_is_cheap(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = open_service(folder), open_service(folder)
    looks = list[int]()
    monkeypatch.setattr("jobs.journal.try_lock", lambda _: bool(looks.append(1)))
    for _ in range(100):
        assert second.refusal == OTHER_PROCESS
        second.jobs()
    assert len(looks) <= 1
    assert second.stop() and first.stop()


# Commands and changes while it runs


def test_cancel_takes_one_batch_and_can_be_undone(open_one: Open, folder: Path, few_digits: DataSet) -> None:
    service = open_one()
    job = service.submit("a", "k", spec(20))
    service.command(job, "slow", SLOWLY)
    at = wait_epochs(service, job)
    service.command(job, "cancel")
    assert service.wait(job, 30).status == CANCELLED
    path = gallery.unfinished_path(service.snapshot(job).spec["run_id"], folder)
    assert load_state(path, torch.device("cpu")).step >= at.step
    service.command(job, "resume")
    done = service.wait(job, 30)
    same(result(folder, done), expected(spec(20), few_digits, folder / "reference"))


def test_what_is_cancelled_leaves_nothing_in_the_end(open_one: Open, folder: Path) -> None:
    service = open_one(limits=Limits(undo_seconds=0.0))
    job = service.submit("a", "k", spec(200))
    wait_epochs(service, job)
    service.command(job, "cancel")
    until(lambda: service.snapshot(job).ended_for_good)
    until(lambda: not [path for path in folder.rglob("*") if path.name.startswith("digits")])


def test_cancel_does_not_wait_for_the_test_set(open_one: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    service, testing = open_one(), list[int]()
    real = loop.evaluate

    def slow(*args: Any, **options: Any) -> Any:
        testing.append(1)
        until(options["should_abandon"])
        return real(*args, **options)

    monkeypatch.setattr(loop, "evaluate", slow)
    job = service.submit("a", "k", spec(2))
    until(lambda: testing)
    service.command(job, "cancel")
    assert service.wait(job, 30).status == CANCELLED


def test_pause_steps_and_slow_motion_change_nothing(open_one: Open, folder: Path, few_digits: DataSet) -> None:
    service = open_one()
    job = service.submit("a", "k", spec(20))
    service.command(job, "slow", SLOWLY)
    wait_epochs(service, job)
    service.command(job, "pause")
    until(lambda: service.snapshot(job).status == PAUSED)
    until(lambda: view(service, job).pictures.step == view(service, job).step)  # type: ignore[union-attr]
    before = view(service, job)
    assert before is not None
    service.command(job, "step")
    until(lambda: view(service, job).step == before.step + 1)  # type: ignore[union-attr]
    after = view(service, job)
    assert after is not None
    assert after.pictures is not None
    assert before.pictures is not None
    assert after.pictures.step == after.step
    assert not np.array_equal(after.pictures.mu, before.pictures.mu)  # the map moves with a single batch
    assert after.recent[-1].step == after.step
    last = after.recent[-1]
    assert last.loss == pytest.approx(-last.log_likelihood + (last.kl or 0), abs=1e-3)
    service.command(job, "slow", 0.01)
    service.command(job, "resume")
    until(lambda: view(service, job).step > after.step + 5)  # type: ignore[union-attr]
    service.command(job, "slow", 0)
    done = service.wait(job, 30)
    same(result(folder, done), expected(spec(20), few_digits, folder / "reference"))


def test_changed_settings_are_recorded_and_repeated(open_one: Open, folder: Path, few_digits: DataSet) -> None:
    wanted = spec(20, "beta-vae")
    service = open_one()
    job = service.submit("a", "k", wanted)
    service.command(job, "slow", SLOWLY)
    wait_epochs(service, job)
    service.change(job, "learning_rate", 5e-4)
    service.change(job, "beta", 2.0)
    until(lambda: len(view(service, job).changes) == 2)  # type: ignore[union-attr]
    now = view(service, job)
    assert now is not None
    assert (now.learning_rate, now.beta) == (5e-4, 2.0)
    assert service.stop(5)
    service = open_one()
    service.command(job, "slow", SLOWLY)
    wait_epochs(service, job, now.epoch + 2)
    service.change(job, "learning_rate", 1e-4)
    until(lambda: len(view(service, job).changes) == 3)  # type: ignore[union-attr]
    service.command(job, "slow", 0)
    done = service.wait(job, 30)
    changes = result(folder, done).run.training.changes
    given = [("learning_rate", 5e-4), ("beta", 2.0), ("learning_rate", 1e-4)]
    assert [(one.name, one.value) for one in changes] == given
    same(result(folder, done), expected(wanted, few_digits, folder / "reference", changes))
    assert not np.array_equal(
        expected(wanted, few_digits, folder / "plain").weights["decoder.0.weight"],
        result(folder, done).weights["decoder.0.weight"],
    )


def test_a_change_that_has_no_effect_is_refused(open_one: Open) -> None:
    service = open_one()
    job = service.submit("a", "k", spec(200))
    for name, value, sentence in [
        ("beta", 2.0, r"training\.no_effect"),
        ("mmd_weight", 2.0, r"training\.no_effect: name=mmd_weight"),
        ("learning_rate", 2.0, r"run\.between: name=learning_rate"),
        ("learning_rate", float("nan"), r"training\.no_number: name=learning_rate"),
        ("seed", 2.0, r"training\.not_adjustable: .*got=seed"),
    ]:
        with pytest.raises(InputError, match=sentence):
            service.change(job, name, value)
    service.command(job, "cancel")


def test_a_pinned_epoch_is_in_the_checkpoint(open_one: Open, folder: Path) -> None:
    service = open_one()
    job = service.submit("a", "k", spec(70))
    wait_epochs(service, job, 2)
    service.command(job, "pause")
    until(lambda: service.snapshot(job).status == PAUSED)
    service.command(job, "keep_epoch")
    number = wait_epochs(service, job).epoch
    service.command(job, "resume")
    done = service.wait(job, 30)
    made = result(folder, done)
    assert made.epochs is not None
    assert number in made.epochs.values
    assert len(made.epochs.values) <= 31
    assert done.payload.kept == made.epochs.values


def test_the_time_limit_keeps_what_was_learnt(open_one: Open, folder: Path) -> None:
    service = open_one(limits=Limits(seconds=0.3))
    job = service.wait(service.submit("a", "k", spec(200)), 10)
    if job.status == FAILED:  # a fast machine may be done
        assert "the limit of 0.005 minutes is reached; what it learnt is kept" in words(job)
        assert gallery.unfinished_runs(folder) == [job.spec["run_id"]]


def test_the_map_moves_within_an_epoch_too(open_one: Open) -> None:
    """Most of it happens in the first epoch."""
    service = open_one(pacing=Pacing(first_map_seconds=0.0, map_share=1.0, report_seconds=0.0))
    job = service.submit("a", "k", spec(200))
    seen = set()

    def within() -> bool:
        found = view(service, job)
        if found is not None and found.pictures is not None:
            seen.add((found.pictures.epoch, found.pictures.step))
        return any(one[0] == other[0] and one != other for one in seen for other in seen)

    until(within)
    service.command(job, "cancel")
