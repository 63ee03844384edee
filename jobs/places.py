"""Where jobs are worked off: here, or on other machines that come and go. Knows controls; knows nothing of threads."""

from typing import Protocol, runtime_checkable

from jobs.controls import Controls, Work
from models.errors import Reason

HERE = "here"


@runtime_checkable
class Places(Protocol):
    """The places at which one job each can be worked on."""

    def names(self) -> tuple[str, ...]:
        """The places that are there now; asked a few times a second, and waits for nobody."""

    def work(self, place: str, controls: Controls) -> Reason | None:
        """Works on a job there, see `Work`; raises LostError where the place is gone before it is done."""

    def notes(self) -> tuple[Reason, ...]:
        """What whoever waits should know: which places can't be used, and why."""

    def close(self) -> None:
        """Lets go of all places."""


class Here:
    """This process, one job at a time."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def names(self) -> tuple[str, ...]:
        """Always one."""
        return (HERE,)

    def work(self, _place: str, controls: Controls) -> Reason | None:
        """Works on the job."""
        return self._work(controls)

    def notes(self) -> tuple[Reason, ...]:
        """Nothing can be wrong with it."""
        return ()

    def close(self) -> None:
        """It ends with its process."""


class Nowhere:
    """No place at all: jobs wait until whoever runs this process has mended what is wrong."""

    def __init__(self, reason: Reason) -> None:
        self._reason = reason

    def names(self) -> tuple[str, ...]:
        """None."""
        return ()

    def work(self, _place: str, _controls: Controls) -> Reason | None:
        """Never called, for there is no place."""
        raise AssertionError

    def notes(self) -> tuple[Reason, ...]:
        """What is wrong."""
        return (self._reason,)

    def close(self) -> None:
        """There is nothing to let go of."""
