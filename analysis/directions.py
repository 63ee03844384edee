"""Directions of known factors in a latent space: how a factor is read from a code, and how a code is moved along it.

A linear probe on codes whose factors are known (Alain and Bengio 2016); such a direction is no single latent, and is
never called one. Knows codes and factors; knows no model.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

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
    weights: Float[Tensor, " latent"]
    step: Float[Tensor, " latent"]
    low: float
    high: float
    r2: float

    def reading(self, z: Float[Tensor, "batch latent"]) -> Float[Tensor, " batch"]:
        """What codes say of the factor."""
        return self.bias + z @ self.weights

    def moved_to(self, z: Float[Tensor, "batch latent"], value: float) -> Float[Tensor, "batch latent"]:
        """The codes moved along the direction until they read `value`; where they are if it can't be read."""
        return z + (value - self.reading(z))[:, None] * self.step


def directions(codes: Float[Tensor, "images latent"], factors: Mapping[str, Tensor]) -> list[Direction]:
    """A direction for each factor `[images]` that varies, computed in float64; those that are read best come first.

    The step is the change of the mean code with one factor while the others stay, from a regression of the codes on all
    factors. A factor that is read by less than `LEAST_R2` keeps a step of 0: there is nothing to move along.
    Raises InputError where factors and codes differ in number, or are fewer than 10.
    """
    counts = {len(values) for values in factors.values()}
    require(counts <= {len(codes)}, "directions.factor_count", count=len(codes), got=sorted(counts))
    require(len(codes) >= 10, "directions.too_few_codes", got=len(codes))
    exact = codes.double()
    known = {name: values.double() for name, values in factors.items() if bool((values != values[0]).any())}
    if not known:
        return []
    effects = _fit(torch.stack(list(known.values()), dim=1), exact)[1:]
    found = [
        _direction(name, values, exact, effect) for (name, values), effect in zip(known.items(), effects, strict=True)
    ]
    return sorted(found, key=lambda direction: -direction.r2)


def _direction(name: str, values: Tensor, codes: Tensor, effect: Tensor) -> Direction:
    fitted = _fit(codes, values[:, None])[:, 0]
    bias, weights, r2 = float(fitted[0]), fitted[1:], _r2(codes, values)
    gained = float(weights @ effect)
    step = effect / gained if r2 >= LEAST_R2 and gained > 0 else torch.zeros_like(effect)
    low, high = torch.quantile(values, torch.tensor([0.01, 0.99], dtype=values.dtype)).tolist()
    return Direction(name, bias, weights.float(), step.float(), low, high, r2)


def _fit(inputs: Tensor, outputs: Tensor) -> Tensor:
    """Least squares with a constant, `[1+inputs outputs]`; of several solutions the shortest."""
    with_one = torch.cat([torch.ones(len(inputs), 1, dtype=inputs.dtype), inputs], dim=1)
    solution: Tensor = torch.linalg.lstsq(with_one, outputs, driver="gelsd").solution
    return solution


def _r2(codes: Tensor, values: Tensor) -> float:
    fitted = _fit(codes[::2], values[::2, None])[:, 0]
    seen, true = fitted[0] + codes[1::2] @ fitted[1:], values[1::2]
    return 1 - float((seen - true).square().sum() / (true - true.mean()).square().sum().clamp_min(1e-12))
