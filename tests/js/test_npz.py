"""The page's own .npz of images and labels: the reader of uploads finds every pixel, and so does numpy."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from datasets.own.picture import Look
from datasets.own.upload import read
from tests.needs import missing

HERE = Path(__file__).parent
LABELS = ["box", "日本 <b>", "box"] * 4


@pytest.mark.parametrize("channels", [1, 3])
def test_what_the_page_packs_is_read_as_it_was(channels: int, tmp_path: Path) -> None:
    images = np.random.default_rng(1).integers(0, 256, (len(LABELS), channels, 64, 64), np.uint8)
    content = packed(images, tmp_path / "made.npz")
    found = read(content, Look(64, colour=channels == 3))
    assert np.array_equal(found.pixels, images)
    assert found.counts == {"box": 8, "日本 <b>": 4}
    with np.load(tmp_path / "made.npz") as arrays:
        assert list(arrays["labels"]) == LABELS
        assert np.array_equal(arrays["images"], images.transpose(0, 2, 3, 1) if channels == 3 else images[:, 0])


def packed(images: npt.NDArray[np.uint8], path: Path) -> bytes:
    node = shutil.which("node") or missing("node is not installed: what the page packs can't be read")
    told = {"image": images.shape[1:], "images": images.reshape(len(images), -1).tolist(), "labels": LABELS}
    subprocess.run([node, str(HERE / "npz.mjs"), str(path)], input=json.dumps(told), text=True, check=True)
    return path.read_bytes()
