"""A training as the browser sees it: its state as JSON, pictures and decoder as blocks of numbers, and their routes.

Knows Starlette and the service; knows no page. `live/views/train.js` is the reader. Every browser that watches asks
twice a second, so an answer is made once for all of them.
"""

import functools
import json
import math
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from datasets.catalogue import require_known
from jobs.job import DONE, Job
from live.codes_picture import early_picture
from live.names import latent_name
from live.numbers.data import training_data
from live.shelf import Shelf
from live.weights import PARTS, Part, manifest_of, numbers_of
from live.words import job_reason, refusal
from models.checkpoint import load_run
from models.errors import InputError, require
from models.run import EpochRecord, Metrics, Run
from published.programs import updated
from training.plans import Plan
from training.schedules import current_weights, in_force
from training.service import WEIGHED_BY
from training.snapshot import TrainingSnapshot
from training.spec import plan_of
from training.sweep import trainings_of
from ui import jobs, limits
from ui.answers import NEVER_KEPT
from ui.text import without_folders

SecondTerm = Literal["kl", "mmd"]
STARTED = uuid.uuid4().hex[:8]  # a job's versions begin anew with the process
_answers, _pictures = (Shelf(limits.TRAINING_ANSWERS, limits.TRAINING_BYTES) for _ in range(2))


def job_url(job_id: str) -> str:
    """Where the state of a training is, relative to the page."""
    return f"jobs/{job_id}.json"


def map_url(job: Job, dark: bool) -> str:
    """A small picture of the codes as they are now, relative to the page; empty where there are none yet."""
    view = job.payload
    if not isinstance(view, TrainingSnapshot) or view.pictures is None:
        return ""
    return f"jobs/{job.job_id}/{view.pictures.step}-map{'-dark' if dark else ''}.webp"


def job_to_json(job: Job, position: int | None, recorded: Run | None = None) -> dict[str, Any]:
    """What the live view shows; numbers that are not finite are None. `position`: trainings before it, while it waits.

    `recorded`: the finished model, whose test metrics take the place of its epoch's.

    `history`: a row an epoch, `[epoch, log p(x|z), the same on the test set, second, second on the test set]`, nats,
    where `second` names the other term. `recent`: the same of the last steps, `[epochs, log p(x|z), second]`.
    """
    plan, view = _plan(job), job.payload
    found = {
        "version": job.version,
        "status": job.status,
        "reason": without_folders(job_reason(job.reason)),
        "resumable": not job.active and not job.ended_for_good,
        "position": position,
        "title": plan.title,
        "epochs": plan.training.epochs,
        "slow": job.slow > 0,
        "class_names": list(require_known(plan.training.data).class_names),
        "image": list(plan.model.image),
        "latent_dim": plan.model.latent_dim,
        "conditional": plan.model.conditional,
        "stochastic": plan.model.stochastic,
        "numbers": True,
        "model": job.spec.get("run_id"),
    }
    if isinstance(view, TrainingSnapshot):
        found |= _view_to_json(job, plan, replace(view, history=as_recorded(view.history, recorded)))
    return found


def picture_bytes(view: TrainingSnapshot) -> bytes:
    """Places `[images 2]` as little-endian float32, labels `[images]`, samples `[16 channel height width]`, bytes."""
    if view.pictures is None:
        return b""
    places = _places(view)
    return places.astype("<f4").tobytes() + view.labels.tobytes() + view.pictures.samples.tobytes()


def _places(view: TrainingSnapshot) -> NDArray[np.float32]:
    assert view.pictures is not None
    places = view.pictures.mu[:, list(_dims(view))]
    if places.shape[1] == 1:
        places = np.concatenate([places, np.zeros_like(places)], axis=1)
    found: NDArray[np.float32] = np.nan_to_num(places, nan=0.0, posinf=0.0, neginf=0.0)
    return found


def network_bytes(view: TrainingSnapshot, plan: Plan, part: Part) -> bytes:
    """The network that belongs to the pictures, as the browser reads it; empty where a weight is too large for it."""
    try:
        return numbers_of(plan.model, _networks(view), part)
    except InputError:  # a training that runs away: the map goes on, and what was drawn before stays
        return b""


