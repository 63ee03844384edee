"""What a job's work sees of the world: checks to make between two batches, commands that came in, reports to send.

Knows threads and values; knows nothing of the queue, and nothing of what the work is. In and out go values only, so
that the work can be done in another process, which has controls of its own: they `follow` the `orders` of these.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from jobs.job import CANCELLED, CANCELLED_KEPT, FAILED, INTERRUPTED, PAUSED, RUNNING, Command, Job, Outcome
from models.errors import Reason


@dataclass(frozen=True)
class Report:
    """The work shows a new payload."""

    job_id: str
    payload: object


@dataclass(frozen=True)
class Moved:
    """The work waits now, or goes on."""

    job_id: str
    status: str
    reason: Reason


@dataclass(frozen=True)
class Effect:
    """A command holds from `command.step` on."""

    command: Command


@dataclass(frozen=True)
class Order:
    """Something that the queue has said to a job's controls: the name of one of its methods, and with what."""

    name: str
    value: float | bool | Command | None = None


Send = Callable[[Report | Moved | Effect], None]
ORDERS = ("pause", "resume", "step", "slow", "cancel", "stop", "crowd", "add")


class LostError(Exception):
    """The place where a job was worked on is gone, and nobody knows how far it came after its last save.

    `died`: whether the place broke down under the job; otherwise only the way there did.
    """

    def __init__(self, reason: Reason, died: bool) -> None:
        super().__init__(str(reason))
        self.reason, self.died = reason, died


