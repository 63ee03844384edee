"""Everything that is measured of one trained model: likelihood, information, latent space, morphs and images.

Knows checkpoints, images and the metrics; knows nothing of files or of the terminal.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int64, UInt8
from torch import Tensor

from analysis.decoding import decode_images
from analysis.embedding import posterior_of
from analysis.measurement import Group, Options, Quantity
from analysis.measurement import Measurement as Measurement  # for those who call `measure`
from analysis.metrics.active_units import active_units
from analysis.metrics.aggregate import drawn_codes, require_density
from analysis.metrics.coverage import coverage, prior_draws, share_within
from analysis.metrics.importance import importance_bounds
from analysis.metrics.knn import knn_accuracy
from analysis.metrics.mean_with_error import MeanWithError, mean_with_error
from analysis.metrics.sharpness import sharpness
from analysis.metrics.silhouette import silhouette
from analysis.metrics.smoothness import smoothness
from analysis.metrics.surgery import elbo_surgery
from analysis.metrics.voices import Bars, cross_faded, crossings, held, triads, white_keys
from datasets.chorales import pitches_of
from models.checkpoint import Checkpoint
from models.errors import require
from models.mmd import mmd_to_prior
from models.moments import moments
from models.posterior import Posterior
from models.prior import Prior

NEIGHBOURS, COVERING, RADIUS = 10, 5, 0.25
PAIRS, POINTS = 1000, 21
SHOWN_DIMENSIONS = 10
NATS = "nats/image"
KINGMA, BURDA = "Kingma and Welling 2013", "Burda et al. 2015"
HOFFMAN, CHEN, NAEEM = "Hoffman and Johnson 2016", "Chen et al. 2018, eq. 2", "Naeem et al. 2020"


@dataclass(frozen=True)
class Subject:
    """What is measured: a model, some of its test images in [0, 1], their posteriors and a code drawn from each."""

    checkpoint: Checkpoint
    x: Float[Tensor, "images channel height width"]
    y: Int64[Tensor, " images"]
    posterior: Posterior
    prior: Prior
    z: Float[Tensor, "images latent"]
    options: Options


def measure(
    checkpoint: Checkpoint, images: UInt8[np.ndarray, "images channel height width"], options: Options
) -> list[Measurement]:
    """Every measurement of a checkpoint, on `options.images` of its test images, or on all if there are fewer.

    `images`: the whole test set, 0..255, in the order of the checkpoint's latents. What is not defined for the model
    comes without a value and with its reason. Time: images x samples decoded, and images^2 x latents densities.
    Raises InputError unless there is an image for each of the latents.
    """
    labels = checkpoint.latents.class_of_each()
    require(len(images) == len(labels), "measure.images_and_codes", count=len(labels), got=len(images))
    chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(options.seed))[: options.images]
    x = torch.from_numpy(images[chosen.numpy()]).float() / 255
    y = torch.from_numpy(labels[chosen.numpy()]).long()
    posterior = posterior_of(checkpoint.model, x, y)
    prior = checkpoint.model.prior(y)
    subject = Subject(checkpoint, x, y, posterior, prior, drawn_codes(posterior, options.seed), options)
    of_subject = (
        _likelihood, _information, _kl_of_dimensions, _activity, _aggregate_posterior, _coverage, _silhouette, _votes,
        _morphs, _edges,
    )  # fmt: skip
    groups = [group(subject) for group in of_subject]
    if checkpoint.run.data.kind == "voices":
        groups += _voices(subject)
    return [measurement for group in groups for measurement in group.measurements()]


def _likelihood(subject: Subject) -> Group:
    options, run = subject.options, subject.checkpoint.run
    given, k = "log p(x given y)" if run.model.conditional else "log p(x)", f"{options.samples:,}"

    def compute() -> tuple[MeanWithError, ...]:
        model, weights = subject.checkpoint.model, run.training.weights
        bounds = importance_bounds(model, subject.x, subject.y, weights, options.samples, options.seed)
        return tuple(mean_with_error(part.numpy()) for part in (bounds.elbo, bounds.bound, bounds.effective))

    quantities = (
        Quantity("elbo", "ELBO", NATS, f"{KINGMA}, eq. 3"),
        Quantity("bound", f"Bound on {given}, k = {k}", NATS, f"{BURDA}, eq. 8"),
        Quantity("effective_samples", f"Effective samples of {k}", "samples", "Kong 1992"),
    )
    return Group(quantities, compute)


def _information(subject: Subject) -> Group:
    def compute() -> tuple[MeanWithError, ...]:
        parts = elbo_surgery(subject.posterior, seed=subject.options.seed, prior=subject.prior)
        whole = (parts.kl, parts.mutual_information, parts.marginal_kl)
        return *whole, parts.total_correlation, parts.dimension_wise_kl, parts.gap

    most = math.log(len(subject.x))
    quantities = (
        Quantity("kl", "KL of the posterior", NATS, f"{KINGMA}, app. B"),
        Quantity("mutual_information", f"Mutual information I(x; z), at most {most:.2f}", NATS, HOFFMAN),
        Quantity("marginal_kl", "Marginal KL of q(z)", NATS, HOFFMAN),
        Quantity("total_correlation", "Total correlation", NATS, CHEN),
        Quantity("dimension_wise_kl", "Dimension-wise KL", NATS, CHEN),
        Quantity("identity_gap", "KL minus its parts, 0 but for noise", NATS, CHEN),
    )
    return Group(quantities, compute)


def _kl_of_dimensions(subject: Subject) -> Group:
    """The KL of the first dimensions, at most `SHOWN_DIMENSIONS`: more would bury the rest of the table."""
    shown = range(min(subject.z.shape[1], SHOWN_DIMENSIONS))

    def compute() -> list[MeanWithError]:
        kl = subject.prior.kl(require_density(subject.posterior), subject.z)
        return [mean_with_error(kl[:, dim].numpy()) for dim in shown]

    titles = [Quantity(f"kl_{dim + 1}", f"KL of dimension {dim + 1}", NATS, f"{KINGMA}, app. B") for dim in shown]
    return Group(tuple(titles), compute)


def _activity(subject: Subject) -> Group:
    title = f"Active units of {subject.z.shape[1]}"
    quantity = Quantity("active_units", title, "dimensions", f"{BURDA}, sec. 5.2")
    return Group((quantity,), lambda: (float(len(active_units(subject.posterior.mu.numpy()))),))


def _aggregate_posterior(subject: Subject) -> Group:
    def compute() -> tuple[float, ...]:
        q = subject.posterior
        of_codes = moments(q.mu.numpy(), None if q.log_var is None else q.log_var.numpy())
        return (
            float(np.linalg.norm(of_codes.mean)),
            float(of_codes.std.mean()),
            mmd_to_prior(subject.z, prior=subject.prior.mixture()),
        )

    quantities = (
        Quantity("centre", "Distance of q(z)'s mean from 0", "prior std"),
        Quantity("spread", "Standard deviation of q(z), mean of dimensions", "prior std"),
        Quantity("mmd", "MMD² of the codes to the prior", "none", "Gretton et al. 2012, eq. 3"),
    )
    return Group(quantities, compute)


def _coverage(subject: Subject) -> Group:
    def compute() -> tuple[MeanWithError, ...]:
        prior = prior_draws(len(subject.z), subject.z.shape[1], subject.options.seed, subject.prior)
        return coverage(subject.z, prior, COVERING), share_within(subject.z, prior, RADIUS)

    full = 1 - 2**-COVERING
    quantities = (
        Quantity("coverage", f"Coverage of the prior, {full:.2f} if the codes are alike", "share", NAEEM),
        Quantity("share_within", f"Prior draws with a code within {RADIUS}", "share"),
    )
    return Group(quantities, compute)


def _silhouette(subject: Subject) -> Group:
    quantity = Quantity("silhouette", "Silhouette of the classes", "-1 to 1", "Rousseeuw 1987")
    return Group((quantity,), lambda: (mean_with_error(silhouette(subject.posterior.mu, subject.y).numpy()),))


def _votes(subject: Subject) -> Group:
    def compute() -> tuple[MeanWithError]:
        classes = subject.checkpoint.run.model.class_count
        require(classes >= 2, "measure.too_few_classes", count=classes)
        share = knn_accuracy(subject.posterior.mu.numpy(), subject.y.numpy(), NEIGHBOURS)
        return (MeanWithError(share, math.sqrt(share * (1 - share) / len(subject.y))),)

    quantity = Quantity("knn_accuracy", f"{NEIGHBOURS}-NN accuracy", "share", "Cover and Hart 1967")
    return Group((quantity,), compute)


def _morphs(subject: Subject) -> Group:
    def compute() -> tuple[MeanWithError, ...]:
        model, seed = subject.checkpoint.model, subject.options.seed
        found = smoothness(model, subject.posterior.mu, subject.y, PAIRS, POINTS, seed=seed)
        return found.step, found.jump

    quantities = (
        Quantity("morph_step", f"Mean step of a morph, {POINTS - 1} steps", "L2 of pixels"),
        Quantity("morph_jump", "Largest step over mean step", "ratio"),
    )
    return Group(quantities, compute)


def _edges(subject: Subject) -> Group:
    def compute() -> tuple[MeanWithError, ...]:
        z = prior_draws(len(subject.z), subject.z.shape[1], subject.options.seed, subject.prior)
        samples = decode_images(subject.checkpoint.model, z.numpy(), subject.y.numpy())
        return mean_with_error(sharpness(samples)), mean_with_error(sharpness(subject.x.numpy()))

    quantities = (
        Quantity("sharpness", "Mean gradient of samples", "grey/pixel"),
        Quantity("sharpness_of_test", "Mean gradient of test images", "grey/pixel"),
    )
    return Group(quantities, compute)


def _voices(subject: Subject) -> list[Group]:
    """What bars are like: real ones, their copies, draws from the prior, and what lies half-way between two of them."""
    model, y, seed = subject.checkpoint.model, subject.y, subject.options.seed
    codes, others = subject.posterior.mu, torch.roll(subject.posterior.mu, 1, dims=0)
    drawn = prior_draws(len(codes), codes.shape[1], seed, subject.prior)
    real = pitches_of(subject.x.numpy())

    def decoded(z: Tensor) -> Bars:
        return pitches_of(decode_images(model, z.numpy(), y.numpy()))

    kinds: tuple[tuple[str, Callable[[], Bars]], ...] = (
        ("real bars", lambda: real),
        ("copies", lambda: decoded(codes)),
        ("draws from the prior", lambda: decoded(drawn)),
        ("half-way between two codes", lambda: decoded((codes + others) / 2)),
        ("cross-faded without a model", lambda: cross_faded(real, np.roll(real, 1, axis=0), seed)),
    )
    return [_bars(title, bars) for title, bars in kinds]


def _bars(title: str, bars: Callable[[], Bars]) -> Group:
    of = {"white": white_keys, "triads": triads, "crossings": crossings, "held": held}
    names = {"white": "White keys", "triads": "Triads", "crossings": "Voices crossed", "held": "Notes held"}
    quantities = tuple(
        Quantity(f"{key}_{title.split()[0].split('-')[0]}", f"{names[key]}, {title}", "share") for key in of
    )

    def compute() -> list[MeanWithError]:
        found = bars()
        return [mean_with_error(share(found)) for share in of.values()]

    return Group(quantities, compute)
