"""The page's own GIFs, read by Pillow: every grey is exact, and so are up to 256 colours."""

import io
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from tests.needs import missing

HERE = Path(__file__).parent
Frames = NDArray[np.uint8]  # [frames channels height width]


def cases() -> dict[str, Frames]:
    """Images that fill the table of codes many times, that hardly use it, of odd sizes, with every level and colour."""
    random = np.random.default_rng(5)
    ramp = np.arange(256, dtype=np.uint8).reshape(1, 1, 16, 16)
    smooth = np.linspace(0, 255, 90 * 90).round().astype(np.uint8).reshape(1, 1, 90, 90)
    return {
        "noise": random.integers(0, 256, (3, 1, 150, 131), dtype=np.uint8),
        "two levels of noise": random.integers(0, 2, (2, 1, 200, 200), dtype=np.uint8) * 255,
        "nothing": np.zeros((2, 1, 300, 300), dtype=np.uint8),
        "one pixel": np.full((1, 1, 1, 1), 77, dtype=np.uint8),
        "a line": random.integers(0, 256, (2, 1, 1, 5), dtype=np.uint8),
        "every grey, there and back": np.concatenate([ramp, ramp[:, :, ::-1], ramp]),
        "smooth": smooth,
        "256 colours": np.concatenate([ramp, ramp[:, :, ::-1], (ramp * 7) % 251], axis=1),
        "more colours": random.integers(0, 256, (2, 3, 40, 31), dtype=np.uint8),
        "two colours": random.integers(0, 2, (2, 1, 30, 30), dtype=np.uint8)
        * np.full((1, 3, 1, 1), 201, dtype=np.uint8),
    }


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Image.Image]:
    node = shutil.which("node") or missing("node is not installed: what the page writes can't be read")
    folder = tmp_path_factory.mktemp("gif")
    told = [
        {"shape": frames.shape[1:], "frames": frames.reshape(len(frames), -1).tolist()} for frames in cases().values()
    ]
    (folder / "cases.json").write_text(json.dumps(told))
    ran = subprocess.run([node, str(HERE / "gif.mjs"), str(folder)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    files = [(folder / f"{number}.gif").read_bytes() for number in range(len(told))]
    return {name: Image.open(io.BytesIO(file)) for name, file in zip(cases(), files, strict=True)}


def frames_of(image: Image.Image) -> NDArray[np.int64]:
    """`[frames height width 3]`."""
    return np.stack([np.array(frame.convert("RGB"), dtype=np.int64) for frame in ImageSequence.Iterator(image)])


@pytest.mark.parametrize("name", list(cases()))
def test_every_frame_comes_back(read: dict[str, Image.Image], name: str) -> None:
    wanted = cases()[name].astype(np.int64).transpose(0, 2, 3, 1)
    found = frames_of(read[name])
    off = np.abs(found - wanted)
    assert found.shape[:3] == wanted.shape[:3]
    if name != "more colours":
        assert off.max() == 0
    else:
        assert off.mean() <= 12 and off.max() <= 64, "a box of 256 in a full cube is 40 wide"


def test_it_repeats_for_ever_at_its_own_pace(read: dict[str, Image.Image]) -> None:
    image = read["noise"]
    assert (image.n_frames, image.info["loop"], image.info["duration"]) == (3, 0, 50)  # type: ignore[attr-defined]
    assert image.info["version"] == b"GIF89a"
