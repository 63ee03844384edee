"""A model's files as the static site has them, by their names: its networks, exact or rounded, and what is beside them.

Knows models and assets; knows no page and no folder.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace

from exports.rounding import code_bytes, mean_bytes
from live.library import OpenModel, film, has_film
from live.numbers.data import numbers_data
from live.weights import PARTS, part_manifest, part_weights, precision_of
from models.checkpoint import Checkpoint
from models.errors import InputError
from ui.assets import DIRECTIONS, MODEL_ASSETS, THUMBS, code_name

CODES = "latents.bin"
# what is not there for a model is left out
BESIDE = (
    "neighbours.bin", "scores.bin", "manifold.webp", "codes.webp", "codes-dark.webp", "dial-decoder.json",
    "dial-decoder.bin", "dial-encoder.json", "dial-encoder.bin", "series.bin", DIRECTIONS,
)  # fmt: skip


def network_files(opened: OpenModel, rounded: bool = False) -> Iterator[tuple[str, bytes]]:
    """Its networks as the browser reads them, and those of each epoch of a film. `rounded`: in int8 a row."""
    checkpoint = opened.checkpoint
    precision = "int8" if rounded else precision_of(checkpoint)
    for part in PARTS:
        yield f"{part}.json", json.dumps(part_manifest(checkpoint, part, precision)).encode()
        yield f"{part}.bin", part_weights(checkpoint, part, precision)
        for epoch, then in _epochs(opened):
            yield f"epoch-{epoch:g}-{part}.bin", part_weights(then, part, precision)


def files_beside(opened: OpenModel, images: bool) -> Iterator[tuple[str, bytes]]:
    """All but its networks. `images`: its test images too."""
    for name in (*BESIDE, *((THUMBS,) if images else ())):
        try:
            content = MODEL_ASSETS[name](opened, name)
        except InputError:
            continue
        yield name, gzip.decompress(content.body) if content.packed else content.body
    yield CODES, code_bytes(opened.checkpoint.latents)
    yield code_name(), json.dumps(numbers_data(opened.checkpoint.run)).encode()
    for epoch, _ in _epochs(opened):
        yield f"epoch-{epoch:g}-mu.bin", mean_bytes(film(opened).mu_of(epoch), opened.checkpoint.latents)


def _epochs(opened: OpenModel) -> Iterator[tuple[float, Checkpoint]]:
    if has_film(opened.checkpoint.run):
        kept = film(opened)
        yield from ((epoch, replace(opened.checkpoint, weights=kept.weights_of(epoch))) for epoch in kept.values)
