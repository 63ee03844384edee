"""What goes wrong in a training, in plain words: a pure function of its history and of two facts about the test set.

Knows the record of a run; knows nothing of how it is trained or shown. Findings are about the last epoch.
"""

from collections.abc import Sequence

import torch
from jaxtyping import UInt8
from torch import Tensor

from models.config import ModelConfig
from models.moments import Moments
from models.objectives import Pass, Weights, log_likelihood
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
) -> tuple[str, ...]:
    """A sentence for everything that looks wrong after the last epoch; none for a healthy run, or before an epoch.

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
    train: UInt8[Tensor, "train channel height width"], test: UInt8[Tensor, "test channel height width"],
    weights: Weights, block: int = 1000,
) -> float:  # fmt: skip
    """log p(x | the mean training image) of the test images, nats an image: what a decoder gets without any code.

    The mean image is the best constant answer under both likelihoods; a pixel that is always dark counts as 1e-4.
    """
    sums = torch.zeros(train.shape[1:], dtype=torch.float64)
    for start in range(0, len(train), block):
        sums += train[start : start + block].double().sum(dim=0)
    mean = (sums / len(train) / 255).clamp(1e-4, 1 - 1e-4)
    logits = torch.logit(mean).float()
    total = 0.0
    for start in range(0, len(test), block):
        x = test[start : start + block].float() / 255
        z = torch.zeros(len(x), 1)
        total += float(log_likelihood(Pass(x, Posterior(z), z, logits.expand_as(x), z), weights).double().sum())
    return total / len(test)


def _is_early(history: Sequence[EpochRecord], training: TrainingConfig, steps: int) -> bool:
    """Whether it is too soon to judge: few steps, or the weight of the KL is still rising."""
    return steps < EARLY_STEPS or len(history) <= max(training.beta_warmup, training.capacity_epochs)


def _dead(last: EpochRecord, early: bool, training: TrainingConfig) -> list[str]:
    kl = last.test.kl
    weighed = training.objective in ("elbo", "elbo-monte-carlo", "beta-elbo", "capacity-elbo", "beta-tcvae")
    if kl is None or not weighed or early:
        return []
    dead = [number for number, nats in enumerate(kl, start=1) if nats < DEAD_NATS]
    if not dead:
        return []
    if last.beta > 1:
        why = f"beta is high for this data ({last.beta:g})."
    elif len(dead) == len(kl):
        why = "the decoder ignores its code; lower beta or the learning rate."
    else:
        why = "fewer latents would do."
    if len(dead) == 1:
        return [f"{_latent(dead[0])} carries {kl[dead[0] - 1]:.3f} nats: it has collapsed; {why}"]
    most = max(kl[number - 1] for number in dead)
    return [f"{_and(list(map(_latent, dead)))} carry at most {most:.3f} nats each: they have collapsed; {why}"]


def _worse_than_the_mean(last: EpochRecord, mean_image: float | None) -> list[str]:
    found = last.test.log_likelihood
    if mean_image is None or found >= mean_image:
        return []
    return [
        f"Reconstructions are worse than the mean image ({found:.1f} against {mean_image:.1f} nats): nothing useful is "
        "learnt yet. Train longer, or change the learning rate."
    ]


def _far_from_the_prior(last: EpochRecord, early: bool, training: TrainingConfig, codes: Moments | None) -> list[str]:
    if training.objective == "reconstruction" or early:  # an autoencoder has no prior to keep to
        return []
    remedy = "a heavier MMD" if training.objective in ("mmd", "infovae") else "a heavier KL (beta)"
    mean = float(codes.mean.abs().max()) if codes else 0.0
    std = float(codes.std[(codes.std - 1).abs().argmax()]) if codes else 1.0
    if mean > FAR_MEAN or not FAR_STD[0] <= std <= FAR_STD[1]:
        found = f"their mean is up to {mean:.2f} from 0 and a standard deviation is {std:.2f}"
    elif last.test.mmd is not None and last.test.mmd > FAR_MMD:
        found = f"their MMD to it is {last.test.mmd:.3f}"
    else:
        return []
    return [f"The codes drift from the prior: {found}. Samples will look wrong; {remedy} pulls the codes back."]


def _overfitting(history: Sequence[EpochRecord], model: ModelConfig, training: TrainingConfig) -> list[str]:
    def quality(record: EpochRecord, test: bool) -> float:
        metrics = record.test if test else record.train
        return metrics.elbo if metrics.elbo is not None and model.stochastic else metrics.log_likelihood

    name = "ELBO" if model.stochastic else "log-likelihood"
    last, best = history[-1], max(history, key=lambda record: quality(record, test=True))
    now, gap = quality(last, test=True), quality(last, test=False) - quality(last, test=True)
    if quality(best, test=True) - now > FALLEN_NATS and gap > 0:
        return [
            f"The test {name} was best in epoch {best.epoch} ({quality(best, test=True):.1f} nats) and is {now:.1f} "
            f"now: the network learns the training images by heart. {_remedy(training)}"
        ]
    if gap > max(GAP_NATS, GAP_SHARE * abs(now)):
        return [
            f"The training images do {gap:.1f} nats better than the test images: the network begins to learn them by "
            "heart. More data, or a smaller network, helps."
        ]
    return []


def _remedy(training: TrainingConfig) -> str:
    if training.held_out:
        return "The weights of the best epoch, by images that are held out, will be kept."
    return "Stop earlier, or make it smaller."


def _latent(number: int) -> str:
    """`z₁` for 1, as on every page."""
    return "z" + str(number).translate(SUBSCRIPTS)


def _and(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
