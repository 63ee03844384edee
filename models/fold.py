"""The gates of a dial folded into the linear maps before them: at one value, a plain network without gates.

Pure functions of layer lists and weights. `live/engine/fold.js` does the same in the browser; tests/cases/dial.json
holds both to it.
"""

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from models.errors import require
from models.layers import Gate, Layer, Linear

Part = tuple[list[Layer], dict[str, np.ndarray]]


def gate_at(
    weight: Float[np.ndarray, " units"], bias: Float[np.ndarray, " units"], value: float, origin: float
) -> Float[np.ndarray, " units"]:
    """g = 1 + bias + weight log(value / origin), one factor a unit."""
    return 1 + bias + weight * math.log(value / origin)


def folded(layers: Sequence[Layer], weights: Mapping[str, np.ndarray], value: float | None = None) -> Part:
    """The layer list without its gates, and its tensors `<position>.weight`, `<position>.bias`, as they act at `value`.

    W' = diag(g) W and b' = g b, computed in float32, stored in the type they had. `value`: of the dial's axis, None for
    its origin. A list without gates comes back as it is. Raises InputError for a gate that is not behind a linear map.
    """
    kept: list[Layer] = []
    tensors: dict[str, np.ndarray] = {}
    for position, (layer, after) in enumerate(itertools.pairwise((*layers, None))):
        if isinstance(layer, Gate):
            require(bool(kept) and isinstance(kept[-1], Linear), "model.gate", position=position)
            continue
        named = {name: weights.get(f"{position}.{name}") for name in ("weight", "bias")}
        own = {name: tensor for name, tensor in named.items() if tensor is not None}
        if isinstance(after, Gate):
            g = gate_at(
                weights[f"{position + 1}.weight"].astype(np.float32),
                weights[f"{position + 1}.bias"].astype(np.float32),
                after.origin if value is None else value, after.origin,
            )  # fmt: skip
            own = {name: _scaled(tensor, g) for name, tensor in own.items()}
        tensors |= {f"{len(kept)}.{name}": tensor for name, tensor in own.items()}
        assert layer is not None
        kept.append(layer)
    return kept, tensors


def _scaled(tensor: np.ndarray, g: Float[np.ndarray, " units"]) -> np.ndarray:
    """Each row of a weight, or each number of a bias, times its unit's gate."""
    product: np.ndarray = tensor.astype(np.float32) * g.reshape(-1, *[1] * (tensor.ndim - 1))
    return product.astype(tensor.dtype)
