"""Nothing in the tests of live/ waits for the disk."""

import pytest


@pytest.fixture(autouse=True)
def _without_disk(no_fsync: None) -> None:
    """Nothing here waits for the disk."""
