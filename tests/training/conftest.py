"""What the tests of trainings share: a folder of models, and the service that trains for it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from datasets.data_set import DataSet
from models import gallery
from training.service import TrainingService, open_service

Open = Callable[..., TrainingService]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    gallery.prepare(tmp_path / "checkpoints")
    return tmp_path / "checkpoints"


@pytest.fixture
def open_one(folder: Path, few_digits: DataSet) -> Iterator[Open]:
    """A function that opens the folder's service on few digits; the last one is stopped before the next is opened."""
    opened: list[TrainingService] = []

    def open_next(**options: Any) -> TrainingService:
        while opened:
            assert opened.pop().stop(5)
        opened.append(open_service(folder, load=lambda *_, **__: few_digits, **options))
        assert not opened[0].refusal
        return opened[0]

    yield open_next
    while opened:
        assert opened.pop().stop(5)
