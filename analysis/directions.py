"""Directions of known factors in a latent space: how a factor is read from a code, and how a code is moved along it.

A linear probe on codes whose factors are known (Alain and Bengio 2016); such a direction is no single latent, and is
never called one. Knows codes and factors; knows no model.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from models.errors import require

LEAST_R2 = 0.5  # of the share of a factor's variance that the probe reads; below it the slider would lie


@dataclass(frozen=True)
class Direction:
    """One factor. A code's reading is `bias + weights . z`; moving it by `step` raises the reading by exactly 1.

    `low`, `high`: the 1 % and 99 % quantiles of the factor. `r2`: the share of the factor's variance that a probe of
    one half of the codes reads from the other half; 1 is all, 0 and below nothing.
    """

    name: str
    bias: float
    weights: Float[np.ndarray, " latent"]
    step: Float[np.ndarray, " latent"]
    low: float
    high: float
    r2: float

    def reading(self, z: Float[np.ndarray, "batch latent"]) -> Float[np.ndarray, " batch"]:
        """What codes say of the factor."""
        return np.asarray(self.bias + z @ self.weights)

    def moved_to(self, z: Float[np.ndarray, "batch latent"], value: float) -> Float[np.ndarray, "batch latent"]:
        """The codes moved along the direction until they read `value`; where they are if it can't be read."""
        return np.asarray(z + (value - self.reading(z))[:, None] * self.step)


def directions(codes: Float[np.ndarray, "images latent"], factors: Mapping[str, np.ndarray]) -> list[Direction]:
    """A direction for each factor `[images]` that varies, computed in float64; those that are read best come first.

    The step is the change of the mean code with one factor while the others stay, from a regression of the codes on all
    factors. A factor that is read by less than `LEAST_R2` keeps a step of 0: there is nothing to move along.
    Raises InputError where factors and codes differ in number, or are fewer than 10.
    """
    counts = {len(values) for values in factors.values()}
    require(counts <= {len(codes)}, "directions.factor_count", count=len(codes), got=sorted(counts))
    require(len(codes) >= 10, "directions.too_few_codes", got=len(codes))
    exact = codes.astype(np.float64)
    known = {name: values.astype(np.float64) for name, values in factors.items() if bool((values != values[0]).any())}
    if not known:
        return []
    effects = _fit(np.stack(list(known.values()), axis=1), exact)[1:]
    found = [
        _direction(name, values, exact, effect) for (name, values), effect in zip(known.items(), effects, strict=True)
    ]
    return sorted(found, key=lambda direction: -direction.r2)


def _direction(name: str, values: np.ndarray, codes: np.ndarray, effect: np.ndarray) -> Direction:
    fitted = _fit(codes, values[:, None])[:, 0]
    bias, weights, r2 = float(fitted[0]), fitted[1:], _r2(codes, values)
    gained = float(weights @ effect)
    step = effect / gained if r2 >= LEAST_R2 and gained > 0 else np.zeros_like(effect)
    low, high = np.quantile(values, [0.01, 0.99]).tolist()
    return Direction(name, bias, weights.astype(np.float32), step.astype(np.float32), low, high, r2)


def _fit(inputs: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Least squares with a constant, `[1+inputs outputs]`; of several solutions the shortest."""
    with_one = np.concatenate([np.ones((len(inputs), 1)), inputs], axis=1)
    solution: np.ndarray = np.linalg.lstsq(with_one, outputs)[0]
    return solution


def _r2(codes: np.ndarray, values: np.ndarray) -> float:
    fitted = _fit(codes[::2], values[::2, None])[:, 0]
    seen, true = fitted[0] + codes[1::2] @ fitted[1:], values[1::2]
    return 1 - float(np.square(seen - true).sum() / max(np.square(true - true.mean()).sum(), 1e-12))
