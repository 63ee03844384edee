"""The one file of limits is what holds: in Streamlit's settings, in the queue and on the shelves."""

import tomllib
from pathlib import Path

import pytest

from datasets.own import limits as own_limits
from live import library, pictures
from ui import jobs, limits

CONFIG = Path(__file__).parent.parent.parent / ".streamlit" / "config.toml"


def test_streamlit_refuses_larger_uploads_too() -> None:
    assert tomllib.loads(CONFIG.read_text())["server"]["maxUploadSize"] == limits.UPLOAD_MEGABYTES


def test_own_images_may_be_as_long_as_any_upload() -> None:
    assert own_limits.UPLOAD_BYTES == limits.UPLOAD_MEGABYTES * 2**20


def test_the_queue_of_the_server_has_them(checkpoint_folder: Path) -> None:
    assert checkpoint_folder.is_dir()
    assert jobs.service()._limits is limits.QUEUE


def test_the_shelves_get_their_sizes_when_a_server_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    shelves = (library.MODELS, library.FILMS, library.FACTS, pictures.PICTURES)
    for shelf in shelves:
        monkeypatch.setattr(shelf, "size", 1)
        monkeypatch.setattr(shelf, "room", 1)
    limits.set_shelves()
    assert tuple((shelf.size, shelf.room / limits.MB) for shelf in shelves) == ((12, 96), (4, 64), (500, 48), (200, 64))
