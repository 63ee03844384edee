"""Machines as the places where jobs are worked on: who is there, what each needs, and a visit to each.

Knows Dask's client; what a machine does is training/several/guest.py, what is done with its news visit.py. Dask runs
nothing again by itself: a task has one machine, and is given up with it.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets.data_set import DataSet
from datasets.own.shelf import is_own
from jobs.controls import Controls, LostError
from models.errors import InputError, Reason
from training.pacing import Pacing
from training.several import guest
from training.several.visit import Home, visit
from training.several.where import Where
from training.several.wire import Build, Key, build
from training.train_job import Load

LOOK_SECONDS, ASK_SECONDS, GREET_SECONDS, CONNECT_SECONDS = 1.0, 10.0, 60.0, 5.0
RESOURCE = "latent"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Machine:
    """One worker of the scheduler. `name`: of the computer that it runs on, as people know it."""

    address: str
    name: str


class Machines:
    """The machines of a scheduler, or processes of this computer. `folder`: where models and unfinished runs lie."""

    def __init__(self, where: Where, folder: Path, load: Load, pacing: Pacing, filmed: bool) -> None:
        self._home = Home(folder, uuid.uuid4().hex[:12], pacing, filmed)
        self._where, self._load = where, load
        self._client: Any = None
        self._cluster: Any = None
        self._there: dict[str, Machine] = {}
        self._refused: dict[str, Reason] = {}
        self._away: Reason | None = Reason("several.starting")
        self._data: dict[str, DataSet] = {}
        self._sent: dict[tuple[str, str], Any] = {}
        self._changing, self._ended = threading.Lock(), threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="machines-watch", daemon=False)
        self._watcher.start()

    def names(self) -> tuple[str, ...]:
        """The addresses of the machines that can be used now."""
        return tuple(self._there) if self.is_connected() else ()

    def notes(self) -> tuple[Reason, ...]:
        """Why nobody, or who, can't be used."""
        return (*([self._away] if self._away else []), *self._refused.values())

    def close(self) -> None:
        """Lets go of the scheduler, and ends the processes of this computer."""
        self._ended.set()
        self._watcher.join()
        for closing in filter(None, (self._client, self._cluster)):
            try:
                closing.close(timeout=CONNECT_SECONDS)
            except (OSError, TimeoutError) as error:
                logger.warning("closing: %s", error)
        self._client = self._cluster = None

    def work(self, place: str, controls: Controls) -> Reason | None:
        """Trains on a machine; see `Places.work`."""
        machine = self._there.get(place)
        if machine is None:  # it went while the job was taken
            raise LostError(Reason("queued.lost", {"machine": place}), died=False)
        try:
            return visit(self._home, _DaskRoad(self, machine), controls)
        except LostError:
            self._forget(place)  # the next look finds it again, if it is there
            raise

    # For the road to a machine

    def call(self, place: str, function: Callable[..., Any], *values: Any, seconds: float = ASK_SECONDS) -> Any:
        """What a function says in the process of a machine; OSError or TimeoutError where it does not answer."""
        client = self._client
        if client is None or client.status != "running":  # also while this process ends
            raise OSError("no scheduler")
        return client.run(function, *values, workers=[place], callback_timeout=seconds)[place]

    def begin(self, place: str, key: Key, data: str) -> Any:
        """Starts the work of an errand that the machine expects, on data that it has, or gets once."""
        held = self._data_on(place, data)
        options = {"workers": [place], "allow_other_workers": False, "resources": {RESOURCE: 1}}
        return self._client.submit(guest.run, key, held, key=f"latent-{key[0]}-{key[1]}", pure=False, **options)

    def is_gone(self, place: str) -> bool:
        """Whether the scheduler knows that a machine is not there any more."""
        try:
            return self.is_connected() and place not in self._workers()
        except (OSError, TimeoutError):
            return False

    def is_connected(self) -> bool:
        """Whether the scheduler answers."""
        return self._client is not None and self._client.status == "running"

    def _data_on(self, place: str, name: str) -> Any:
        data = self._data.get(name) or self._load(name, download=False)
        self._data = {} if is_own(name) else {name: data}  # an own set may come again under its name
        key = (place, data.digest)
        if key not in self._sent:
            self._sent[key] = self._client.scatter(data, workers=[place], hash=False, timeout=GREET_SECONDS)
        return self._sent[key]

    # The watch

    def _watch(self) -> None:
        while True:
            try:
                self._look()
            except InputError as error:
                self._away = error.reason
            except Exception as error:  # whatever a network does, the next look is made
                logger.warning("machines: %s", error)
                self._away = self._not_there(str(error)[:200])
            if self._ended.wait(LOOK_SECONDS):
                return

    def _look(self) -> None:
        if self._client is None or self._client.status == "closed":
            self._connect()
        if not self.is_connected():
            self._there, self._sent = {}, {}
            self._away = self._not_there(self._client.status)
            return
        workers = self._workers()
        fitting = {address: told for address, told in workers.items() if told["resources"].get(RESOURCE, 0) >= 1}
        for address in self._there.keys() - fitting.keys():
            self._forget(address)
        self._refused = {address: why for address, why in self._refused.items() if address in fitting}
        new = fitting.keys() - self._there.keys() - self._refused.keys()
        self._greet([Machine(address, _called(fitting[address])) for address in sorted(new)])
        self._away = None if self._there or self._refused else Reason("several.nobody")

    def _workers(self) -> dict[str, Any]:
        """What the scheduler says of its workers, by address; OSError or TimeoutError where it does not answer."""
        ask = self._client.scheduler.identity  # `scheduler_info` has no limit of time, and may tell what was before
        workers: dict[str, Any] = self._client.sync(ask, n_workers=-1, callback_timeout=ASK_SECONDS)["workers"]
        return workers

    def _not_there(self, problem: str) -> Reason:
        if self._where.scheduler:
            return Reason("several.away", {"address": self._where.scheduler, "problem": problem})
        return Reason("several.local", {"problem": problem})

    def _connect(self) -> None:
        from distributed import Client, LocalCluster  # optional, and a third of a second

        self._there, self._sent = {}, {}
        if self._client is not None:
            self._client.close(timeout=1)
        if self._where.workers and self._cluster is None:
            self._cluster = LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=self._where.workers, threads_per_worker=1, processes=True, resources={RESOURCE: 1},
                host="127.0.0.1", dashboard_address="127.0.0.1:0", memory_limit=0, silence_logs=logging.ERROR,
            )  # fmt: skip
        address = self._cluster.scheduler_address if self._cluster else self._where.scheduler
        self._client = Client(  # type: ignore[no-untyped-call]
            address, timeout=CONNECT_SECONDS, set_as_default=False
        )

    def _greet(self, new: list[Machine]) -> None:
        """Who of them has the same build may come in; who does not answer is asked again at the next look."""
        if not new:
            return
        options = {"workers": [machine.address for machine in new], "callback_timeout": GREET_SECONDS}
        found = self._client.run(guest.greet, self._home.owner, on_error="return", **options)
        for machine in new:
            answer = found.get(machine.address)
            if isinstance(answer, ImportError):
                problem = {"name": machine.name, "problem": str(answer)}
                self._refused[machine.address] = Reason("several.no_app", problem)
            elif isinstance(answer, Build):
                self._let_in(machine, difference(machine.name, build(), answer))

    def _let_in(self, machine: Machine, refused: Reason | None) -> None:
        if refused:
            self._refused[machine.address] = refused
            return
        with self._changing:
            self._there = self._there | {machine.address: machine}

    def _forget(self, address: str) -> None:
        with self._changing:
            self._there = {other: machine for other, machine in self._there.items() if other != address}
            self._sent = {key: held for key, held in self._sent.items() if key[0] != address}


