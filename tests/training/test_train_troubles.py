"""What can go wrong in a training job: numbers that are not finite, no memory, a full disk, a folder of others."""

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from trainings import result, spec, words

from jobs.job import DONE, FAILED
from models import gallery
from models.errors import InputError, Reason
from training import loop
from training.pacing import Pacing
from training.service import TrainingService, open_service
from training.state import TrainState, load_state

AFTER_EVERY_EPOCH = Pacing(save_share=1e6)
HALVED = Reason("note.batch_halved", {"batch": 32, "wanted": 64})
Open = Callable[..., TrainingService]


def test_a_loss_that_is_not_finite_stops_within_ten_steps(
    open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = open_one(pacing=AFTER_EVERY_EPOCH)
    step, poisoned = loop._step, list[int]()

    def poison(state: TrainState, *args: Any) -> Any:
        if state.step == 22:
            poisoned.append(state.step)
            next(state.model.parameters()).data[0, 0] = float("nan")
        return step(state, *args)

    monkeypatch.setattr(loop, "_step", poison)
    job = service.wait(service.submit("a", "k", spec(12)), 30)
    assert job.status == FAILED
    assert "the loss is not a finite number any more (epoch 6" in words(job)
    assert words(job).endswith("Or lower it and resume: the last good state is kept.")
    assert job.payload.step <= 32
    path = gallery.unfinished_path(job.spec["run_id"], folder)
    state = load_state(path, torch.device("cpu"))
    assert state.epoch == 5
    assert all(bool(parameter.isfinite().all()) for parameter in state.model.parameters())
    monkeypatch.setattr(loop, "_step", step)
    service.change(job.job_id, "learning_rate", 1e-4)
    service.command(job.job_id, "resume")
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
    assert job.payload.notes == (HALVED,)
    assert job.payload.batch_size == 32
    assert result(folder, job).run.training.batch_size == 32


def test_out_of_memory_again_fails_that_job_only(open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _out_of_memory_at(monkeypatch, (64, 32))
    service = open_one()
    job, other = service.submit("a", "1", spec(3, batch_size=64)), service.submit("a", "2", spec(3, batch_size=16))
    failed = service.wait(job, 30)
    assert failed.status == FAILED
    assert words(failed) == (
        "the device has no memory left for batches of 32 images (epoch 1). Choose a smaller batch or network."
    )
    assert service.wait(other, 30).status == DONE
    assert gallery.unfinished_runs(folder) == []


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
    assert not again or "no memory left for batches of 32 images (epoch 1)" in words(ended)
    assert ended.payload.notes == (HALVED,)


def test_out_of_memory_later_keeps_what_was_learnt(
    open_one: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = loop._step
    _out_of_memory_at(monkeypatch, (32,), from_step=10)
    service = open_one(pacing=AFTER_EVERY_EPOCH)
    failed = service.wait(service.submit("a", "1", spec(5)), 30)
    assert failed.status == FAILED
    assert "(epoch 3). Choose a smaller batch or network; or resume it when the device is free." in words(failed)
    monkeypatch.setattr(loop, "_step", step)
    service.command(failed.job_id, "resume")
    assert service.wait(failed.job_id, 30).status == DONE
    assert [run.run_id for run in gallery.list_runs(folder).runs] == [failed.spec["run_id"]]


def test_a_fault_of_the_program_is_no_lack_of_memory(open_one: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    _out_of_memory_at(monkeypatch, (32,), error=RuntimeError("shape mismatch"))
    service = open_one()
    job = service.wait(service.submit("a", "1", spec(5)), 30)
    assert words(job) == "a fault of the program ended it (RuntimeError: shape mismatch)."


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
    assert "No space left on device" in words(failed)
    assert "untouched" in words(failed)
    assert {path: path.read_bytes() for path in (folder / before.spec["run_id"]).iterdir()} == files
    monkeypatch.undo()
    assert service.wait(service.submit("a", "2", spec(2)), 30).status == DONE
    service.command(failed.job_id, "resume")
    assert service.wait(failed.job_id, 30).status == DONE


def test_a_folder_that_cant_be_written_can_still_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    service = open_service(tmp_path / "file")
    assert service.refusal is not None
    assert service.refusal.code == "journal.unusable"
    assert service.jobs() == ()
    with pytest.raises(InputError, match=r"training\.not_possible: why=\(journal\.unusable"):
        service.submit("a", "k", spec())
    assert service.stop()
