"""The trainings of this server: its one service, who asks for them, and how long one will take.

Started and stopped by `app.py`'s lifespan, outside Streamlit's caches, which any visitor may clear.
"""

import dataclasses
import hashlib
import math
import sys
import threading
import uuid
from collections.abc import Mapping
from typing import Any

import streamlit as st

from models.errors import InputError
from training import store
from training.data import load
from training.estimate import Estimate, estimate
from training.job import Job
from training.plans import Plan
from training.service import TrainingService, open_service
from ui.library import Shelf

SLOW_SECONDS = 0.3
_COOKIE, _VISITOR = "_streamlit_xsrf", "visitor"

_lock, _measuring = threading.Lock(), threading.Lock()
_service: TrainingService | None = None
_estimates = Shelf(100)


def service() -> TrainingService:
    """The service of this process, for the folder of models that the app shows; opened at the first call."""
    global _service
    with _lock:
        if _service is None or _service.folder != store.checkpoint_folder():
            if _service is not None:
                _service.stop()
            _service = open_service(store.checkpoint_folder())
        return _service


def stop() -> bool:
    """Ends the worker at a batch boundary, its job saved; returns whether that was in time."""
    global _service
    with _lock:
        ended, _service = (_service.stop() if _service else True), None
    return ended


def visitor() -> str:
    """The browser that asks: the same after a reload, another one for a neighbour. Fairness and control go by it."""
    if _VISITOR not in st.session_state:
        st.session_state[_VISITOR] = _of_cookie(st.context.cookies.get(_COOKIE, "")) or uuid.uuid4().hex
    name: str = st.session_state[_VISITOR]
    return name


def _of_cookie(cookie: str) -> str | None:
    """A name for what Streamlit's cookie holds, `2|mask|masked token|time`: the mask is another one at every answer."""
    parts = cookie.strip("\"'").split("|")
    if len(parts) != 4 or parts[0] != "2":
        return None
    try:
        mask, token = bytes.fromhex(parts[1]), bytes.fromhex(parts[2])
    except ValueError:
        return None
    if len(mask) != 4 or not token:
        return None
    plain = bytes(byte ^ mask[place % 4] for place, byte in enumerate(token))
    return hashlib.sha256(plain).hexdigest()[:32]


def is_mine(job: Job) -> bool:
    """Whether this browser asked for the training, and so may steer it."""
    return job.session == visitor()


def find(job_id: str) -> Job | None:
    """The training, or None where it is gone."""
    try:
        return service().snapshot(job_id)
    except InputError:
        return None


def submit(spec: Mapping[str, Any], key: str) -> str:
    """Queues a training for this visitor; the same key is the same training. Raises InputError."""
    return service().submit(visitor(), key, spec)


def steer(job_id: str, wish: object) -> None:
    """Grants what the live view asks for, `{name, ...}`; raises InputError. The browser is not trusted."""
    job = service().snapshot(job_id)
    if not isinstance(wish, dict) or not is_mine(job):
        raise InputError("Only the browser that started a training can steer it.")
    name, asked = wish.get("name"), service()
    match name:
        case "pause":
            asked.pause(job_id)
        case "resume":
            asked.resume(job_id)
        case "step":
            asked.step(job_id)
        case "slow":
            asked.slow(job_id, 0.0 if job.slow else SLOW_SECONDS)
        case "keep":
            asked.keep_epoch(job_id)
        case "cancel":
            asked.cancel(job_id)
        case "change":
            asked.change(job_id, str(wish.get("setting")), _number(wish.get("value")))
        case _:
            raise InputError(f"A training can't be asked for {str(name)[:40]!r}.")


def _number(value: object) -> float:
    """A number from the browser; NaN where it is none, or too large for a float."""
    sound = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    return float(value) if sound else math.nan  # type: ignore[arg-type]


def estimate_of(plan: Plan) -> Estimate:
    """How long the training will take here: measured once for its network and batch, scaled to its epochs.

    Raises InputError where its data set is missing. Takes a second or two the first time.
    """
    training = plan.training
    weights = dataclasses.replace(training.weights, beta=1.0, capacity=0.0, gamma=1.0, mmd_weight=1.0)
    usual = {"epochs": 1, "seed": 0, "learning_rate": 1e-5, "weights": weights, "beta_warmup": 0, "capacity_epochs": 0}
    alike = dataclasses.replace(plan, title="", training=dataclasses.replace(training, **usual))  # type: ignore[arg-type]

    def measure() -> Estimate:
        data = load(plan.training.data, download=False)
        with _measuring:  # two at once would measure each other
            return estimate(alike, data)

    one: Estimate = _estimates.get(repr(alike), measure)
    return dataclasses.replace(one, seconds=one.seconds + (plan.training.epochs - 1) * one.seconds_per_epoch)