@dataclass(frozen=True)
class _DaskRoad:
    """Dask's way to one machine."""

    machines: Machines
    machine: Machine

    @property
    def name(self) -> str:
        """What people call the machine."""
        return self.machine.name

    def call(self, function: Callable[..., Any], *values: Any) -> Any:
        """See `Road`."""
        return self.machines.call(self.machine.address, function, *values)

    def begin(self, key: Key, data: str) -> Any:
        """See `Road`."""
        return self.machines.begin(self.machine.address, key, data)

    def is_open(self) -> bool:
        """See `Road`."""
        return self.machines.is_connected()

    def is_gone(self) -> bool:
        """See `Road`."""
        return self.machines.is_gone(self.machine.address)


def _called(told: Any) -> str:
    """What people call a worker: its computer, and its name there."""
    return (
        str(told["host"]) if str(told["name"]).startswith(("tcp://", "tls://")) else f"{told['host']} ({told['name']})"
    )


def difference(name: str, ours: Build, theirs: Build) -> Reason | None:
    """Which version a machine has otherwise; None where it has all as we do."""
    for what, one, other in ("Python", ours.python, theirs.python), ("torch", ours.torch, theirs.torch):
        if one != other:
            return Reason("several.other_version", {"name": name, "what": what, "here": one, "there": other})
    return None if ours == theirs else Reason("several.other_app", {"name": name})
