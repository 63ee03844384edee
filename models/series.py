"""One model after another along an axis, as one file: the film of a training, or the values of a dial.

An optional part of a checkpoint. What its steps stand for is the name of the tensor that holds their values:

    epochs        int32 `[steps]`, epochs done, 0 for the network before training; with `parts`, one number, it counts
                  halves, quarters or eighths of them. Each step has weights of its own, `weights.<name>` is
                  `[steps, *shape]` float16
    beta, lambda  float32 `[steps]`, values of the model's dial, whose one network is all of them: no weights.
                  `kl` `[steps, latent]`, `distortion`, `mmd` `[steps]`, float32, of the whole test set; `log_var`
                  `[steps, images, latent]` float16, where there is room for it; `alone.*`: see `Alone`

`mu` is `[steps, images, latent]` float16: of the test set, or of its first images where all are too many.
Knows tensors and the record of a run; knows nothing of folders or of how steps are chosen.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Float16, Float32

from models import tensors
from models.dial import AXES as DIAL_AXES
from models.errors import require
from models.run import Run

EPOCH = "epoch"
MAX_KEPT = 31  # 30 epochs and the network before training
MAX_ALONE = 64
MAX_SERIES_BYTES = 32 * 2**20
HEADER_BYTES = 64 * 2**10
FLOAT16_MAX = float(np.finfo(np.float16).max)
PARTS = (1, 2, 4, 8)  # of an epoch; powers of two, so that every number of epochs is exact
PREFIX = "weights."
TENSORS = {EPOCH: "epochs", **{axis: axis for axis in DIAL_AXES}}  # the tensor of each axis


@dataclass(frozen=True)
class Alone:
    """Networks trained for one value of a dial alone, and what they reach on the test set, nats an image.

    `value`, `seeds`: `[networks]`; rate (KL; MMD² for lambda) and distortion (-log p(x|z)) are means over the seeds,
    with the standard error of the mean. `epochs`: how long each was trained.
    """

    value: Float32[np.ndarray, " networks"]
    rate: Float32[np.ndarray, " networks"]
    rate_error: Float32[np.ndarray, " networks"]
    distortion: Float32[np.ndarray, " networks"]
    distortion_error: Float32[np.ndarray, " networks"]
    objective_error: Float32[np.ndarray, " networks"]
    seeds: Float32[np.ndarray, " networks"]
    epochs: Float32[np.ndarray, " networks"]


ALONE = tuple(Alone.__dataclass_fields__)


@dataclass(frozen=True)
class Series:
    """Some steps along an axis, in their order. `values`: of the axis; of epochs whole or in eighths.

    `weights`: `[steps, *shape]`, none where one network is all steps. `mu`, `log_var`: of the first test images.
    `kl`, `distortion`: nats an image of the whole test set, `mmd`: of its codes to the prior; None for a film, whose
    history has them, `kl` also for a deterministic encoder.
    """

    values: tuple[float, ...]
    weights: Mapping[str, np.ndarray]
    mu: Float16[np.ndarray, "steps images latent"]
    axis: str = EPOCH
    log_var: Float16[np.ndarray, "steps images latent"] | None = None
    kl: Float32[np.ndarray, "steps latent"] | None = None
    distortion: Float32[np.ndarray, " steps"] | None = None
    mmd: Float32[np.ndarray, " steps"] | None = None
    alone: Alone | None = None

    def weights_of(self, value: float) -> dict[str, np.ndarray]:
        """The weights of a step, float16, named as in `weights.safetensors`; InputError for a value not kept."""
        place = self._place(value)
        return {name: tensor[place] for name, tensor in self.weights.items()}

    def mu_of(self, value: float) -> Float16[np.ndarray, "images latent"]:
        """The means of a step; InputError for a value that was not kept."""
        codes: np.ndarray = self.mu[self._place(value)]
        return codes

    def _place(self, value: float) -> int:
        kept = [f"{kept:g}" for kept in self.values]
        require(value in self.values, "series.not_kept", axis=self.axis, value=value, kept=kept)
        return self.values.index(value)


def half(array: Float[np.ndarray, "*shape"]) -> Float16[np.ndarray, "*shape"]:
    """The array in float16; what is out of its range becomes its largest number."""
    return np.asarray(np.clip(array, -FLOAT16_MAX, FLOAT16_MAX), np.float16)


def epoch_bytes(parameters: int, images: int, latent_dim: int) -> int:
    """What one kept epoch takes in the file."""
    return 2 * (parameters + images * latent_dim)


def room(parameters: int, images: int, latent_dim: int) -> int:
    """How many epochs of such a network fit into the file, at most `MAX_KEPT`; 0 where fewer than 2 do."""
    fitting = (MAX_SERIES_BYTES - HEADER_BYTES) // epoch_bytes(parameters, images, latent_dim)
    return min(MAX_KEPT, fitting) if fitting >= 2 else 0


def to_bytes(series: Series) -> bytes:
    """The file's content; the same series gives the same bytes."""
    named = {PREFIX + name: tensor for name, tensor in series.weights.items()} | {"mu": series.mu}
    optional = {"log_var": series.log_var, "kl": series.kl, "distortion": series.distortion, "mmd": series.mmd}
    named |= {name: tensor for name, tensor in optional.items() if tensor is not None}
    if series.alone:
        named |= {f"alone.{name}": getattr(series.alone, name) for name in ALONE}
    return tensors.tensors_to_bytes(named | _of_axis(series))


