"""What is slow to say of a trained model, made once and kept beside it: a picture of what it draws, the Gaussians of a
mixture that is its prior, how exactly its dial glides, how near its codes lie to each other, how far each known factor
has a latent of its own.

`made.safetensors` in the model's folder, stamped with the hash of the model's files. Missing, stale or damaged, it is
made anew by torch (live/making.py) when somebody asks, and written; where the folder can't be written it is kept in
memory alone. Nobody's upload brings one along. `python -m live.made NAME...` makes it for models that are to ship.
"""

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, UInt8

from analysis.nearness import own_quantiles
from live import library
from live.library import OpenModel, once, open_model
from models import gallery
from models.checkpoint import MADE
from models.errors import InputError
from models.tensors import read_header, read_tensors, tensors_to_bytes

MAX_BYTES = 256 * 2**10


@dataclass(frozen=True)
class Gaussians:
    """Gaussians with their own variance in each dimension, a row each."""

    mu: Float32[np.ndarray, "rows latent"]
    log_var: Float32[np.ndarray, "rows latent"]

    def moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation of each dimension over all rows, which are equally likely."""
        return self.mu.mean(axis=0), np.sqrt(np.exp(self.log_var).mean(axis=0) + self.mu.var(axis=0))


@dataclass(frozen=True)
class Made:
    """`picture`: a WebP, see `live.making`. `prior`: of a mixture alone. `glide`: of a dial whose test images were
    here, the median of the gap in the middle and of the worst, and how many images it was measured on. `gaps`: the
    mutual information gap of each known factor, then of the class, see `analysis.metrics.mig`. `nearness`: the
    quantiles of the test codes' own nearest distances, see `analysis.nearness.rank`, to 6 digits.
    """

    nearness: list[float]
    picture: bytes
    prior: Gaussians | None
    glide: tuple[float, float, int] | None
    gaps: tuple[float, ...] | None = None


def made_of(opened: OpenModel) -> Made:
    """What was made of a model; else it is made now, which may take seconds."""
    found: Made = once(opened, "made", lambda: _kept(opened) or _make(opened))
    return found


def nearness(opened: OpenModel) -> list[float]:
    """`Made.nearness`; of a model that has none kept it is computed here, for which no network is needed."""
    kept = _kept(opened)
    found: list[float] = kept.nearness if kept else once(opened, "nearness", lambda: quantiles_of(opened))
    return found


def quantiles_of(opened: OpenModel) -> list[float]:
    """What `nearness` keeps, computed from a model's codes."""
    return _to_six_digits(own_quantiles(opened.checkpoint.latents.mu).tolist())


def _to_six_digits(numbers: list[float]) -> list[float]:
    return [float(f"{number:.6g}") for number in numbers]


def is_made(opened: OpenModel) -> bool:
    """Whether asking costs nothing."""
    return _kept(opened) is not None


def _make(opened: OpenModel) -> Made:
    from live.making import make  # brings torch

    made = make(opened)
    with contextlib.suppress(InputError):  # a folder that can only be read
        gallery.add_made(opened.checkpoint.run.run_id, _to_bytes(made, opened.digest))
    return made


def _kept(opened: OpenModel) -> Made | None:
    """What lay beside the model when it was first asked about."""
    found: Made | None = once(opened, "kept", lambda: _read(opened))
    return found


def _read(opened: OpenModel) -> Made | None:
    """What lies beside the model, None where that is of other files, or can't be read."""
    path = gallery.checkpoint_folder() / opened.checkpoint.run.run_id / MADE
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        return _from_bytes(path.read_bytes(), opened)
    except (OSError, InputError, KeyError, TypeError):
        return None


def _to_bytes(made: Made, stamp: str) -> bytes:
    parts = {"stamp": _as_array(stamp.encode()), "picture": _as_array(made.picture)}
    parts["nearness"] = np.array(made.nearness, np.float32)
    if made.prior:
        parts |= {"mu": made.prior.mu, "log_var": made.prior.log_var}
    if made.glide:
        parts["glide"] = np.array(made.glide, np.float32)
    if made.gaps:
        parts["gaps"] = np.array(made.gaps, np.float32)
    return tensors_to_bytes(parts)


def _from_bytes(content: bytes, opened: OpenModel) -> Made | None:
    shapes = {name: tuple(entry["shape"]) for name, entry in read_header(content, MADE).items()}
    parts = read_tensors(content, shapes, ("U8", "F32"), MADE)
    if parts["stamp"].tobytes() != opened.digest.encode():
        return None
    prior = Gaussians(parts["mu"], parts["log_var"]) if "mu" in parts else None
    glide = parts["glide"].tolist() if "glide" in parts else None
    near, gaps = _to_six_digits(parts["nearness"].tolist()), tuple(parts["gaps"].tolist()) if "gaps" in parts else None
    return Made(near, parts["picture"].tobytes(), prior, glide and (glide[0], glide[1], int(glide[2])), gaps)


def _as_array(content: bytes) -> UInt8[np.ndarray, " length"]:
    return np.frombuffer(content, np.uint8)


def main(names: Sequence[str]) -> int:
    """Makes it anew for the models that are named, or for all whose own is missing or stale."""
    for name in names or [run.run_id for run in library.all_runs().runs]:
        opened = open_model(name)
        if names or not is_made(opened):
            size = len(_to_bytes(_make(opened), opened.digest))
            print(f"{name}: {size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
