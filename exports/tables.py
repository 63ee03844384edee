"""The codes of a model's test set for the tools of others: Parquet, or a folder for the Embedding Projector.

Parquet (Embedding Atlas, pandas, DuckDB, R): a row an image in the order of the test set, with its index, its label,
the mean and, where the encoder is stochastic, the log variance of its posterior; what made it stands in the file's
metadata. The projector (https://projector.tensorflow.org) reads tab-separated codes and labels beside a sheet of
pictures: the model's own drawings, or the test images where they are asked for. Knows a model and pyarrow.
"""

import io
import json
import math
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from PIL import Image
from pyarrow import parquet

from analysis.decoding import decode_images
from live.images import to_uint8
from live.library import OpenModel, test_images
from models.errors import require

SHEET_SIDE = 8_192  # pixels: what WebGL takes, and so the projector
Pixels = npt.NDArray[np.uint8]


def parquet_of(opened: OpenModel) -> bytes:
    """The codes as Parquet."""
    run, found = opened.checkpoint.run, opened.checkpoint.latents
    columns: dict[str, pa.Array] = {
        "index": pa.array(np.arange(len(found.mu), dtype=np.int32)),
        "label": pa.array(_labels(opened), pa.string()),
    }
    for title, values in (("z", found.mu), ("log_variance_", found.log_var)):
        if values is not None:
            columns |= {f"{title}{dim + 1}": pa.array(column) for dim, column in enumerate(values.T)}
    made = {"model": run.run_id, "title": run.title, "family": run.model.family, "data": run.data.title}
    table = pa.table(columns).replace_schema_metadata(made)
    sink = io.BytesIO()
    parquet.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def projector_files(opened: OpenModel, images: bool = False) -> Iterator[tuple[str, bytes]]:
    """The files of a folder for the projector, by their names. `images`: the test images instead of the drawings.

    Raises InputError for test images that are not here, and for pictures that fit on no sheet.
    """
    codes = opened.checkpoint.latents.mu
    labels = _labels(opened)
    pictures = _test_pictures(opened) if images else _drawings(opened, codes)
    height, width = pictures.shape[1:3]
    yield "tensors.tsv", _lines("\t".join(f"{value:.9g}" for value in row) for row in codes.tolist())
    rows = (f"{index}\t{_one_line(label)}" for index, label in enumerate(labels))
    yield "metadata.tsv", _lines(["index\tlabel", *rows])
    yield "sprite.png", _sheet(pictures)
    embedding = {
        "tensorName": opened.checkpoint.run.title,
        "tensorShape": list(codes.shape),
        "tensorPath": "tensors.tsv",
        "metadataPath": "metadata.tsv",
        "sprite": {"imagePath": "sprite.png", "singleImageDim": [width, height]},
    }
    yield "projector_config.json", json.dumps({"embeddings": [embedding]}, indent=1).encode()


def _labels(opened: OpenModel) -> list[str | None]:
    """The name of each image's class; None where there are no labels."""
    found, names = opened.checkpoint.latents, opened.checkpoint.run.data.class_names
    if found.labels is None or not names:
        return [None] * len(found.mu)
    return [names[label] for label in found.labels.tolist()]


def _drawings(opened: OpenModel, codes: npt.NDArray[np.float32]) -> Pixels:
    """What the model draws at each code, with the class of its image: `[images height width]`, in colour with a 3."""
    classes = opened.checkpoint.latents.class_of_each()
    return np.stack([to_uint8(image) for image in decode_images(opened.checkpoint.model, codes, classes)])


def _test_pictures(opened: OpenModel) -> Pixels:
    return np.stack([to_uint8(image) for image in test_images(opened.checkpoint.run.data).required()])


def _sheet(pictures: Pixels) -> bytes:
    """All pictures row by row on one PNG with as many columns as rows, as the projector cuts it."""
    count, height, width = pictures.shape[:3]
    side = math.ceil(math.sqrt(count))
    fits = side * max(height, width) <= SHEET_SIDE
    require(fits, "export.sheet", count=count, width=width, height=height, side=SHEET_SIDE)
    filled = np.zeros((side * side, *pictures.shape[1:]), np.uint8)
    filled[:count] = pictures
    rest = pictures.shape[3:]
    grid = filled.reshape(side, side, height, width, *rest).swapaxes(1, 2).reshape(side * height, side * width, *rest)
    sink = io.BytesIO()
    Image.fromarray(grid).save(sink, "PNG", optimize=True)
    return sink.getvalue()


def _one_line(label: str | None) -> str:
    """A label as a cell: a tab or a line end in it would begin another one."""
    return " ".join((label or "").split())


def _lines(rows: Iterable[str]) -> bytes:
    return ("\n".join(rows) + "\n").encode()