def code_json(view: TrainingSnapshot, plan: Plan) -> dict[str, Any]:
    """What the drawer "Numbers and code" is told besides the networks: the objective with the weights of this moment,
    and of the pictures' codes those that a term over a batch needs, `[others latent]`.
    """
    assert view.pictures is not None
    step = view.pictures.step
    changed = in_force(replace(plan.training, changes=view.changes), step)
    training = replace(changed, weights=current_weights(changed, step / _per_epoch(view)))
    found = training_data(plan.model, training, len(view.labels), plan.program)
    codes = np.nan_to_num(view.pictures.mu[: found["batch"]], nan=0.0, posinf=0.0, neginf=0.0)
    return found | {"codes": codes.tolist()}


def _networks(view: TrainingSnapshot) -> Mapping[str, NDArray[np.float32]]:
    return view.pictures.networks if view.pictures else {}


def _per_epoch(view: TrainingSnapshot) -> int:
    """Steps an epoch."""
    return max(1, view.steps // view.epochs)


def _view_to_json(job: Job, plan: Plan, view: TrainingSnapshot) -> dict[str, Any]:
    per_epoch = _per_epoch(view)
    weight = next((name for name, rows in WEIGHED_BY.items() if plan.training.objective in rows), None)
    weight = None if plan.model.dial else weight  # it is drawn anew for each image
    files = f"jobs/{job.job_id}/{view.pictures.step}" if view.pictures else ""
    return {
        "phase": view.phase,
        "epoch": view.epoch,
        "step": view.step,
        "steps": view.steps,
        "images_per_second": _finite(view.images_per_second),
        "seconds_left": _finite(view.seconds_left),
        "learning_rate": view.learning_rate,
        "weight": weight and {"name": weight, "value": getattr(view, weight)},
        "round": not plan.model.learns_prior,
        "second": second_term(plan.model.stochastic),
        "history": [epoch_row(record) for record in view.history],
        "recent": [
            [recent.step / per_epoch, _finite(recent.log_likelihood), _finite(recent.kl)] for recent in view.recent
        ],
        "elbo": _finite(view.history[-1].test.elbo) if view.history else None,
        "kl": [_finite(nats) for nats in view.kl] if view.kl else None,
        "health": [job_reason(found) for found in view.health],
        "notes": [job_reason(note) for note in view.notes],
        "kept": list(view.kept),
        "changes": [[change.step / per_epoch, change.name, change.value] for change in view.changes],
        "dims": list(_dims(view)),
        "axes": [latent_name(dim) for dim in _dims(view)],
        "pictures": f"{files}.bin" if files else None,
        "decoder": f"{files}-decoder.bin" if view.pictures and view.pictures.networks else None,
        "points": len(view.labels),
    }


def _dims(view: TrainingSnapshot) -> tuple[int, ...]:
    """The two dimensions that the map shows: those with most nats, or else with most spread."""
    if view.pictures is None or view.pictures.mu.shape[1] <= 2:
        return tuple(range(view.pictures.mu.shape[1])) if view.pictures else ()
    worth: Sequence[float] | NDArray[np.float32] = view.kl or view.pictures.mu.var(axis=0)
    first, second = sorted(np.argsort(np.nan_to_num(np.asarray(worth)), kind="stable")[-2:].tolist())
    return first, second


def second_term(stochastic: bool) -> SecondTerm:
    """The code of what is shown beside log p(x|z): a deterministic encoder has no KL divergence."""
    return "kl" if stochastic else "mmd"


def as_recorded(history: Sequence[EpochRecord], run: Run | None) -> tuple[EpochRecord, ...]:
    """The history whose last epoch, or the one that was kept, has the test metrics of the record: a model has one
    number, wherever it is shown.

    The epochs are measured with one draw an image, the finished model with eight, after its weights are rounded.
    """
    if run is None or not history:
        return tuple(history)
    model = run.kept_epoch or history[-1].epoch
    return tuple(replace(record, test=run.test) if record.epoch == model else record for record in history)


def epoch_row(record: EpochRecord) -> list[float | None]:
    """`[epoch, log p(x|z), the same on the test set, second, second on the test set]`, see `second_term`."""

    def second(metrics: Metrics) -> float | None:
        return _finite(sum(metrics.kl) if metrics.kl is not None else metrics.mmd)

    train, test = record.train, record.test
    return [record.epoch, _finite(train.log_likelihood), _finite(test.log_likelihood), second(train), second(test)]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _plan(job: Job) -> Plan:
    """Of a chain the plan of the link that it shows, or of its first."""
    links = trainings_of([job])
    shown = next((link for link in links if link.shown), links[0])
    return _plan_of_text(json.dumps(dict(shown.spec), sort_keys=True))


@functools.lru_cache(maxsize=limits.PLANS)
def _plan_of_text(spec: str) -> Plan:
    return plan_of(updated(json.loads(spec)))  # a link to a training of an older version still opens


def _recorded(job: Job) -> Run | None:
    """A finished training's model; None before, and where the model is gone."""
    folder = jobs.service().folder / str(job.spec.get("run_id"))
    try:
        return load_run(folder) if job.status == DONE else None
    except InputError:
        return None


def _state(request: Request) -> Response:
    """The state of a training, or 204 where it is still the one that the browser names."""
    try:
        service = jobs.service()
        job = service.snapshot(request.path_params["job_id"])
        position = service.position(job.job_id) if job.status == "queued" else None
        since = f"{STARTED}-{job.version}-{position}"
        if request.query_params.get("since") == since:
            return Response(status_code=204, headers=NEVER_KEPT)

        def make() -> bytes:
            found = job_to_json(job, position, _recorded(job)) | {"since": since}
            return json.dumps(found, allow_nan=False).encode()

        content = _answers.get((id(service), job.job_id, since), make)
    except InputError as error:  # no such job, or one that another version of the app has made
        return PlainTextResponse(without_folders(refusal(error)), 404)
    return Response(content, media_type="application/json", headers=NEVER_KEPT)


def _picture(request: Request) -> Response:
    return _of_step(request, "pictures", lambda view, _plan: picture_bytes(view))


def _weights(request: Request, part: Part) -> Response:
    return _of_step(request, part, lambda view, plan: network_bytes(view, plan, part))


def _code(request: Request) -> Response:
    return _of_step(request, "code", lambda view, plan: json.dumps(code_json(view, plan)).encode(), "application/json")


def _image(request: Request) -> Response:
    """A test image, `[channels height width]` bytes."""
    try:
        _, view = _watched(request)
        index = request.path_params["index"]
        require(index < len(view.images), "asset.no_image", index=index, count=len(view.images))
    except InputError as error:
        return PlainTextResponse(without_folders(refusal(error)), 404)
    return Response(view.images[index].tobytes(), media_type="application/octet-stream", headers=NEVER_KEPT)


def _map(request: Request) -> Response:
    dark = request.url.path.endswith("-dark.webp")

    def make(view: TrainingSnapshot, _plan: Plan) -> bytes:
        return early_picture(_places(view), view.labels.tolist(), dark)

    return _of_step(request, "dark" if dark else "light", make, "image/webp")


def _of_step(
    request: Request, what: str, make: Callable[[TrainingSnapshot, Plan], bytes], kind: str = "application/octet-stream"
) -> Response:
    """What belongs to the map of a step, made once for all who watch."""
    try:
        job, view = _watched(request)
    except InputError as error:
        return PlainTextResponse(without_folders(refusal(error)), 404)
    step = request.path_params["step"]
    if view.pictures is None or view.pictures.step != step:  # it has gone on: the state that names newer ones comes
        return Response(status_code=204, headers=NEVER_KEPT)
    content = _pictures.get((what, job.job_id, step, view.epoch), lambda: make(view, _plan(job)))
    return Response(content, media_type=kind, headers=NEVER_KEPT)


def _manifest(request: Request, part: Part) -> Response:
    """How to read a network's weights: the same all the time that a training runs."""
    try:
        job, view = _watched(request)
    except InputError as error:
        return PlainTextResponse(without_folders(refusal(error)), 404)
    return JSONResponse(manifest_of(_plan(job).model, _networks(view), part), headers=NEVER_KEPT)


def _watched(request: Request) -> tuple[Job, TrainingSnapshot]:
    job = jobs.service().snapshot(request.path_params["job_id"])
    view = job.payload
    if not isinstance(view, TrainingSnapshot) or view.pictures is None:
        raise InputError("asset.no_picture")
    return job, view


ROUTES: list[BaseRoute] = [
    Route("/jobs/{job_id}.json", _state),
    Route("/jobs/{job_id}/{step:int}.bin", _picture),
    *(Route(f"/jobs/{{job_id}}/{{step:int}}-{part}.bin", functools.partial(_weights, part=part)) for part in PARTS),
    *(Route(f"/jobs/{{job_id}}/{part}.json", functools.partial(_manifest, part=part)) for part in PARTS),
    Route("/jobs/{job_id}/{step:int}-code.json", _code),
    Route("/jobs/{job_id}/test-{index:int}.bin", _image),
    Route("/jobs/{job_id}/{step:int}-map.webp", _map),
    Route("/jobs/{job_id}/{step:int}-map-dark.webp", _map),
]
