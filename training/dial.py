"""What a dial adds to a training: a weight drawn anew for each image, and at the end its measuring at many values.

Knows models and tensors; the loop and the finish call it. What is drawn depends on seed and step alone, so a resumed
run goes on bit for bit without a word in its state.
"""

import itertools
import math
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from datasets.data_set import DataSet
from models.aims import Weights
from models.dial import Dial
from models.latent_model import LatentModel
from models.objectives import Pass
from models.series import Series, half
from training.device import on
from training.evaluate import StopCheck, evaluate, never_stop, observations

STEPS = 17  # values at which a dial is measured
FINE_STEPS, FINE_IMAGES = 65, 500  # with which they are chosen
EVEN_SHARE = 0.6  # of the way between two values that counts whether codes move there or not
STREAM = 15_485_863  # a seed's own stream: of no use to the order of the images or to the noise
SERIES_BYTES = 700_000  # of codes, so that a page's first load stays below 2 MB
MMD_CODES = {"beta": 2_000, "lambda": 5_000}  # in the distance to the prior, of which lambda is the price
LEAST_IMAGES = 2_000  # with fewer, the posteriors' widths give way to more images


def drawn_values(dial: Dial, seed: int, step: int, count: int, device: torch.device) -> Float[Tensor, " count"]:
    """Values of the dial, log-uniform from its low to its high end: one for each of `count` images, and for lambda one
    for all of them, `[1]`, because the MMD is a quantity of the batch.
    """
    generator = torch.Generator().manual_seed((seed * STREAM + step) % 2**63)
    shares = torch.rand(count if dial.axis == "beta" else 1, generator=generator)
    low, high = math.log(dial.low), math.log(dial.high)
    return torch.exp(low + (high - low) * shares).to(device)


def turned(passed: Pass, weights: Weights, dial: Dial, at: Tensor) -> tuple[Pass, Weights]:
    """The pass and the weights of an objective with the drawn values in their places."""
    if dial.axis == "beta":
        return replace(passed, beta=at), weights
    return passed, replace(weights, mmd_weight=float(at))


@torch.no_grad()
def even_values(model: LatentModel, data: DataSet, device: torch.device) -> tuple[float, ...]:
    """The values at which a dial is measured: its ends, its origin, and between them those at which the codes have
    moved equally far, so that a map can glide from each to the next and few are spent where all dimensions are dead.
    """
    dial = model.config.dial
    assert dial is not None
    x, y = on(device, data.test_x[:FINE_IMAGES], data.test_classes[:FINE_IMAGES])
    logs = torch.linspace(math.log(dial.low), math.log(dial.high), FINE_STEPS, dtype=torch.float64)
    mus = [
        model.encode(observations(x), y.long(), log.exp().float()[None].to(device)).mu.double().cpu() for log in logs
    ]
    moved = torch.stack([(after - before).norm(dim=1).mean() for before, after in itertools.pairwise(mus)])
    share = moved / moved.sum().clamp_min(1e-12) + EVEN_SHARE / len(moved)
    way = torch.cat([torch.zeros(1, dtype=torch.float64), (share / share.sum()).cumsum(0)])
    origin = float(np.interp(math.log(dial.origin), logs.numpy(), way.numpy()))
    below = min(STEPS - 2, max(1, round(origin * (STEPS - 1))))  # steps up to the origin; the others come after it
    wanted = np.concatenate([np.linspace(0, origin, below + 1)[1:-1], np.linspace(origin, 1, STEPS - below)[1:-1]])
    inner = [float(f"{math.exp(log):.3g}") for log in np.interp(wanted, way.numpy(), logs.numpy())]
    return (dial.low, *inner[: below - 1], dial.origin, *inner[below - 1 :], dial.high)


def images_kept(steps: int, images: int, latent_dim: int, stochastic: bool) -> tuple[int, bool]:
    """How many of the test images fit into `SERIES_BYTES`, in hundreds, and whether their log variances do too."""
    fitting = SERIES_BYTES // (2 * steps * latent_dim)
    widths = stochastic and fitting // 2 >= min(images, LEAST_IMAGES)
    return min(images, max(100, fitting // (2 if widths else 1) // 100 * 100)), widths


def measure_dial(
    model: LatentModel, data: DataSet, weights: Weights, device: torch.device, should_abandon: StopCheck = never_stop
) -> Series:
    """A dial at its values on the whole test set, one pass a value, all with the same noise.

    Raises Abandoned when `should_abandon` says so. The model must be a dial.
    """
    dial = model.config.dial
    assert dial is not None
    test_x, test_y = on(device, data.test_x, data.test_classes)
    values = even_values(model, data, device)
    kept, widths = images_kept(len(values), len(test_x), model.config.latent_dim, model.config.stochastic)
    mus, log_vars, kls, distortions, distances = [], [], [], [], []
    for value in values:
        at = torch.tensor([value], device=device)
        found = evaluate(model, test_x, test_y, weights, 1, MMD_CODES[dial.axis], should_abandon, at)
        mus.append(half(found.latents.mu[:kept]))
        distortions.append(-found.metrics.log_likelihood)
        distances.append(found.metrics.mmd)
        if found.latents.log_var is not None:
            log_vars.append(half(found.latents.log_var[:kept]))
            kls.append(found.metrics.kl)
    return Series(
        values, {}, np.stack(mus), dial.axis,
        np.stack(log_vars) if widths else None,
        np.array(kls, np.float32) if kls else None,
        np.array(distortions, np.float32),
        np.array(distances, np.float32),
    )  # fmt: skip
