"""What goes wrong in a training: a pure function of its history and of two facts about the test set.

A finding is a code with its numbers, of the last epoch; its sentence is the catalogue's, `reason.health.…`. Knows the
record of a run; knows nothing of how it is trained or shown.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import UInt8

from models.aims import Weights
from models.config import ModelConfig
from models.errors import Reason
from models.moments import Moments
from models.objectives import Pass, log_likelihood
from models.posterior import Posterior
from models.run import EpochRecord, TrainingConfig

DEAD_NATS = 0.01
EARLY_STEPS = 500  # before, healthy dimensions may be asleep, and codes are not where they will be
FAR_MEAN, FAR_STD, FAR_MMD = 0.5, (0.6, 1.5), 0.05
GAP_SHARE, GAP_NATS = 0.05, 4.0
FALLEN_NATS = 1.0
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def findings(
    history: Sequence[EpochRecord],
    model: ModelConfig,
    training: TrainingConfig,
    steps: int,
    mean_image: float | None = None,
    codes: Moments | None = None,
) -> tuple[Reason, ...]:
    """What looks wrong after the last epoch; nothing for a healthy run, or before an epoch.

    `steps`: of the optimiser until now, for an epoch may be 45 of them or 400; `mean_image`: log likelihood of the test
    images under the mean image, nats; `codes`: of the test set.
    """
    if not history:
        return ()
    early = _is_early(history, training, steps)
    return (
        *_dead(history[-1], early, training),
        *_worse_than_the_mean(history[-1], mean_image),
        *([] if model.learns_prior else _far_from_the_prior(history[-1], early, training, codes)),
        *_overfitting(history, model, training),
    )


def mean_image_log_likelihood(
    train: UInt8[np.ndarray, "train channel height width"], test: UInt8[np.ndarray, "test channel height width"],
    weights: Weights, block: int = 1000,
) -> float:  # fmt: skip
    """log p(x | the mean training image) of the test images, nats an image: what a decoder gets without any code.

    The mean image is the best constant answer under both likelihoods; a pixel that is always dark counts as 1e-4.
    """
    mean = train.sum(axis=0, dtype=np.float64) / len(train) / 255
    logits = torch.logit(torch.from_numpy(mean).clamp(1e-4, 1 - 1e-4)).float()
    total = 0.0
    for start in range(0, len(test), block):
        x = torch.from_numpy(test[start : start + block]).float() / 255
        z = torch.zeros(len(x), 1)
        total += float(log_likelihood(Pass(x, Posterior(z), z, logits.expand_as(x), z), weights).double().sum())
    return total / len(test)


def _is_early(history: Sequence[EpochRecord], training: TrainingConfig, steps: int) -> bool:
    """Whether it is too soon to judge: few steps, or the weight of the KL is still rising."""
    return steps < EARLY_STEPS or len(history) <= max(training.beta_warmup, training.capacity_epochs)


def _dead(last: EpochRecord, early: bool, training: TrainingConfig) -> list[Reason]:
    kl = last.test.kl
    weighed = training.objective in ("elbo", "elbo-monte-carlo", "beta-elbo", "capacity-elbo", "beta-tcvae")
    if kl is None or not weighed or early:
        return []
    dead = [number for number, nats in enumerate(kl, start=1) if nats < DEAD_NATS]
    if not dead:
        return []
    if last.beta > 1:
        why = Reason("health.collapsed.beta", {"beta": last.beta})
    elif len(dead) == len(kl):
        why = Reason("health.collapsed.ignored")
    else:
        why = Reason("health.collapsed.spare")
    most, latents = max(kl[number - 1] for number in dead), [_latent(number) for number in dead]
    if len(dead) == 1:
        return [Reason("health.collapsed", {"latents": latents, "nats": most, "why": why})]
    return [Reason("health.collapsed.several", {"latents": latents, "nats": most, "why": why})]


def _worse_than_the_mean(last: EpochRecord, mean_image: float | None) -> list[Reason]:
    found = last.test.log_likelihood
    if mean_image is None or found >= mean_image:
        return []
    return [Reason("health.worse_than_the_mean", {"found": found, "mean": mean_image})]


def _far_from_the_prior(
    last: EpochRecord, early: bool, training: TrainingConfig, codes: Moments | None
) -> list[Reason]:
    if training.objective == "reconstruction" or early:  # an autoencoder has no prior to keep to
        return []
    mean = float(np.abs(codes.mean).max()) if codes else 0.0
    std = float(codes.std[np.abs(codes.std - 1).argmax()]) if codes else 1.0
    if mean > FAR_MEAN or not FAR_STD[0] <= std <= FAR_STD[1]:
        found = Reason("health.drift.moments", {"mean": mean, "std": std})
    elif last.test.mmd is not None and last.test.mmd > FAR_MMD:
        found = Reason("health.drift.mmd", {"mmd": last.test.mmd})
    else:
        return []
    weighs_mmd = training.objective in ("mmd", "infovae")
    remedy = Reason("health.drift.heavier_mmd") if weighs_mmd else Reason("health.drift.heavier_kl")
    return [Reason("health.drift", {"found": found, "remedy": remedy})]


def _overfitting(history: Sequence[EpochRecord], model: ModelConfig, training: TrainingConfig) -> list[Reason]:
    def quality(record: EpochRecord, test: bool) -> float:
        metrics = record.test if test else record.train
        return metrics.elbo if metrics.elbo is not None and model.stochastic else metrics.log_likelihood

    last, best = history[-1], max(history, key=lambda record: quality(record, test=True))
    top, now = quality(best, test=True), quality(last, test=True)
    gap = quality(last, test=False) - now
    if top - now > FALLEN_NATS and gap > 0:
        metric = Reason("health.elbo") if model.stochastic else Reason("health.log_likelihood")
        remedy = Reason("health.best_is_kept") if training.held_out else Reason("health.stop_earlier")
        values = {"metric": metric, "epoch": best.epoch, "best": top, "now": now, "remedy": remedy}
        return [Reason("health.fallen", values)]
    return [Reason("health.gap", {"gap": gap})] if gap > max(GAP_NATS, GAP_SHARE * abs(now)) else []


def _latent(number: int) -> str:
    """`z₁` for 1, as on every page."""
    return "z" + str(number).translate(SUBSCRIPTS)
