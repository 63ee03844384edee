"""What a test needs and may not find on a computer: there it is skipped, but where it must be there it fails."""

import os
from typing import NoReturn

import pytest


def missing(reason: str, expected: str = "CI") -> NoReturn:
    """Skips the test with the reason; fails instead where the environment variable `expected` is `true`."""
    if os.environ.get(expected) == "true":
        pytest.fail(reason)
    pytest.skip(reason)
