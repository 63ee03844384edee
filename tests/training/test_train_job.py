"""A training job from its spec to its checkpoint: killed, stopped, turned, out of memory, on a full disk."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from models import checkpoint as checkpoints
from models.errors import InputError
from training import loop, store, train_job
from training.data import DataSet
from training.epochs import start_film
from training.finish import finish
from training.job import CANCELLED, DONE, FAILED, INTERRUPTED, PAUSED, RUNNING, Job, Limits
from training.loop import EpochDone, train
from training.service import OTHER_PROCESS, TrainingService, open_service
from training.spec import plan_of
from training.state import TrainState, load_state
from training.view import TrainingView

HERE = Path(__file__).parent
KILLS = int(os.environ.get("LATENT_KILLS", "100"))
Open = Callable[..., TrainingService]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store.prepare(tmp_path / "checkpoints")
    return tmp_path / "checkpoints"


@pytest.fixture
def open_one(folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """A function that opens the folder's service on few digits; the last one is stopped before the next is opened."""
    monkeypatch.setattr(train_job, "load_data", lambda *_, **__: few_digits)
    opened: list[TrainingService] = []

    def open_next(**options: Any) -> TrainingService:
        while opened:
            assert opened.pop().stop(5)
        opened.append(open_service(folder, **options))
        assert not opened[0].refusal
        return opened[0]

    yield open_next
    while opened:
        assert opened.pop().stop(5)


def spec(epochs: int = 3, family: str = "vae", **training: Any) -> dict[str, Any]:
    return {
        "family": family, "data": "digits", "model": {"widths": [8]},
        "training": {"epochs": epochs, "batch_size": 32, "precision": "float32", **training},
    }  # fmt: skip


def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.001)


def view(service: TrainingService, job: str) -> TrainingView | None:
    payload = service.snapshot(job).payload
    assert payload is None or isinstance(payload, TrainingView)
    return payload


def training(service: TrainingService, job: str, epochs: int = 1) -> TrainingView:
    """Waits until so many epochs are done."""
    until(lambda: (found := view(service, job)) is not None and found.epoch >= epochs)
    found = view(service, job)
    assert found is not None
    return found


def result(folder: Path, job: Job) -> checkpoints.Checkpoint:
    return checkpoints.load(folder / job.spec["run_id"], with_epochs=True)


def expected(
    asked: dict[str, Any], data: DataSet, folder: Path, changes: tuple[Any, ...] = ()
) -> checkpoints.Checkpoint:
    """What the bare loop makes of a spec."""
    plan = plan_of(asked)
    settings = replace(plan.training, changes=changes)
    state = TrainState("x", plan.title, plan.model, settings, data.record(), torch.device("cpu"))
    film = start_film(folder / "x.safetensors", state, data)
    for event in train(state, data):
        if isinstance(event, EpochDone):
            film.add(state.epoch, state.model, event.evaluation.latents.mu)
    return replace(finish(state, data), epochs=film.collect())


def same(one: checkpoints.Checkpoint, other: checkpoints.Checkpoint) -> None:
    first, second = checkpoints.to_files(one), checkpoints.to_files(other)
    for name in ("weights.safetensors", "latents.safetensors", "epochs.safetensors"):
        assert first[name] == second[name], name
    without_time = [[replace(record, seconds=0.0) for record in made.history] for made in (one, other)]
    assert without_time[0] == without_time[1]
    assert one.run.test == other.run.test
    assert one.run.training == other.run.training


# From spec to checkpoint


@pytest.mark.parametrize("family", ["vae", "cvae", "mmd-vae", "autoencoder"])
def test_the_checkpoint_is_that_of_the_bare_loop(
    open_one: Open, folder: Path, few_digits: DataSet, family: str
) -> None:
    service = open_one()
    job = service.wait(service.submit("a", "k", spec(3, family)), 30)
    assert job.status == DONE, job.reason
    assert job.reason.startswith("Trained 3 epochs in ")
    made = result(folder, job)
    same(made, expected(spec(3, family), few_digits, folder / "reference"))
    assert made.epochs is not None
    assert made.epochs.numbers == (0, 1, 2, 3)
    left = [path.name for path in (folder / store.UNFINISHED).iterdir() if not path.name.startswith("jobs.")]
    assert left == []
    assert [run.run_id for run in store.list_runs(folder).runs] == [job.spec["run_id"]]


