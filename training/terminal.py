"""A training at the terminal: a progress bar, a line an epoch, and a clean stop on Ctrl-C.

Knows the loop's events and the operating system's signals; gives no commands but to stop.
"""

import contextlib
import signal
from collections.abc import Iterator

from tqdm import tqdm

from datasets.data_set import DataSet
from jobs.job import Command
from live.words import job_reason, t
from models.errors import Reason
from training.dial import STEPS
from training.epochs import EpochStore
from training.evaluate import StopCheck
from training.loop import EpochDone, steps_per_epoch
from training.meter import Progress
from training.state import TrainState

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
BAR = "{percentage:3.0f}% |{bar}| {postfix}"


@contextlib.contextmanager
def stop_signals() -> Iterator[StopCheck]:
    """Inside, Ctrl-C and SIGTERM only raise a flag, which what is yielded tells."""
    flag: list[int] = []
    before = {number: signal.signal(number, lambda got, _: flag.append(got)) for number in STOP_SIGNALS}
    try:
        yield lambda: bool(flag)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Terminal:
    """A training's operator (training/drive.py) that prints. `stopped`: whether somebody has pressed Ctrl-C."""

    def __init__(self, stopped: StopCheck) -> None:
        self.should_stop = self.should_abandon = stopped
        self.state: TrainState | None = None
        self._bar: tqdm[None] | None = None

    def close(self) -> None:
        """Ends the progress bar."""
        if self._bar is not None:
            self._bar.close()

    def begin(self, state: TrainState, data: DataSet, film: EpochStore, notes: tuple[Reason, ...]) -> None:  # noqa: ARG002
        """Prints what is trained, and what was done about a trouble."""
        self.close()
        self.state = state
        print(t("terminal.begin", name=state.run_id, title=state.title, count=state.model.parameter_count()))
        for note in notes:
            print(job_reason(note))
        steps = state.training.epochs * steps_per_epoch(len(data.train_x), state.training.batch_size)
        self._bar = tqdm(total=steps, initial=state.step, unit="step", dynamic_ncols=True, bar_format=BAR)

    def commands(self) -> tuple[Command, ...]:
        """None: the terminal can only stop a training."""
        return ()

    def took_effect(self, command: Command, step: int) -> None:
        """Nothing waits for an effect."""

    def history(self) -> tuple[Command, ...]:
        """What was changed in an earlier process is in the state that it saved."""
        return ()

    def progress(self, event: Progress) -> None:
        """The numbers behind the bar."""
        self._move()
        if self._bar is not None:
            self._bar.set_postfix_str(_describe(event))

    def epoch_done(self, event: EpochDone) -> None:
        """A line that stays."""
        self._move()
        tqdm.write(_epoch_line(event, self.state.training.epochs if self.state else 0))

    def changed(self, refusal: Reason | None = None) -> None:
        """Nothing can be changed from here."""

    def saved(self) -> None:
        """Nobody wants to know."""

    def finishing(self) -> None:
        """The bar is full; the final tests take a while."""
        self.close()
        if self.state is not None and self.state.model.config.dial:
            print(t("terminal.dial", count=STEPS))

    def _move(self) -> None:
        if self._bar is not None and self.state is not None:
            self._bar.update(self.state.step - self._bar.n)


def _describe(event: Progress) -> str:
    numbers = {"loss": event.loss, "likelihood": event.log_likelihood}
    terms = t("terminal.loss", **numbers) if event.kl is None else t("terminal.loss.kl", kl=event.kl, **numbers)
    return t("terminal.bar", terms=terms, speed=event.images_per_second, seconds=event.seconds_left)


def _epoch_line(event: EpochDone, epochs: int) -> str:
    test = event.record.test
    said = {"epoch": event.record.epoch, "epochs": epochs, "likelihood": test.log_likelihood}
    if test.elbo is None or test.kl is None:
        return t("terminal.epoch", **said)
    return t("terminal.epoch.elbo", elbo=test.elbo, kl=sum(test.kl), **said)
