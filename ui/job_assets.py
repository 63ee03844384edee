"""A training as the browser sees it: its state as JSON, its pictures as one block of numbers, and the two routes.

Knows Starlette and the service; knows no page. `ui/live/view_train.js` is the reader. Every browser that watches asks
twice a second, so an answer is made once for all of them.
"""

import functools
import json
import math
import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from models.errors import InputError
from models.run import EpochRecord, Metrics
from training.data import SOURCES
from training.job import Job
from training.plans import Plan
from training.spec import plan_of
from training.view import TrainingView
from ui import jobs
from ui.library import Shelf
from ui.text import latent_name

NEVER_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
KEPT = 64
STARTED = uuid.uuid4().hex[:8]  # a job's versions begin anew with the process
_answers, _pictures = Shelf(KEPT), Shelf(KEPT)


def job_url(job_id: str) -> str:
    """Where the state of a training is, relative to the page."""
    return f"jobs/{job_id}.json"


def job_to_json(job: Job, position: int | None) -> dict[str, Any]:
    """What the live view shows; numbers that are not finite are None. `position`: trainings before it, while it waits.

    `history`: a row an epoch, `[epoch, log p(x|z), the same on the test set, second, second on the test set]`, nats,
    where `second` names the other term. `recent`: the same of the last steps, `[epochs, log p(x|z), second]`.
    """
    plan, view = _plan(job), job.payload
    found = {
        "version": job.version,
        "status": job.status,
        "reason": job.reason,
        "position": position,
        "title": plan.title,
        "epochs": plan.training.epochs,
        "slow": job.slow > 0,
        "class_names": list(SOURCES[plan.training.data].class_names),
        "image": list(plan.model.image),
        "model": job.spec.get("run_id"),
    }
    if isinstance(view, TrainingView):
        found |= _view_to_json(job, plan, view)
    return found


def picture_bytes(view: TrainingView) -> bytes:
    """Places `[images 2]` as little-endian float32, labels `[images]`, samples `[16 channel height width]`, bytes."""
    if view.pictures is None:
        return b""
    places = view.pictures.mu[:, list(_dims(view))]
    if places.shape[1] == 1:
        places = np.concatenate([places, np.zeros_like(places)], axis=1)
    places = np.nan_to_num(places, nan=0.0, posinf=0.0, neginf=0.0)
    return places.astype("<f4").tobytes() + view.labels.tobytes() + view.pictures.samples.tobytes()


def _view_to_json(job: Job, plan: Plan, view: TrainingView) -> dict[str, Any]:
    per_epoch = max(1, view.steps // view.epochs)
    weight = {"beta-elbo": "beta", "elbo-monte-carlo": "beta", "mmd": "mmd_weight"}.get(plan.training.objective)
    return {
        "phase": view.phase,
        "epoch": view.epoch,
        "step": view.step,
        "steps": view.steps,
        "images_per_second": _finite(view.images_per_second),
        "seconds_left": _finite(view.seconds_left),
        "learning_rate": view.learning_rate,
        "weight": weight and {"name": weight, "value": getattr(view, weight)},
        "second": second_term(plan.model.stochastic),
        "history": [epoch_row(record) for record in view.history],
        "recent": [
            [recent.step / per_epoch, _finite(recent.log_likelihood), _finite(recent.kl)] for recent in view.recent
        ],
        "elbo": _finite(view.history[-1].test.elbo) if view.history else None,
        "kl": [_finite(nats) for nats in view.kl] if view.kl else None,
        "health": list(view.health),
        "notes": list(view.notes),
        "kept": list(view.kept),
        "changes": [[change.step / per_epoch, change.name, change.value] for change in view.changes],
        "axes": [latent_name(dim) for dim in _dims(view)],
        "pictures": f"jobs/{job.job_id}/{view.pictures.step}.bin" if view.pictures else None,
        "points": len(view.labels),
    }


def _dims(view: TrainingView) -> tuple[int, ...]:
    """The two dimensions that the map shows: those with most nats, or else with most spread."""
    if view.pictures is None or view.pictures.mu.shape[1] <= 2:
        return tuple(range(view.pictures.mu.shape[1])) if view.pictures else ()
    worth: Sequence[float] | NDArray[np.float32] = view.kl or view.pictures.mu.var(axis=0)
    first, second = sorted(np.argsort(np.nan_to_num(np.asarray(worth)), kind="stable")[-2:].tolist())
    return first, second


def second_term(stochastic: bool) -> str:
    """What is shown beside log p(x|z): a deterministic encoder has no KL divergence."""
    return "KL divergence" if stochastic else "MMD²"


def epoch_row(record: EpochRecord) -> list[float | None]:
    """`[epoch, log p(x|z), the same on the test set, second, second on the test set]`, see `second_term`."""

    def second(metrics: Metrics) -> float | None:
        return _finite(sum(metrics.kl) if metrics.kl is not None else metrics.mmd)

    train, test = record.train, record.test
    return [record.epoch, _finite(train.log_likelihood), _finite(test.log_likelihood), second(train), second(test)]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _plan(job: Job) -> Plan:
    return _plan_of_text(json.dumps(dict(job.spec), sort_keys=True))


@functools.lru_cache(maxsize=200)
def _plan_of_text(spec: str) -> Plan:
    return plan_of(json.loads(spec))


def _state(request: Request) -> Response:
    """The state of a training, or 204 where it is still the one that the browser names."""
    try:
        service = jobs.service()
        job = service.snapshot(request.path_params["job_id"])
        position = service.position(job.job_id) if job.status == "queued" and not service.refusal else None
        since = f"{STARTED}-{job.version}-{position}"
        if request.query_params.get("since") == since:
            return Response(status_code=204, headers=NEVER_KEPT)

        def make() -> bytes:
            return json.dumps(job_to_json(job, position) | {"since": since}, allow_nan=False).encode()

        content = _answers.get((id(service), job.job_id, since), make)
    except InputError as error:  # no such job, or one that another version of the app has made
        return PlainTextResponse(str(error), 404)
    return Response(content, media_type="application/json", headers=NEVER_KEPT)


def _picture(request: Request) -> Response:
    try:
        job = jobs.service().snapshot(request.path_params["job_id"])
    except InputError as error:
        return PlainTextResponse(str(error), 404)
    view, step = job.payload, request.path_params["step"]
    key = (job.job_id, step)
    if isinstance(view, TrainingView) and view.pictures is not None and view.pictures.step == step:
        content = _pictures.get((*key, view.epoch), lambda: picture_bytes(view))
        return Response(content, media_type="application/octet-stream", headers=NEVER_KEPT)
    return PlainTextResponse("The training has gone on since.", 404)


ROUTES: list[BaseRoute] = [
    Route("/jobs/{job_id}.json", _state),
    Route("/jobs/{job_id}/{step:int}.bin", _picture),
]