def test_the_view_shows_it_all(open_one: Open, few_digits: DataSet) -> None:
    service = open_one()
    job = service.submit("a", "k", spec(4))
    seen: list[TrainingView] = []
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
    assert np.array_equal(last.labels, few_digits.test_y.numpy())
    assert last.pictures.mu.shape == (40, 2)
    assert last.pictures.mu.dtype == np.float32
    assert last.pictures.samples.shape == (16, 1, 8, 8)
    assert last.pictures.samples.dtype == np.uint8
    assert (last.pictures.epoch, last.pictures.step) == (4, 16)
    assert "Reconstructions are worse than the mean image" in last.health[0]
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
    with pytest.raises(InputError, match="epochs must be from 1 to 500; got 0"):
        service.submit("a", "k", spec(0))
    monkeypatch.setenv("LATENT_DATA", "/nowhere")
    with pytest.raises(InputError, match=r"MNIST is not on this computer yet \(12 MB\); fetch it first"):
        service.submit("a", "k", {"family": "vae", "data": "mnist"})
    assert service.jobs() == ()


# Interrupted and resumed


def test_a_hundred_kills_lose_nothing() -> None:
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
        "lost_wishes",
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
    job = service.submit("a", "k", spec(60))
    at = training(service, job, 3)
    assert service.stop(5)
    assert service.snapshot(job).status == INTERRUPTED
    path = store.unfinished_path(service.snapshot(job).spec["run_id"], folder)
    assert load_state(path, torch.device("cpu")).step >= at.step
    service = open_one()
    done = service.wait(job, 30)
    assert done.status == DONE
    same(result(folder, done), expected(spec(60), few_digits, folder / "reference"))


def test_stop_within_the_final_tests_finishes_at_the_next_start(
    open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch, few_digits: DataSet
) -> None:
    service = open_one()
    real, waiting = train_job.finish, list[int]()

    def slow(*args: Any, **options: Any) -> checkpoints.Checkpoint:
        waiting.append(1)
        until(options["should_leave"])
        return real(*args, **options)

    monkeypatch.setattr(train_job, "finish", slow)
    job = service.submit("a", "k", spec(3))
    until(lambda: waiting)
    assert service.stop(5)
    assert service.snapshot(job).status == INTERRUPTED
    assert not (folder / service.snapshot(job).spec["run_id"]).exists()
    monkeypatch.setattr(train_job, "finish", real)
    done = open_one().wait(job, 30)
    assert done.status == DONE
    same(result(folder, done), expected(spec(3), few_digits, folder / "reference"))


