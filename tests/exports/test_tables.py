"""Codes for the tools of others, each read back by its own library: Parquet by pyarrow and pandas, the projector's files."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from pyarrow import parquet

from analysis.decoding import decode_images
from exports import tables
from exports.command import main
from exports.tables import parquet_of, projector_files
from live.images import to_uint8
from live.library import MISSING, OpenModel, TestImages
from models import gallery
from models.checkpoint import Checkpoint
from models.errors import InputError

Make = Callable[..., Checkpoint]


@pytest.fixture
def opened_folder(checkpoint_folder: Path, tiny_checkpoint: Checkpoint, no_fsync: None, tmp_path: Path) -> Path:
    """A folder to write into, beside a folder of models with one."""
    del no_fsync
    gallery.add(replace(tiny_checkpoint, run=replace(tiny_checkpoint.run, run_id="tiny-vae")), checkpoint_folder)
    return tmp_path


def opened(checkpoint: Checkpoint) -> OpenModel:
    return OpenModel(checkpoint, "digest")


@pytest.mark.parametrize("family", ["vae", "mmd-vae", "cvae"])
def test_parquet_holds_every_code_bit_for_bit_with_its_label(make_checkpoint: Make, family: str) -> None:
    checkpoint = make_checkpoint(family=family, latent_dim=3)
    found = checkpoint.latents
    content = parquet_of(opened(checkpoint))
    frame = pd.read_parquet(io.BytesIO(content))
    assert frame["index"].tolist() == list(range(len(found.mu)))
    assert np.array_equal(np.array(frame[["z1", "z2", "z3"]].to_numpy()), found.mu)
    assert frame["label"].tolist() == [checkpoint.run.data.class_names[n] for n in found.class_of_each().tolist()]
    assert ("log_variance_1" in frame) == (found.log_var is not None)
    if found.log_var is not None:
        assert np.array_equal(np.array(frame[[f"log_variance_{n}" for n in (1, 2, 3)]].to_numpy()), found.log_var)
    said = parquet.read_schema(io.BytesIO(content)).metadata
    assert said[b"model"].decode() == checkpoint.run.run_id
    assert said[b"family"].decode() == family


def files_of(checkpoint: Checkpoint, images: bool = False) -> dict[str, bytes]:
    return dict(projector_files(opened(checkpoint), images))


@pytest.mark.parametrize("family", ["vae", "cvae"])
def test_the_projector_finds_codes_labels_and_drawings_in_one_order(make_checkpoint: Make, family: str) -> None:
    checkpoint = make_checkpoint(family=family, latent_dim=2)
    found = checkpoint.latents
    files = files_of(checkpoint)
    (embedding,) = json.loads(files["projector_config.json"])["embeddings"]
    codes = np.loadtxt(io.BytesIO(files[embedding["tensorPath"]]), delimiter="\t", dtype=np.float32)
    assert list(codes.shape) == embedding["tensorShape"]
    assert np.array_equal(codes, found.mu)  # nine digits bring a float back
    rows = pd.read_csv(io.BytesIO(files[embedding["metadataPath"]]), sep="\t", dtype=str)
    assert len(rows) == len(codes)
    assert rows["label"].tolist() == [checkpoint.run.data.class_names[n] for n in found.class_of_each().tolist()]
    width, height = embedding["sprite"]["singleImageDim"]
    sheet = np.asarray(Image.open(io.BytesIO(files[embedding["sprite"]["imagePath"]])))
    side = int(np.ceil(np.sqrt(len(codes))))
    assert sheet.shape == (side * height, side * width)
    drawn = decode_images(checkpoint.model, found.mu, found.class_of_each())
    for index in (0, 1, side, len(codes) - 1):
        row, column = divmod(index, side)
        cut = sheet[row * height : (row + 1) * height, column * width : (column + 1) * width]
        assert np.array_equal(cut, to_uint8(drawn[index]))


def test_test_images_go_along_only_where_they_are_asked_for(
    make_checkpoint: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = make_checkpoint()
    images = torch.randint(0, 256, (len(checkpoint.latents.mu), 1, 8, 8), dtype=torch.uint8).numpy()
    monkeypatch.setattr(tables, "test_images", lambda _record: pytest.fail("asked for test images"))
    files_of(checkpoint)
    monkeypatch.setattr(tables, "test_images", lambda _record: TestImages(images))
    sheet = np.asarray(Image.open(io.BytesIO(files_of(checkpoint, images=True)["sprite.png"])))
    assert np.array_equal(sheet[:8, 8:16], images[1, 0])
    monkeypatch.setattr(tables, "test_images", lambda _record: TestImages(None))
    with pytest.raises(InputError, match=MISSING.code):
        files_of(checkpoint, images=True)


def named(checkpoint: Checkpoint, **data: Any) -> Checkpoint:
    return replace(checkpoint, run=replace(checkpoint.run, data=replace(checkpoint.run.data, **data)))


def test_a_label_with_tabs_and_line_ends_stays_one_cell(tiny_checkpoint: Checkpoint) -> None:
    names = tiny_checkpoint.run.data.class_names
    files = files_of(named(tiny_checkpoint, class_names=("a\tb\nc", *names[1:])))
    assert {len(line.split("\t")) for line in files["metadata.tsv"].decode().splitlines()} == {2}
    assert "a b c" in files["metadata.tsv"].decode()


def test_images_without_labels_have_none(tiny_checkpoint: Checkpoint) -> None:
    run = tiny_checkpoint.run
    run = replace(run, model=replace(run.model, class_count=0), data=replace(run.data, class_names=()))
    plain = replace(tiny_checkpoint, run=run, latents=replace(tiny_checkpoint.latents, labels=None))
    assert pd.read_parquet(io.BytesIO(parquet_of(opened(plain))))["label"].isna().all()
    assert files_of(plain)["metadata.tsv"].decode().splitlines()[1] == "0\t"


def test_a_sheet_that_no_browser_takes_is_refused(tiny_checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SHEET_SIDE", 39)  # 20 images of 8x8: 5 by 5
    with pytest.raises(InputError, match="export.sheet"):
        files_of(tiny_checkpoint)


def test_the_command_line_writes_both(opened_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, folder = opened_folder / "codes.parquet", opened_folder / "projector"
    assert main(["codes", "tiny-vae", str(file)]) == 0
    assert main(["projector", "tiny-vae", str(folder)]) == 0
    assert len(pd.read_parquet(file)) == 20
    assert sorted(path.name for path in folder.iterdir()) == [
        "metadata.tsv", "projector_config.json", "sprite.png", "tensors.tsv",
    ]  # fmt: skip
    assert main(["codes", "tiny-vae", str(file)]) == 2
    assert main(["projector", "gone", str(folder)]) == 2
    assert "no model called gone" in capsys.readouterr().err
