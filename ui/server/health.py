"""Whether this server can take another pupil, write its models and train: what a watcher asks for at /healthz.

What is asked again within a few seconds is answered from memory, so that a watcher costs nothing. Knows the limits, the
folder and the queue; knows no page.
"""

import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from live.library import all_runs
from live.words import refusal
from models import gallery
from models.errors import InputError, require
from ui import disk, jobs, limits
from ui.server import descriptors
from ui.server.throttle import ALL
from ui.text import without_folders

SOCKETS: Counter[object] = Counter()  # those that are open, as throttle.py counts them
SECONDS = 5.0  # how old an answer may be
HEALTHY, ILL = 200, 503


@dataclass(frozen=True)
class Health:
    """How many models there are, and what is wrong: a name for programs, and a sentence where there is one."""

    models: int
    troubles: dict[str, str]


def look() -> Health:
    """Looks at everything; waits for the disk."""
    found = {name: _trouble(check) for name, check in CHECKS.items()}
    return Health(len(all_runs().runs), {name: trouble for name, trouble in found.items() if trouble is not None})


def _trouble(check: Callable[[], None]) -> str | None:
    try:
        check()
    except InputError as error:
        return without_folders(refusal(error))
    return None


def _room_for_a_pupil() -> None:
    free = descriptors.left()
    require(free is None or free >= descriptors.PER_PUPIL, "server.no_descriptor")
    require(SOCKETS[ALL] < limits.ALL_SOCKETS, "server.no_socket")


def _folder() -> None:
    disk.require_writable(gallery.checkpoint_folder())


def _trainings() -> None:
    if reason := jobs.service().refusal:
        raise InputError.of(reason)


CHECKS: dict[str, Callable[[], None]] = {"pupils": _room_for_a_pupil, "folder": _folder, "trainings": _trainings}


class Healthz:
    """The address. `clock`: seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._when = clock, -math.inf
        self._known: Health | None = None

    async def __call__(self, _request: Request) -> Response:
        known = self._known
        if known is None or self._clock() - self._when > SECONDS:
            self._when = self._clock()  # before the look: who asks meanwhile waits for none
            known = self._known = await run_in_threadpool(look)
        return _said(known)


def _said(health: Health) -> Response:
    body = {"status": "ill" if health.troubles else "ok", "models": health.models, "troubles": health.troubles}
    return JSONResponse(body, ILL if health.troubles else HEALTHY)


healthz = Healthz()


async def _answer(request: Request) -> Response:
    return await healthz(request)


ROUTES: list[BaseRoute] = [Route("/healthz", _answer)]