def test_a_run_that_is_written_already_is_done(open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a kill between the last rename and the journal's last line."""
    service = open_one()
    job = service.wait(service.submit("a", "k", spec(2)), 30)
    service._journal.move(job.job_id, RUNNING, "as if")  # type: ignore[union-attr]
    monkeypatch.setattr(train_job, "train", None)  # it must not train again
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


def test_sigterm_ends_with_0_within_five_seconds(folder: Path) -> None:
    environment = os.environ | {"LATENT_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder)], stdout=subprocess.PIPE, env=environment
    ) as server:
        assert server.stdout is not None
        server.stdout.readline()
        other = open_service(folder)  # what a second process sees
        assert other.refusal == OTHER_PROCESS
        (job,) = other.jobs()
        with pytest.raises(InputError, match="no training is possible here: another process trains with this folder"):
            other.submit("a", "other", spec())
        until(lambda: store.unfinished_runs(folder), 60)  # it trains, and has saved
        asked = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
        assert time.monotonic() - asked < 5
    assert other.snapshot(job.job_id).status == INTERRUPTED
    assert load_state(store.unfinished_path(job.spec["run_id"], folder), torch.device("cpu")).step > 0
    other.cancel(job.job_id)  # the folder is free now: this process takes over
    assert other.wait(job.job_id, 60).status == CANCELLED
    assert store.unfinished_runs(folder) == []
    assert other.stop(5)


# Turned while it runs


def test_cancel_takes_one_batch_and_leaves_nothing(open_one: Open, folder: Path) -> None:
    service = open_one()
    job = service.submit("a", "k", spec(200))
    training(service, job)
    asked = time.perf_counter()
    service.cancel(job)
    assert service.wait(job, 5).status == CANCELLED
    assert time.perf_counter() - asked < 0.4  # a batch and 100 ms where nothing else runs: benchmarks.jobs
    assert [path.name for path in folder.rglob("*") if path.name.startswith("digits")] == []


def test_cancel_does_not_wait_for_the_test_set(open_one: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    service, testing = open_one(), list[int]()
    real = loop.evaluate

    def slow(*args: Any, **options: Any) -> Any:
        testing.append(1)
        until(options["should_leave"])
        return real(*args, **options)

    monkeypatch.setattr(loop, "evaluate", slow)
    job = service.submit("a", "k", spec(2))
    until(lambda: testing)
    service.cancel(job)
    assert service.wait(job, 2).status == CANCELLED


def test_pause_steps_and_slow_motion_change_nothing(open_one: Open, folder: Path, few_digits: DataSet) -> None:
    service = open_one()
    job = service.submit("a", "k", spec(100))
    training(service, job)
    service.pause(job)
    until(lambda: service.snapshot(job).status == PAUSED)
    until(lambda: view(service, job).pictures.step == view(service, job).step)  # type: ignore[union-attr]
    before = view(service, job)
    assert before is not None
    service.step(job)
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
    service.slow(job, 0.01)
    service.resume(job)
    until(lambda: view(service, job).step > after.step + 5)  # type: ignore[union-attr]
    service.slow(job, 0)
    done = service.wait(job, 30)
    same(result(folder, done), expected(spec(100), few_digits, folder / "reference"))


def test_turned_settings_are_recorded_and_repeated(open_one: Open, folder: Path, few_digits: DataSet) -> None:
    asked = spec(80, "beta-vae")
    service = open_one()
    job = service.submit("a", "k", asked)
    training(service, job)
    service.change(job, "learning_rate", 5e-4)
    service.change(job, "beta", 2.0)
    until(lambda: len(view(service, job).changes) == 2)  # type: ignore[union-attr]
    now = view(service, job)
    assert now is not None
    assert (now.learning_rate, now.beta) == (5e-4, 2.0)
    assert service.stop(5)
    service = open_one()
    training(service, job, now.epoch + 2)
    service.change(job, "learning_rate", 1e-4)
    done = service.wait(job, 30)
    changes = result(folder, done).run.training.changes
    turned = [("learning_rate", 5e-4), ("beta", 2.0), ("learning_rate", 1e-4)]
    assert [(one.name, one.value) for one in changes] == turned
    same(result(folder, done), expected(asked, few_digits, folder / "reference", changes))
    assert not torch.equal(
        expected(asked, few_digits, folder / "plain").weights["decoder.0.weight"],
        result(folder, done).weights["decoder.0.weight"],
    )


def test_a_change_that_has_no_effect_is_refused(open_one: Open) -> None:
    service = open_one()
    job = service.submit("a", "k", spec(200))
    for name, value, sentence in [
        ("beta", 2.0, "beta has no effect on the objective 'elbo'; it has on beta-elbo, elbo-monte-carlo"),
        ("mmd_weight", 2.0, "mmd_weight has no effect"),
        ("learning_rate", 2.0, "learning_rate must be from 1e-07 to 1; got 2"),
        ("learning_rate", float("nan"), "learning_rate must be a number; got 'nan'"),
        ("seed", 2.0, "only learning_rate, beta, mmd_weight can be turned while it trains; got 'seed'"),
    ]:
        with pytest.raises(InputError, match=sentence):
            service.change(job, name, value)
    service.cancel(job)


def test_a_pinned_epoch_is_in_the_checkpoint(open_one: Open, folder: Path) -> None:
    service = open_one()
    job = service.submit("a", "k", spec(70))
    training(service, job, 2)
    service.pause(job)
    until(lambda: service.snapshot(job).status == PAUSED)
    service.keep_epoch(job)
    number = training(service, job).epoch
    service.resume(job)
    done = service.wait(job, 30)
    made = result(folder, done)
    assert made.epochs is not None
    assert number in made.epochs.numbers
    assert len(made.epochs.numbers) <= 31
    assert done.payload.kept == made.epochs.numbers


def test_the_time_limit_keeps_what_was_learnt(open_one: Open, folder: Path) -> None:
    service = open_one(limits=Limits(seconds=0.3))
    job = service.wait(service.submit("a", "k", spec(200)), 10)
    if job.status == FAILED:  # a fast machine may be done
        assert "the limit of 0.005 minutes is reached; what it learnt is kept" in job.reason
        assert store.unfinished_runs(folder) == [job.spec["run_id"]]


# Troubles


def test_a_loss_that_is_not_finite_stops_within_ten_steps(
    open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = open_one()
    step, poisoned = loop._step, list[int]()

    def poison(state: TrainState, *args: Any) -> Any:
        if state.step == 22:
            poisoned.append(state.step)
            next(state.model.parameters()).data[0, 0] = float("nan")
        return step(state, *args)

    monkeypatch.setattr(loop, "_step", poison)
    monkeypatch.setattr(train_job, "SAVE_SHARE", 1e6)  # after every epoch
    job = service.wait(service.submit("a", "k", spec(50)), 30)
    assert job.status == FAILED
    assert "the loss is not a finite number any more (epoch 6" in job.reason
    assert job.reason.endswith("Or lower it and resume: the last good state is kept.")
    assert job.payload.step <= 32
    path = store.unfinished_path(job.spec["run_id"], folder)
    state = load_state(path, torch.device("cpu"))
    assert state.epoch == 5
    assert all(bool(parameter.isfinite().all()) for parameter in state.model.parameters())
    monkeypatch.setattr(loop, "_step", step)
    service.change(job.job_id, "learning_rate", 1e-4)
    service.resume(job.job_id)
    done = service.wait(job.job_id, 30)
    assert done.status == DONE
    assert [(one.step, one.value) for one in result(folder, done).run.training.changes] == [(20, 1e-4)]


def _out_of_memory_at(
    monkeypatch: pytest.MonkeyPatch, batches: tuple[int, ...], from_step: int = 0, error: Exception | None = None
) -> None:
    step = loop._step

    def hungry(state: TrainState, pixels: torch.Tensor, *args: Any) -> Any:
        if len(pixels) in batches and state.step >= from_step:
            raise error or torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return step(state, pixels, *args)

    monkeypatch.setattr(loop, "_step", hungry)


@pytest.mark.parametrize("error", [None, MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: 9")])
def test_out_of_memory_halves_the_batch_once_and_says_so(
    open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    _out_of_memory_at(monkeypatch, (64,), error=error)
    service = open_one()
    job = service.wait(service.submit("a", "k", spec(3, batch_size=64)), 30)
    assert job.status == DONE
    assert job.payload.notes == ("The device ran out of memory: the batch is now 32 images, not 64.",)
    assert job.payload.batch_size == 32
    assert result(folder, job).run.training.batch_size == 32


def test_out_of_memory_again_fails_that_job_only(open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _out_of_memory_at(monkeypatch, (64, 32))
    service = open_one()
    job, other = service.submit("a", "1", spec(3, batch_size=64)), service.submit("a", "2", spec(3, batch_size=16))
    failed = service.wait(job, 30)
    assert failed.status == FAILED
    assert failed.reason == (
        "the device has no memory left for batches of 32 images (epoch 1). Choose a smaller batch or network."
    )
    assert service.wait(other, 30).status == DONE
    assert store.unfinished_runs(folder) == []


@pytest.mark.parametrize("again", [True, False])
def test_out_of_memory_halves_once_also_over_a_restart(
    open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    step, begun, gate = loop._step, threading.Event(), threading.Event()
    _out_of_memory_at(monkeypatch, (64,))
    hungry = loop._step

    def waits(state: TrainState, pixels: torch.Tensor, *args: Any) -> Any:
        terms = hungry(state, pixels, *args)
        begun.set()
        gate.wait(10)
        return terms

    monkeypatch.setattr(loop, "_step", waits)
    service = open_one()
    job = service.submit("a", "1", spec(3, batch_size=64))
    assert begun.wait(10)
    threading.Timer(0.1, gate.set).start()
    assert service.stop(5)  # in the first epoch, with the halved batch
    monkeypatch.setattr(loop, "_step", step)
    if again:
        _out_of_memory_at(monkeypatch, (64, 32))
    ended = open_one().wait(job, 30)
    assert ended.status == (FAILED if again else DONE)
    assert not again or "no memory left for batches of 32 images (epoch 1)" in ended.reason
    assert ended.payload.notes == ("The device ran out of memory: the batch is now 32 images, not 64.",)


def test_out_of_memory_later_keeps_what_was_learnt(
    open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = loop._step
    _out_of_memory_at(monkeypatch, (32,), from_step=10)
    monkeypatch.setattr(train_job, "SAVE_SHARE", 1e6)
    service = open_one()
    failed = service.wait(service.submit("a", "1", spec(5)), 30)
    assert failed.status == FAILED
    assert "(epoch 3). Choose a smaller batch or network; or resume it when the device is free." in failed.reason
    monkeypatch.setattr(loop, "_step", step)
    service.resume(failed.job_id)
    assert service.wait(failed.job_id, 30).status == DONE
    assert [run.run_id for run in store.list_runs(folder).runs] == [failed.spec["run_id"]]


def test_a_fault_of_the_program_is_no_lack_of_memory(open_one: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    _out_of_memory_at(monkeypatch, (32,), error=RuntimeError("shape mismatch"))
    service = open_one()
    job = service.wait(service.submit("a", "1", spec(5)), 30)
    assert job.reason == "a fault of the program ended it (RuntimeError: shape mismatch)."


@pytest.mark.parametrize("what", ["state", "checkpoint"])
def test_a_full_disk_hurts_no_model_and_the_next_job_runs(
    open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    service = open_one()
    before = service.wait(service.submit("a", "0", spec(2)), 30)
    files = {path: path.read_bytes() for path in (folder / before.spec["run_id"]).iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if what == "state":
        monkeypatch.setattr("training.state.write_file", full)
    else:
        monkeypatch.setattr("models.checkpoint.write_folder", full)
    failed = service.wait(service.submit("a", "1", spec(2)), 30)
    assert failed.status == FAILED
    assert "No space left on device" in failed.reason
    assert "untouched" in failed.reason
    assert {path: path.read_bytes() for path in (folder / before.spec["run_id"]).iterdir()} == files
    monkeypatch.undo()
    monkeypatch.setattr(train_job, "load_data", lambda *_, **__: DATA[0])
    assert service.wait(service.submit("a", "2", spec(2)), 30).status == DONE
    service.resume(failed.job_id)
    assert service.wait(failed.job_id, 30).status == DONE


DATA: list[DataSet] = []


@pytest.fixture(autouse=True)
def _keep_data(few_digits: DataSet) -> None:
    DATA[:] = [few_digits]


def test_a_folder_that_cant_be_written_can_still_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    service = open_service(tmp_path / "file")
    assert "can't be used" in service.refusal
    assert service.jobs() == ()
    with pytest.raises(InputError, match="no training is possible here"):
        service.submit("a", "k", spec())
    assert service.stop()


def test_the_map_moves_within_an_epoch_too(open_one: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of it happens in the first epoch."""
    monkeypatch.setattr(train_job, "FIRST_MAP_SECONDS", 0.0)
    monkeypatch.setattr(train_job, "MAP_SHARE", 1.0)
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)
    service = open_one()
    job = service.submit("a", "k", spec(200))
    seen = set()

    def within() -> bool:
        found = view(service, job)
        if found is not None and found.pictures is not None:
            seen.add((found.pictures.epoch, found.pictures.step))
        return any(one[0] == other[0] and one != other for one in seen for other in seen)

    until(within)
    service.cancel(job)
