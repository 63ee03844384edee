"""Kills a process with a training queue at random moments, again and again, and prints as JSON what was lost.

Run by test_train_job.py in a process of its own, which has one thread and may fork: each child opens the queue, submits
and trains tiny models, and is killed (SIGKILL) while it starts, trains, saves, finishes or journals. In the end every
job that was acknowledged is compared, bit for bit, with a run that nobody interrupted.
"""

import dataclasses
import json
import os
import random
import select
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "LATENT_THREADS": "1"}
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

import safetensors.torch
import torch

from datasets.catalogue import load
from datasets.data_set import DataSet
from jobs import queue as jobs
from jobs import table
from jobs.job import CANCELLED, Limits
from jobs.journal import Journal
from models import checkpoint as checkpoints
from models import gallery
from models.errors import InputError
from models.run import Change
from models.series import to_bytes
from training import drive, train_job
from training.epochs import start_film
from training.finish import finish
from training.loop import EpochDone, train
from training.pacing import Pacing
from training.service import open_service
from training.spec import plan_of
from training.state import TrainState, load_state

LONGEST = 0.3  # seconds until a kill
AT_ONCE = 3
CANCELLED_SHARE = 0.02
LIMITS = Limits(per_session=10**6, in_all=10**6, crashes=10**9)
OFTEN = Pacing(save_share=float("inf"))  # saves as often as possible
CPU = torch.device("cpu")


def few_digits() -> DataSet:
    digits = load("digits")
    return dataclasses.replace(
        digits,
        train_x=digits.train_x[:256], train_y=digits.train_y[:256], test_x=digits.test_x[:60], test_y=digits.test_y[:60],
    )  # fmt: skip


def spec_of(key: int) -> dict[str, object]:
    family, epochs = ("vae", "mmd-vae", "beta-vae")[key % 3], (2, 6, 20)[key % 3]
    return {
        "family": family, "data": "digits", "model": {"widths": [16]},
        "training": {"epochs": epochs, "seed": key, "precision": "float32", "batch_size": 32},
    }  # fmt: skip


def patch() -> None:
    """Nothing is forgotten, and the last state of each run is put aside instead of removed."""
    jobs.KEPT_ENDED = table.KEPT_ENDED = 10**6
    discard = drive.discard

    def put_aside(folder: Path, run_id: str) -> None:
        path = gallery.unfinished_path(run_id, folder)
        if path.exists():
            os.replace(path, folder / ".final" / path.name)
        discard(folder, run_id)

    drive.discard = train_job.discard = put_aside  # the second: after a kill between a model and its state's end


def child(folder: Path, data: DataSet, keys: list[int], changed: list[str], cancelled: list[str], pipe: int) -> None:
    """Serves until all its jobs are done, and says what was acknowledged."""
    gallery.prepare(folder)
    service = open_service(folder, LIMITS, load=lambda *_, **__: data, pacing=OFTEN)
    say = lambda *words: os.write(pipe, (" ".join(map(str, words)) + "\n").encode())  # noqa: E731
    say("open", str(service.refusal or "ok"))
    for key in keys:
        say("job", key, service.submit("session", str(key), spec_of(key)))
    for job_id in changed:
        try:
            service.change(job_id, "learning_rate", 5e-4)
            say("changed", job_id)
        except InputError:
            pass
    for job_id in cancelled:
        service.command(job_id, "cancel")
        say("cancelled", job_id)
    for job in service.jobs():
        service.wait(job.job_id, 60)
    say("done")
    service.stop(5)


class Round:
    """One child from its birth to its end; `lines` is what it acknowledged."""

    def __init__(self, folder: Path, data: DataSet, seconds: float, *wanted: list[Any]) -> None:
        read, write = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            code = 1
            try:
                child(folder, data, *wanted, write)
                code = 0
            finally:
                os._exit(code)
        os.close(write)
        text, deadline = b"", time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([read], [], [], left)[0]:
                part = os.read(read, 65536)
                if not part:
                    break
                text += part
        os.kill(self.process, signal.SIGKILL)
        while part := os.read(read, 65536):
            text += part
        os.close(read)
        code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        self.killed, self.failed = code == -signal.SIGKILL, code not in (0, -signal.SIGKILL)
        self.lines = [line.split() for line in text.decode().splitlines()]


def unreadable(folder: Path) -> list[str]:
    """What of the finished and the unfinished runs can't be read."""
    found = []
    for path in folder.glob("[!.]*"):
        try:
            checkpoints.load(path, with_series=True)
        except InputError as error:
            found.append(str(error))
    for path in (folder / gallery.UNFINISHED).glob("[!.]*.safetensors"):
        try:
            load_state(path, CPU)
        except InputError as error:
            found.append(str(error))
    return found


def fingerprint(checkpoint: checkpoints.Checkpoint, state: dict[str, torch.Tensor]) -> list[object]:
    """Everything of a run but its seconds and its date."""
    history = [dataclasses.replace(record, seconds=0.0) for record in checkpoint.history]
    run = dataclasses.replace(
        checkpoint.run, run_id="x", seconds=0.0, images_per_second=0.0, made="2026-01-02T03:04:05+00:00"
    )
    files = checkpoints.to_files(dataclasses.replace(checkpoint, epochs=None))
    assert checkpoint.epochs is not None
    tensors = safetensors.torch.save({name: state[name].contiguous() for name in sorted(state)})
    weights, latents = files["weights.safetensors"], files["latents.safetensors"]
    return [history, run, weights, latents, to_bytes(checkpoint.epochs), tensors]