class Controls:
    """One job's controls: its work checks them between two batches, the queue puts commands in.

    `send`: takes what the work reports, and has written down what must be on disk when it returns. `holds`: raises
    InputError where whoever has the turn of that number has lost it.
    """

    def __init__(
        self, job: Job, send: Send, commands: tuple[Command, ...] = (), holds: Callable[[int], None] = lambda _: None
    ) -> None:
        self.job_id, self.spec, self.turn = job.job_id, job.spec, job.turn
        self.paused, self.cancelled = job.status == PAUSED, False
        self.outcome: Outcome | None = None
        self._send, self._changed, self.require_turn = send, threading.Condition(), holds
        self._steps, self._slow = 0, 0.0
        self._stopping = self._crowded = False
        self._seconds = self._deadline = float("inf")
        self._history = [command for command in commands if command.step is not None]
        self._pending = [command for command in commands if command.step is None]
        self._orders: list[Order] | None = None  # None: the work is done in this process

    # For the work

    def should_stop(self) -> bool:
        """Whether to save and return None now; waits while the job is paused, rests in slow motion."""
        late = time.monotonic() >= self._deadline
        if not (self.paused or self._slow or self.cancelled or self._stopping or late):
            return False
        if self._slow and not self.paused:
            with self._changed:
                self._changed.wait_for(lambda: self.paused or self._ending, self._slow)
        if self.paused:
            self._wait_while_paused()
        self.outcome = self.outcome or self._end()
        return self.outcome is not None

    def should_abandon(self) -> bool:
        """Whether to drop what can be done again, for use within a long computation: cancelled, or the queue ends."""
        if self._ending:
            self.outcome = self._end()
        return self.outcome is not None

    @property
    def watched(self) -> bool:
        """Whether every single batch should be reported: somebody pauses, steps, or looks in slow motion."""
        return self.paused or self._slow > 0

    def report(self, payload: object) -> None:
        """Shows an immutable value to whoever polls the job."""
        self._send(Report(self.job_id, payload))

    def commands(self) -> tuple[Command, ...]:
        """The work's commands that did not take effect yet."""
        return tuple(self._pending) if self._pending else ()

    def took_effect(self, command: Command, step: int) -> None:
        """Says from which step a command holds; it is on disk when this returns. Raises InputError if it can't be."""
        done = replace(command, step=step)
        self._send(Effect(done))
        self._pending.remove(command)
        self._history.append(done)

    def history(self) -> tuple[Command, ...]:
        """What took effect so far, also before a restart, in order: a resumed job repeats it."""
        return tuple(self._history)

    # For work that is done in another process

    def standing(self) -> tuple[tuple[Order, ...], tuple[Command, ...]]:
        """The orders and commands that bring fresh controls to where these are; `orders` has what comes from now on."""
        with self._changed:
            self._orders = []
            first = [Order("pause")] if self.paused else []
            first += [Order("step")] * self._steps + [Order("slow", self._slow), Order("crowd", self._crowded)]
            first += [Order("cancel")] * self.cancelled + [Order("stop")] * self._stopping
            return tuple(first), (*self._history, *self._pending)

    def orders(self, seconds: float) -> tuple[Order, ...]:
        """What was ordered since the last time; waits so long for something."""
        with self._changed:
            self._changed.wait_for(lambda: self._orders, seconds)
            found, self._orders = tuple(self._orders or ()), []
            return found

    def came_back(self, steps: int, outcome: Outcome) -> None:
        """The work in the other process has left: how, and how many single steps it still had to do."""
        with self._changed:
            self._steps = steps + sum(order.name == "step" for order in self._orders or ())
            self._orders, self.outcome = None, outcome

    def follow(self, order: Order) -> None:
        """Does what the queue has said to the controls in its process."""
        assert order.name in ORDERS
        method = getattr(self, order.name)
        method() if order.value is None else method(order.value)

    def pass_on(self, news: Report | Moved) -> None:
        """What the controls in the other process have sent."""
        self._send(news)

    @property
    def stopping(self) -> bool:
        """Whether this process ends."""
        return self._stopping

    @property
    def steps(self) -> int:
        """How many single steps are still to be done."""
        return self._steps

    @property
    def seconds(self) -> float:
        """Seconds of work that the turn may take."""
        return self._seconds

    # For the queue

    @property
    def ready(self) -> bool:
        """Whether the job would do something if it had the worker."""
        return not self.paused or self._steps > 0

    def start(self, seconds: float, crowded: bool, turn: int = 0) -> None:
        """The job has a worker for at most `seconds` of work; `crowded`: others wait for it; `turn`: its number."""
        self.turn = turn
        self._seconds, self._deadline = seconds, time.monotonic() + seconds
        self._crowded, self.outcome, self._orders = crowded, None, None

    def pause(self) -> None:
        """The work waits at the end of its batch."""
        self._set(Order("pause"), paused=True, _steps=0)

    def resume(self) -> None:
        """The work goes on at full speed, or in slow motion."""
        self._set(Order("resume"), paused=False, cancelled=False, _steps=0)

    def step(self) -> None:
        """One more batch, then the work waits."""
        self._set(Order("step"), paused=True, _steps=self._steps + 1)

    def slow(self, seconds: float) -> None:
        """A rest of `seconds` after every batch; 0 for none."""
        self._set(Order("slow", seconds), _slow=seconds)

    def cancel(self) -> None:
        """The work ends with its batch."""
        self._set(Order("cancel"), cancelled=True)

    def stop(self) -> None:
        """The process ends, and the work with its batch."""
        self._set(Order("stop"), _stopping=True)

    def crowd(self, others: bool) -> None:
        """Whether others wait for the worker: a paused job leaves it to them."""
        self._set(Order("crowd", others), _crowded=others)

    def add(self, command: Command) -> None:
        """One more command for the work."""
        with self._changed:
            self._pending.append(command)
            self._set(Order("add", command))

    def _set(self, order: Order, **values: object) -> None:
        with self._changed:
            vars(self).update(values)
            if self._orders is not None:
                self._orders.append(order)
            self._changed.notify_all()

    def _wait_while_paused(self) -> None:
        began = time.monotonic()
        if not self._steps:
            self._send(Moved(self.job_id, PAUSED, Reason("paused")))
        with self._changed:
            self._changed.wait_for(lambda: not self.paused or self._steps or self._crowded or self._ending)
            if self.paused and not self._steps and not self._ending:
                self.outcome = Outcome(PAUSED, Reason("paused.aside"))
            self._steps = max(0, self._steps - 1)
            goes_on = not self.paused and not self._ending
        if goes_on:
            self._send(Moved(self.job_id, RUNNING, Reason("running")))
        self._deadline += time.monotonic() - began

    @property
    def _ending(self) -> bool:
        return self.cancelled or self._stopping

    def _end(self) -> Outcome | None:
        if self.cancelled:
            return Outcome(CANCELLED, Reason(CANCELLED_KEPT))
        if self._stopping and self.paused:
            return Outcome(PAUSED, Reason("paused"))
        if self._stopping:
            return Outcome(INTERRUPTED, Reason("interrupted"))
        if time.monotonic() >= self._deadline:
            return Outcome(FAILED, Reason("failed.time_limit", {"minutes": self._seconds / 60}))
        return None


Work = Callable[[Controls], Reason | None]
