"""What the tests of trainings share: a small spec, its checkpoint without queue or worker, and how to compare two."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from waiting import until

from datasets.data_set import DataSet
from jobs.job import Job
from live.words import job_reason
from models import checkpoint as checkpoints
from training.epochs import start_film
from training.finish import finish
from training.loop import EpochDone, train
from training.service import TrainingService
from training.snapshot import TrainingSnapshot
from training.spec import plan_of
from training.state import TrainState


def spec(epochs: int = 3, family: str = "vae", **training: Any) -> dict[str, Any]:
    return {
        "family": family, "data": "digits", "model": {"widths": [8]},
        "training": {"epochs": epochs, "batch_size": 32, "precision": "float32", **training},
    }  # fmt: skip


def view(service: TrainingService, job: str) -> TrainingSnapshot | None:
    payload = service.snapshot(job).payload
    assert payload is None or isinstance(payload, TrainingSnapshot)
    return payload


def wait_epochs(service: TrainingService, job: str, epochs: int = 1) -> TrainingSnapshot:
    """Waits until so many epochs are done."""
    until(lambda: (found := view(service, job)) is not None and found.epoch >= epochs)
    found = view(service, job)
    assert found is not None
    return found


def result(folder: Path, job: Job) -> checkpoints.Checkpoint:
    return checkpoints.load(folder / job.spec["run_id"], with_series=True)


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


def words(job: Job) -> str:
    """Why a job has its status, in English."""
    return job_reason(job.reason)