def reference(key: int, changes: tuple[Change, ...], data: DataSet, folder: Path) -> list[object]:
    plan = plan_of(spec_of(key))
    training = dataclasses.replace(plan.training, changes=changes)
    state = TrainState("x", plan.title, plan.model, training, data.record(), CPU)
    film = start_film(folder / "x.safetensors", state, data)
    for event in train(state, data):
        if isinstance(event, EpochDone):
            film.add(state.epoch, state.model, event.evaluation.latents.mu)
    tensors = safetensors.torch.load(state.to_bytes())
    return fingerprint(dataclasses.replace(finish(state, data), epochs=film.collect()), tensors)


def main(kills: int, seed: int) -> dict[str, object]:
    data, rng = few_digits(), random.Random(seed)
    patch()
    found: dict[str, object] = {"kills": 0, "unreadable": [], "failed": 0, "strays": []}
    with tempfile.TemporaryDirectory() as name:
        reference(0, (), data, Path(name))  # torch's optimisers import for seconds when first used; children inherit it
    acknowledged, changed, cancelled = dict[str, int](), set[str](), set[str]()
    next_key, started = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "checkpoints"
        (folder / ".final").mkdir(parents=True)
        while True:
            under_way = [job for job in acknowledged if not (folder / ".done" / job).exists()]
            last = found["kills"] >= kills
            keys = [] if last else list(range(next_key, next_key + max(0, AT_ONCE - len(under_way))))
            to_change = [job for job in under_way if job not in changed and rng.random() < 0.3]
            to_cancel = [job for job in under_way if job not in cancelled and rng.random() < CANCELLED_SHARE]
            ended = Round(folder, data, 60.0 if last else rng.uniform(0, LONGEST), keys, to_change, to_cancel)
            for words in ended.lines:
                if words[0] == "job":
                    acknowledged[words[2]] = int(words[1])
                elif words[0] == "changed":
                    changed.add(words[1])
                elif words[0] == "cancelled":
                    cancelled.add(words[1])
                elif words[0] == "open" and words[1] != "ok":
                    found["failed"] += 1
            next_key = max([next_key, *(key + 1 for key in acknowledged.values())])
            found["kills"] += ended.killed
            found["failed"] += ended.failed
            found["unreadable"] += unreadable(folder)
            journal = Journal(folder / gallery.UNFINISHED)
            (folder / ".done").mkdir(exist_ok=True)
            for job in journal.jobs():
                if job.status in ("done", "failed", CANCELLED):
                    (folder / ".done" / job.job_id).touch()
            journal.close()
            if last:
                break
        gallery.prepare(folder)
        found["strays"] = [path.name for path in folder.rglob(".writing-*")]
        journal = Journal(folder / gallery.UNFINISHED)
        by_name, commands = {job.job_id: job for job in journal.jobs()}, journal.commands()
        journal.close()
        undoable = {
            job.spec["run_id"] for job in by_name.values() if job.status == CANCELLED and not job.ended_for_good
        }
        found["unfinished"] = sorted(set(gallery.unfinished_runs(folder)) - undoable)
        wanted = {one.job_id for one in commands if one.name == "cancel"}  # also by a child that died before it said so
        found["cancelled"] = sum(by_name[job].status == CANCELLED for job in cancelled)
        found["lost_cancels"] = [job for job in cancelled if by_name[job].status not in (CANCELLED, "done")]
        fine = {job: ("done", CANCELLED) if job in wanted else ("done",) for job in by_name}
        not_done = [job for name, job in by_name.items() if job.status not in fine[name]]
        found["statuses"] = sorted({f"{job.status}: {job.reason}"[:100] for job in not_done})
        found["jobs"], found["lost"] = len(acknowledged), [job for job in acknowledged if job not in by_name]
        found["crashes"] = sum(job.crashes for job in by_name.values())
        found["training_seconds"] = round(time.monotonic() - started, 1)
        different, count, forgotten = list[str](), 0, list[str]()
        for job_id, job in by_name.items():
            if job.status == CANCELLED:
                continue
            run_id = job.spec["run_id"]
            checkpoint = checkpoints.load(folder / run_id, with_series=True)
            changes = checkpoint.run.training.changes
            count += bool(changes)
            state = safetensors.torch.load_file(folder / ".final" / f"{run_id}.safetensors")
            parts = reference(int(job.key), changes, data, Path(name))
            different += [job_id] if parts != fingerprint(checkpoint, state) else []
            # a command that came when the last step was done has no step, all others are in the record
            own = [one for one in commands if one.job_id == job_id and one.name != "cancel" and one.step is not None]
            applied = tuple(Change(one.step, one.name, one.value) for one in own)
            forgotten += [job_id] if applied != changes else []
        found |= {"different": different, "changed": count, "forgotten": forgotten}
        found["lost_commands"] = [job for job in changed if job not in {one.job_id for one in commands}]
    return found


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2])), default=str))
