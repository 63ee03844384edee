"""dSprites: pixels halved, the split, what a wrong file says, and the real images where they are."""

from pathlib import Path

import numpy as np
import pytest

from datasets.catalogue import SOURCES, is_here, load
from datasets.sprites import halved
from models.errors import InputError
from tests.needs import missing

FILE = SOURCES["dsprites"].file


def write(folder: Path, **arrays: object) -> None:
    (folder / FILE).parent.mkdir(parents=True, exist_ok=True)
    np.savez(folder / FILE, **arrays)  # type: ignore[arg-type]


def test_four_pixels_are_one() -> None:
    image = np.zeros((1, 64, 64), np.uint8)
    image[0, :2, :2] = 1
    image[0, 2, 5] = 1
    small = halved(image)
    assert small.shape == (1, 1, 32, 32)
    assert (small[0, 0, 0, 0], small[0, 0, 1, 2], int(small.sum())) == (255, 63, 318)


def test_images_keep_their_factors_and_none_is_in_both_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_DATA", str(tmp_path))
    images = np.zeros((40, 64, 64), np.uint8)
    factors = np.zeros((40, 5), np.int64)
    for number in range(40):  # as many white squares of four pixels as its place says
        factors[number] = (number % 3, 5, 0, number, 39 - number)
        images[number].reshape(32, 2, 32, 2)[0, :, : number % 32, :] = 1
        images[number].reshape(32, 2, 32, 2)[1, :, : number // 32, :] = 1
    write(tmp_path, imgs=images, latents_classes=factors)
    data = load("dsprites")
    counts = (data.test_x == 255).sum(axis=(1, 2, 3))
    assert data.factors is not None
    across = data.factors["x"].astype(np.int64)
    assert (counts == across % 32 + across // 32).all()
    assert data.test_y is not None
    assert (data.test_y == across % 3).all()
    assert (data.factors["y"] == 39 - across).all()
    assert (len(data.train_x), len(data.test_x), len(set(across.tolist()))) == (36, 4, 4)


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        (None, "data.not_there"),
        ({"imgs": np.zeros((20, 64, 64), np.uint8)}, "data.not_as_expected"),
        ({"imgs": np.zeros((20, 32, 32), np.uint8), "latents_classes": np.zeros((20, 5))}, "data.not_as_expected"),
        ({"imgs": np.zeros((20, 64, 64), np.uint8), "latents_classes": np.zeros((19, 5))}, "data.not_as_expected"),
        ({"imgs": np.zeros((5, 64, 64), np.uint8), "latents_classes": np.zeros((5, 5))}, "data.not_as_expected"),
        ({"imgs": np.full((20, 64, 64), 2, np.uint8), "latents_classes": np.zeros((20, 5))}, "data.not_as_expected"),
        ({"imgs": np.zeros((20, 64, 64), np.uint8), "latents_classes": np.full((20, 5), 7)}, "data.not_as_expected"),
        ({"imgs": np.array([{}] * 20), "latents_classes": np.zeros((20, 5))}, "data.not_as_expected"),
    ],
)
def test_a_wrong_file_is_one_sentence(
    arrays: dict[str, object] | None, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_DATA", str(tmp_path))
    if arrays is not None:
        write(tmp_path, **arrays)
    with pytest.raises(InputError, match=rf"data\.file_unusable: .*{says}"):
        load("dsprites")


def test_a_file_that_is_cut_off_or_no_archive_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_DATA", str(tmp_path))
    write(tmp_path, imgs=np.zeros((20, 64, 64), np.uint8), latents_classes=np.zeros((20, 5)))
    whole = (tmp_path / FILE).read_bytes()
    for content in (b"", b"no archive", whole[: len(whole) // 2]):
        (tmp_path / FILE).write_bytes(content)
        with pytest.raises(InputError, match=r"data\.not_as_expected"):
            load("dsprites")


def test_the_real_images() -> None:
    if not is_here("dsprites"):
        missing("dSprites are not here", "LATENT_DATA_EXPECTED")
    data = load("dsprites")
    assert (len(data.train_x), len(data.test_x)) == (SOURCES["dsprites"].train_count, 4_608)
    assert float(data.test_x.mean()) / 255 == pytest.approx(0.0425, abs=5e-4)
    assert data.factors is not None
    columns = data.test_x.sum(axis=(1, 2))
    place = columns @ np.arange(32) / columns.sum(axis=1)
    assert np.corrcoef(place, data.factors["x"])[0, 1] > 0.99, "a shape stands where its factor says"
