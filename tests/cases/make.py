"""Renews the random cases of arithmetic.json from Python's functions: `python -m tests.cases.make`.

The file is the one table of cases for arithmetic that both Python and the browser do; tests/test_arithmetic.py holds
Python to it, and a node test holds the browser's modules to it. It is an object:

    tolerance            how far a number may be from that in the table: |found - given| <= tolerance * max(1, |given|)
    lerp, slerp          a, b: the ends; steps: how many points, ends included; points: [steps][latent]
    plane                mean: [latent]; axes: [latent][2]; z: [latent] and xy: [2], where z falls on the plane;
                         point: [2], base: [latent] and latent: [latent], which falls on the point and keeps what the
                         plane does not see of the base
    axis                 kind: "linear" from low to high in z, or "normal", the prior's quantiles at evenly spaced
                         probabilities from low to high; count; values: [count]. A traversal's images stand at the
                         normal axis from 0.01 to 0.99, the map's grid at the linear one from -3 to 3
    text_on              colour: "#rrggbb"; text: "#000000" or "#ffffff", whichever stands out more (WCAG 2.2)
    log_likelihood       x: pixels in [0, 1]; logits: the decoder's, as many; likelihood: "bernoulli",
                         "categorical", or "gaussian" with pixel_std; nats: log p(x|z), summed over the pixels, with its constants; pixels: what
                         each pixel adds to it
    direction            direction: a factor's, see analysis/directions.py; z: [latent]; reads: what z says of the factor;
                         moved: [latent], z moved until it reads value
    fold                 weight: [units][inputs], bias: [units] of a linear map; gate_weight, gate_bias: [units] of the gate
                         behind it; value, origin: of its dial; folded_weight, folded_bias: of the one map that both are
    prior                mu, log_var: [components][latent] of a mixture, all equally likely; z: [latent]; log_prob: log p(z);
                         mean, std: [latent], of the whole mixture
    kl                   mu, log_var: [latent]; z: [latent]; kl: [latent], KL(q(z|x) || N(0, I)) in closed form; draw:
                         log q(z|x) - log p(z) at z
    mmd_share            codes, prior: [count][latent]; bandwidth: a row of models.mmd.KERNEL_WIDTHS; scale: what that is
                         for these latents; share: that of the first code in the squared MMD

Every case has a sentence `about` it. One with a `seed` was drawn and computed here. All others are known answers,
worked out by hand: this script leaves them as they are.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from analysis.directions import Direction
from analysis.grids import grid_axis
from analysis.paths import lerp, slerp
from analysis.projection import Projection
from live.palette import text_on
from models.aims import KERNEL_WIDTHS, Weights
from models.fold import folded
from models.layers import Gate, Linear
from models.mmd import mmd
from models.objectives import Pass, log_likelihood
from models.posterior import Posterior, prior_log_prob
from models.prior import Prior

FILE = Path(__file__).with_name("arithmetic.json")
Case = dict[str, Any]
LATENTS = (1, 2, 3, 8)


def answer(group: str, case: Case) -> Case:
    """What Python computes for a case: its answers by the names that they have in the table."""
    return {"lerp": _path, "slerp": _path, "plane": _plane, "axis": _axis, "text_on": _text_on,
            "log_likelihood": _log_likelihood, "direction": _direction, "fold": _fold, "kl": _kl,
            "mmd_share": _mmd_share, "prior": _prior}[group](case | {"group": group})  # fmt: skip


def _path(case: Case) -> Case:
    way = {"lerp": lerp, "slerp": slerp}[case["group"]]
    return {"points": way(_vector(case["a"]), _vector(case["b"]), case["steps"]).tolist()}


def _plane(case: Case) -> Case:
    plane = Projection(_array(case["mean"]), _array(case["axes"]), None)
    latent = plane.to_latent(_array([case["point"]]), _array(case["base"]))
    return {"xy": plane.to_plane(_array([case["z"]]))[0].tolist(), "latent": latent[0].tolist()}


def _axis(case: Case) -> Case:
    return {"values": grid_axis(case["kind"], case["count"], case["low"], case["high"]).tolist()}


def _text_on(case: Case) -> Case:
    return {"text": text_on(case["colour"])}


def _log_likelihood(case: Case) -> Case:
    x, logits = (_vector(case[name]).reshape(1, 1, 1, -1) for name in ("x", "logits"))
    weights = Weights(likelihood=case["likelihood"], pixel_std=case.get("pixel_std", 1.0))
    return {"nats": float(_nats(x, logits, weights)), "pixels": _nats(x.mT, logits.mT, weights).tolist()}


def _nats(x: Tensor, logits: Tensor, weights: Weights) -> Tensor:
    """log p(x|z) of each row of `[1 1 rows columns]`, taken for an image of its own."""
    x, logits = (values.reshape(-1, 1, 1, values.shape[-1]) for values in (x, logits))
    z = torch.zeros(len(x), 1, dtype=torch.float64)
    return log_likelihood(Pass(x, Posterior(z), z, logits, z), weights)


def _kl(case: Case) -> Case:
    posterior, z = Posterior(_vector([case["mu"]]), _vector([case["log_var"]])), _vector([case["z"]])
    return {"kl": posterior.kl()[0].tolist(), "draw": float(posterior.log_prob(z) - prior_log_prob(z))}


def _mmd_share(case: Case) -> Case:
    codes, prior = _vector(case["codes"]), _vector(case["prior"])
    scale = KERNEL_WIDTHS[case["bandwidth"]](codes.shape[1])
    return {"scale": scale, "share": float(mmd(codes, prior, case["bandwidth"])[0])}


def _direction(case: Case) -> Case:
    given = case["direction"]
    found = Direction(**{key: _array(value) if isinstance(value, list) else value for key, value in given.items()})
    z = _array([case["z"]])
    return {"reads": float(found.reading(z)[0]), "moved": found.moved_to(z, case["value"])[0].tolist()}


def _fold(case: Case) -> Case:
    units, inputs = len(case["weight"]), len(case["weight"][0])
    layers, tensors = folded(
        [Linear(inputs, units), Gate(units, case["origin"])],
        {"0.weight": _array(case["weight"]), "0.bias": _array(case["bias"]),
         "1.weight": _array(case["gate_weight"]), "1.bias": _array(case["gate_bias"])},
        case["value"],
    )  # fmt: skip
    assert layers == [Linear(inputs, units)]
    return {"folded_weight": tensors["0.weight"].tolist(), "folded_bias": tensors["0.bias"].tolist()}


def _prior(case: Case) -> Case:
    prior = Prior(_vector(case["mu"])[:, None], _vector(case["log_var"])[:, None])
    mean, std = prior.moments()
    return {"log_prob": float(prior.log_prob(_vector([case["z"]]))), "mean": mean.tolist(), "std": std.tolist()}


def _array(values: Any) -> np.ndarray:
    return np.array(values, np.float64)


def _vector(values: Any) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def random_cases() -> dict[str, list[Case]]:
    """The questions of the random cases, without their answers."""
    ways, planes, likelihoods, moves, folds, posteriors, heaps, priors = [], [], [], [], [], [], [], []
    for seed, latents in enumerate(LATENTS):
        draw = torch.Generator().manual_seed(seed)
        about = {"about": f"drawn from the prior, {latents} latents", "seed": seed}
        a, b, mean, base = (_drawn(draw, latents) for _ in range(4))
        ways.append(about | {"a": a, "b": b, "steps": 5})
        axes, _ = torch.linalg.qr(torch.randn(latents, 2, generator=draw, dtype=torch.float64))
        if latents == 1:  # its second axis is zero
            axes = torch.tensor([[1.0, 0.0]])
        planes.append(
            about | {"mean": mean, "axes": _rounded(axes.tolist()), "z": a, "point": _drawn(draw, 2), "base": base}
        )
        x, logits = _rounded(torch.rand(12, generator=draw).tolist()), [3 * value for value in _drawn(draw, 12)]
        pixels = {"about": f"12 grey pixels, seed {seed}", "seed": seed, "x": x, "logits": _rounded(logits)}
        likelihoods += [pixels | {"likelihood": "bernoulli"},
                        pixels | {"likelihood": "gaussian", "pixel_std": (0.1, 0.5, 0.70710678, 1.0)[seed]}]  # fmt: skip
        weights, step, z = (_drawn(draw, latents) for _ in range(3))
        direction = {"name": "drawn", "bias": 0.25, "weights": weights, "step": step, "low": -1, "high": 1, "r2": 1}
        moves.append(about | {"direction": direction, "z": z, "value": 0.5 + seed})
        weight = [_drawn(draw, latents) for _ in range(3)]
        folds.append({
            "about": f"3 units of {latents} inputs, seed {seed}", "seed": seed, "weight": weight,
            "bias": _drawn(draw, 3), "gate_weight": _drawn(draw, 3), "gate_bias": _drawn(draw, 3),
            "value": (0.1, 2.5, 50.0, 30.0)[seed], "origin": (1.0, 1.0, 1.0, 1000.0)[seed],
        })  # fmt: skip
        posteriors.append(about | {"mu": a, "log_var": b, "z": mean})
        codes, prior = ([_drawn(draw, latents) for _ in range(5)] for _ in range(2))
        widths = ("two-dim", "dim", "dim-squared", "two-dim")
        heaps.append(about | {"codes": codes, "prior": prior, "bandwidth": widths[seed]})
        components = range(1, 3 + seed)
        rows = {name: [_drawn(draw, latents) for _ in components] for name in ("mu", "log_var")}
        priors.append({"about": f"{len(components)} components, {latents} latents", "seed": seed, **rows, "z": z})
    colours = [
        f"#{number:06x}" for number in torch.randint(0, 2**24, (12,), generator=torch.Generator().manual_seed(0))
    ]
    return {
        "lerp": ways, "slerp": ways, "plane": planes,
        "text_on": [{"about": "any colour", "seed": 0, "colour": colour} for colour in colours],
        "log_likelihood": likelihoods,
        "direction": moves,
        "fold": folds,
        "prior": priors,
        "kl": posteriors,
        "mmd_share": heaps,
    }  # fmt: skip


def _drawn(draw: torch.Generator, count: int) -> list[float]:
    values: list[float] = _rounded(torch.randn(count, generator=draw).tolist())
    return values


def _rounded(value: Any) -> Any:
    """The same with seven digits a number: so many a float32 has, and a reader can take."""
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


def main() -> None:
    """Writes the file anew, a case a line."""
    table = json.loads(FILE.read_text())
    questions = random_cases()
    groups = []
    for group, cases in table.items():
        if group == "tolerance":
            continue
        kept = [case for case in cases if "seed" not in case]
        made = [case | {k: _rounded(v) for k, v in answer(group, case).items()} for case in questions.get(group, [])]
        lines = ",\n".join("  " + json.dumps(case, ensure_ascii=False) for case in kept + made)
        groups.append(f' "{group}": [\n{lines}\n ]')
    FILE.write_text("{\n" + ",\n".join([f' "tolerance": {json.dumps(table["tolerance"])}', *groups]) + "\n}\n")


if __name__ == "__main__":
    main()
