"""Who is next: a queue that is fair between sessions, round robin, first come first served within each.

Knows nothing of jobs but their names.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator


class FairQueue:
    """Names that wait, each for a session. Not safe among threads; its owner guards it."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, deque[str]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._sessions)

    def __iter__(self) -> Iterator[str]:
        """The names in the order in which they come, as it is now."""
        waiting = [deque(names) for names in self._sessions.values()]
        while waiting:
            for names in waiting:
                yield names.popleft()
            waiting = [names for names in waiting if names]

    def join(self, session: str, name: str, first: bool = False) -> None:
        """Puts a name at the end of its session's own queue, or at its front."""
        own = self._sessions.setdefault(session, deque())
        if first:
            own.appendleft(name)
        else:
            own.append(name)

    def leave(self, session: str, name: str) -> None:
        """Takes a name out, if it waits."""
        own = self._sessions.get(session)
        if own and name in own:
            own.remove(name)
            if not own:
                del self._sessions[session]

    def take(self) -> str | None:
        """The next name, None if nobody waits; its session goes to the end."""
        if not self._sessions:
            return None
        session, own = next(iter(self._sessions.items()))
        name = own.popleft()
        if own:
            self._sessions.move_to_end(session)
        else:
            del self._sessions[session]
        return name
