"""Frey's and the Olivetti faces: labels, splits that leave whole blocks and people out, what a wrong file says."""

from pathlib import Path

import numpy as np
import pytest

from datasets.catalogue import SOURCES, is_here, load
from datasets.photographs import FREY_SHAPE, OLIVETTI_SHAPE, glasses, moods
from models.errors import InputError
from tests.needs import missing

SHAPES = {"frey-faces": FREY_SHAPE, "olivetti-faces": OLIVETTI_SHAPE}


def write(folder: Path, name: str, images: np.ndarray) -> None:
    path = folder / SOURCES[name].file
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, images=images)


@pytest.mark.parametrize(("name", "group", "tests"), [("frey-faces", 50, [4, 9]), ("olivetti-faces", 10, [1, 6])])
def test_whole_groups_are_left_out(
    name: str, group: int, tests: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_DATA", str(tmp_path))
    images = np.zeros(SHAPES[name], np.uint8)
    images[:, 0, 0] = np.arange(len(images)) // group  # each image shows its group
    write(tmp_path, name, images)
    data = load(name)
    seen, unseen = (set(x[:, 0, 0, 0].tolist()) for x in (data.train_x, data.test_x))
    assert not seen & unseen
    assert seen | unseen == set(images[:, 0, 0].tolist())
    assert sorted(unseen)[:2] == tests
    assert len(data.train_x) == SOURCES[name].train_count
    assert data.image == SOURCES[name].image


def test_labels_are_those_read_off_by_eye() -> None:
    of_frames = moods()
    assert [of_frames[frame] for frame in (99, 100, 399, 400, 640, 1069, 1300, 1900)] == [3, 0, 0, 3, 1, 1, 2, 3]
    worn = glasses().reshape(40, 10)
    assert worn[[1, 36]].all()
    assert not worn[[0, 39]].any()
    assert worn.sum(axis=1)[[3, 6, 12, 16, 18, 19, 35]].tolist() == [5, 3, 8, 8, 5, 8, 2]
    assert int(worn.sum()) == 119


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize(
    "images", [np.zeros((3, 4, 5), np.uint8), np.zeros(4, np.float32), np.array([{}], dtype=object)]
)
def test_another_file_is_refused(
    name: str, images: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_DATA", str(tmp_path))
    assert not is_here(name)
    with pytest.raises(InputError, match=r"data\.file_unusable: .*data\.not_there"):
        load(name)
    write(tmp_path, name, images)
    with pytest.raises(InputError, match=r"data\.file_unusable: .*data\.not_as_expected"):
        load(name)


@pytest.mark.parametrize("name", SHAPES)
def test_the_real_photographs_fit(name: str) -> None:
    if not is_here(name):
        missing(f"{name} are not here", "LATENT_DATA_EXPECTED")
    data = load(name)
    assert len(data.train_x) + len(data.test_x) == SHAPES[name][0]
    assert 0.4 < data.train_x.mean() / 255 < 0.7
