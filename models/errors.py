"""The one exception whose text is written for the person at the screen.

Knows nothing else. Pages show its text, the command line prints it and exits with 2.
"""


class InputError(ValueError):
    """Something that came from outside is not usable; the text says what came and what to do."""


def require(condition: bool, message: str) -> None:
    """Raise `InputError(message)` unless the condition holds."""
    if not condition:
        raise InputError(message)