def _of_axis(series: Series) -> dict[str, np.ndarray]:
    if series.axis != EPOCH:
        return {TENSORS[series.axis]: np.array(series.values, dtype=np.float32)}
    parts = next(parts for parts in PARTS if all(parts * n == int(parts * n) for n in series.values))
    counted = np.array([int(parts * number) for number in series.values], dtype=np.int32)
    return {"epochs": counted} | ({"parts": np.array([parts], dtype=np.int32)} if parts > 1 else {})


def from_bytes(content: bytes, shapes: Mapping[str, tuple[int, ...]], run: Run, source: str) -> Series:
    """The series in a file's content, checked against the run; raises InputError. `shapes`: of the weights."""
    header = tensors.read_header(content, source)
    axes = [axis for axis, name in TENSORS.items() if name in header]
    require(len(axes) == 1, "series.one_axis", source=source, known=list(TENSORS.values()), found=axes)
    axis = axes[0]
    steps = _length(header, TENSORS[axis], MAX_KEPT, source)
    if axis == EPOCH:
        return _film(content, header, {PREFIX + name: (steps, *shape) for name, shape in shapes.items()}, run, source)
    dial = run.model.dial
    require(dial is not None and dial.axis == axis, "series.no_such_dial", source=source, axis=axis)
    return _turned(content, header, axis, steps, run, source)


def _film(
    content: bytes, header: Mapping[str, Any], expected: dict[str, tuple[int, ...]], run: Run, source: str
) -> Series:
    kept = _length(header, "epochs", MAX_KEPT, source)
    expected |= {"mu": (kept, run.data.test_count, run.model.latent_dim), "epochs": (kept,)}
    expected |= {"parts": (1,)} if "parts" in header else {}
    found = tensors.read_tensors(content, expected, ("F16", "I32"), source)
    numbers, parts = found.pop("epochs"), found.pop("parts", np.ones(1, dtype=np.int32))
    require(numbers.dtype == parts.dtype == np.int32, "series.epochs_type", source=source)
    _require_type(found, tuple(found), np.float16, source)
    divided = int(parts[0])
    require(divided in PARTS, "series.parts", source=source, known=list(map(str, PARTS)), found=divided)
    order = tuple(n // divided if n % divided == 0 else n / divided for n in numbers.tolist())
    _require_rising(order, 0, run.epochs_done, "epochs", source)
    mu = found.pop("mu")
    return Series(order, {name.removeprefix(PREFIX): tensor for name, tensor in found.items()}, mu)


def _turned(content: bytes, header: Mapping[str, Any], axis: str, steps: int, run: Run, source: str) -> Series:
    """The values of a dial. Of a deterministic encoder there is no `kl` and no `log_var`."""
    latent, dial = run.model.latent_dim, run.model.dial
    images = _images(header, run, source)
    expected: dict[str, tuple[int, ...]] = {axis: (steps,), "mu": (steps, images, latent)}
    expected |= {"distortion": (steps,), "mmd": (steps,)}
    expected |= {"kl": (steps, latent)} if run.model.stochastic else {}
    expected |= {"log_var": (steps, images, latent)} if run.model.stochastic and "log_var" in header else {}
    if "alone.value" in header:
        count = _length(header, "alone.value", MAX_ALONE, source)
        expected |= {f"alone.{name}": (count,) for name in ALONE}
    found = tensors.read_tensors(content, expected, ("F16", "F32"), source)
    halves = tuple(name for name in ("mu", "log_var") if name in found)
    _require_type(found, halves, np.float16, source)
    _require_type(found, tuple(found.keys() - set(halves)), np.float32, source)
    values = tuple(float(f"{value:.7g}") for value in found[axis].tolist())
    assert dial is not None
    _require_rising(values, dial.low, dial.high, axis, source)
    alone = Alone(*(found[f"alone.{name}"] for name in ALONE)) if "alone.value" in found else None
    kept = {name: found.get(name) for name in ("log_var", "kl", "distortion", "mmd")}
    return Series(values, {}, found["mu"], axis, **kept, alone=alone)


def _require_rising(values: tuple[float, ...], low: float, high: float, name: str, source: str) -> None:
    rising = all(one < other for one, other in itertools.pairwise(values))
    require(
        rising and values[0] >= low and values[-1] <= high,
        "series.rising",
        source=source,
        name=name,
        low=low,
        high=high,
        found=str(list(values))[:80],
    )


def _require_type(
    found: Mapping[str, np.ndarray], names: tuple[str, ...], kind: type[np.floating], source: str
) -> None:
    wanted = {np.float16: "F16", np.float32: "F32"}[kind]
    for name in names:
        require(
            found[name].dtype == kind,
            "series.type",
            source=source,
            name=name,
            wanted=wanted,
            found=str(found[name].dtype),
        )


def _images(header: Mapping[str, Any], run: Run, source: str) -> int:
    """How many test images the steps hold, before anything of them is read."""
    entry = header.get("mu")
    shape = entry.get("shape") if isinstance(entry, dict) else None
    images = shape[1] if isinstance(shape, list) and len(shape) == 3 else None
    known = isinstance(images, int) and not isinstance(images, bool) and 1 <= images <= run.data.test_count
    require(known, "series.codes_shape", source=source, most=run.data.test_count, found=repr(shape)[:40])
    return int(images or 0)


def _length(header: Mapping[str, Any], name: str, most: int, source: str) -> int:
    entry = header.get(name)
    shape = entry.get("shape") if isinstance(entry, dict) else None
    kept = shape[0] if isinstance(shape, list) and len(shape) == 1 else None
    known = isinstance(kept, int) and not isinstance(kept, bool) and 1 <= kept <= most
    require(known, "series.numbers_shape", source=source, name=name, most=most, found=repr(shape)[:40])
    return int(kept or 0)
