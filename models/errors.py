"""The one exception for the person at the screen: a code, and the values that its sentence names.

The sentence is the catalogue's, `refusal.CODE`; who shows an error asks `live.words` for it. Knows nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reason:
    """Why something is refused, or is as it is: a code for programs, and the values that a sentence about it names.

    A value is a text, a number, a list of them, or another reason or a list of those: all of it goes through JSON.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        """For logs and tests: the code and the values, `grid.side: most=100, got=0`."""
        named = ", ".join(f"{name}={_plain(value)}" for name, value in self.values.items())
        return f"{self.code}: {named}" if named else self.code


class InputError(ValueError):
    """Something that came from outside is not usable; the reason says what came, its sentence also what to do."""

    def __init__(self, code: str, /, **values: Any) -> None:
        super().__init__(code)
        self.reason = Reason(code, {name: _reason_of(value) for name, value in values.items()})

    @classmethod
    def of(cls, reason: Reason) -> "InputError":
        """The error for a reason that was found before."""
        return cls(reason.code, **reason.values)

    def __str__(self) -> str:
        return str(self.reason)


def require(condition: bool, code: str, /, **values: Any) -> None:
    """Raise `InputError(code, **values)` unless the condition holds."""
    if not condition:
        raise InputError(code, **values)


def _reason_of(value: Any) -> Any:
    return value.reason if isinstance(value, InputError) else value


def _plain(value: Any) -> str:
    return f"({value})" if isinstance(value, Reason) else str(value)
