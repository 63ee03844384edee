"""The trainings of this server: its one service, who starts them, and how long one will take.

Started and stopped by `app.py`'s lifespan, outside Streamlit's caches, which any visitor may clear.
"""

import dataclasses
import math
import sys
import threading
import uuid
from collections.abc import Mapping
from typing import Any

import streamlit as st

from datasets.catalogue import load, require_known
from jobs.job import SLOW, Job
from jobs.places import HERE
from live.shelf import Shelf
from models import gallery
from models.errors import InputError, Reason, require
from models.late import torch_is_loaded
from training.estimate import Apart, Estimate, estimate
from training.plans import Plan
from training.service import TrainingService, open_service
from training.sweep import Sweep
from ui import disk, limits, switches, visitors

SLOW_SECONDS = 0.3
_VISITOR = "visitor"

_lock, _measuring = threading.Lock(), threading.Lock()
_service: TrainingService | None = None
_estimates, _apart = Shelf(limits.ESTIMATES), Apart()
_addresses: dict[str, str] = {}  # of the visitors whose trainings are under way; a new process knows none


def service() -> TrainingService:
    """The service of this process, for the folder of models that the app shows; opened at the first call."""
    global _service
    with _lock:
        if _service is None or _service.folder != gallery.checkpoint_folder():
            if _service is not None:
                _service.stop()
            _service = open_service(gallery.checkpoint_folder(), limits.QUEUE)
        return _service


def closed() -> Reason | None:
    """Why nobody can train here now; None where everybody can."""
    try:
        switches.require_on("trainings")
        disk.require_room()
    except InputError as error:
        return error.reason
    return service().refusal


def stop() -> bool:
    """Ends the worker at a batch boundary, its job saved; returns whether that was in time."""
    global _service
    with _lock:
        ended, _service = (_service.stop() if _service else True), None
    _apart.close()
    return ended


def visitor() -> str:
    """The browser that asks, or its session where it takes no cookies. Fairness and control go by it."""
    if _VISITOR not in st.session_state:
        st.session_state[_VISITOR] = visitors.known(st.context.cookies) or uuid.uuid4().hex
    name: str = st.session_state[_VISITOR]
    return name


def is_mine(job: Job) -> bool:
    """Whether this browser started the training, and so may control it."""
    return job.session == visitor()


def find(job_id: str) -> Job | None:
    """The training, or None where it is gone."""
    try:
        return service().snapshot(job_id)
    except InputError:
        return None


def submit(spec: Mapping[str, Any], key: str) -> str:
    """Queues a training for this visitor; the same key is the same training. Raises InputError."""
    switches.require_on("trainings")
    disk.require_room()
    who, address = visitor(), st.context.ip_address or "here"
    active = [job.session for job in service().jobs() if job.active and not job.sweep]
    with _lock:
        for gone in _addresses.keys() - set(active):
            del _addresses[gone]
        _addresses[who] = address
        own = sum(_addresses.get(session) == address for session in active)
    require(own < limits.ADDRESS_JOBS, "jobs.too_many_at_address", count=own)
    return service().submit(who, key, spec)


def submit_sweep(sweep: Sweep) -> None:
    """Queues the trainings of a sweep; raises InputError."""
    switches.require_on("trainings")
    disk.require_room()
    service().submit_sweep(visitor(), sweep)


def places() -> tuple[str, ...]:
    """Where trainings can run now: this process, or the machines that are there."""
    found = service().places
    return found.names() if found else (HERE,)


def place_notes() -> tuple[Reason, ...]:
    """What is wrong with the machines, if trainings are to run on any."""
    found = service().places
    return found.notes() if found else ()


def command(job_id: str, message: object) -> None:
    """Carries out what the live view sends, `{"command": name}` or `{"change": setting, "value": number}`.

    Raises InputError; the browser is not trusted. The command `slow` switches slow motion on and off.
    """
    job = service().snapshot(job_id)
    if not isinstance(message, dict) or not is_mine(job):
        raise InputError("jobs.not_yours")
    if "change" in message:
        service().change(job_id, str(message["change"]), _number(message.get("value")))
    else:
        name = str(message.get("command"))
        service().command(job_id, name, SLOW_SECONDS if name == SLOW and not job.slow else 0.0)


def _number(value: object) -> float:
    """A number from the browser; NaN where it is none, or too large for a float."""
    sound = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    return float(value) if sound else math.nan  # type: ignore[arg-type]


def estimate_of(plan: Plan) -> Estimate:
    """How long the training will take here: measured once for its network and batch, scaled to its epochs.

    Raises InputError where its data set is missing. Takes some seconds the first time.
    """
    training = plan.training
    weights = dataclasses.replace(training.weights, beta=1.0, capacity=0.0, gamma=1.0, mmd_weight=1.0, alpha=0.0)
    if plan.model.dial:  # its weight is that of its origin
        weights = training.weights
    usual = {"epochs": 1, "seed": 0, "learning_rate": 1e-5, "weights": weights, "beta_warmup": 0, "capacity_epochs": 0}
    alike = dataclasses.replace(plan, title="", training=dataclasses.replace(training, **usual))  # type: ignore[arg-type]

    def measure() -> Estimate:
        with _measuring:  # two at once would measure each other
            if torch_is_loaded():
                return estimate(alike, load(plan.training.data, download=False))
            return _apart.estimate(alike)

    images = require_known(plan.training.data).train_count  # own images may come again under their name
    one: Estimate = _estimates.get((repr(alike), images), measure)
    return dataclasses.replace(one, seconds=one.seconds + (plan.training.epochs - 1) * one.seconds_per_epoch)
