"""New images of a model of somebody's own images, each beside the training image that is most like it.

Knows the library; knows no page. The training images are read where they still lie on this computer, and never kept.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from analysis.copies import kept_sharpness, nearest_images, own_distances
from analysis.decoding import decode_images
from analysis.grids import mosaic
from live import pictures
from live.images import png
from live.library import OpenModel, once, shows_training_images, test_images, training_images
from models.errors import require

SAMPLES, SEED = 10, 0
MOST_ASKED = 100  # images at once
GAP = 128  # grey between two images
NEAR = 0.5  # of the training images' own distances: nearer than this is nearly a copy


@dataclass(frozen=True)
class Copies:
    """`places`: of the most similar training images; `distance`, `own`: medians, of new images to them and of training
    images to each other, as `analysis.copies` measures both.
    """

    places: tuple[int, ...]
    distance: float
    own: float

    @property
    def nearly(self) -> bool:
        """Whether the new images are nearly copies."""
        return self.distance < NEAR * self.own


def copies_of(opened: OpenModel) -> Copies | None:
    """How near a model's new images are to those it learnt from; None where these are not somebody's own, or gone."""
    if not shows_training_images(opened.checkpoint.run.data):
        return None
    found: Copies = once(opened, "copies", lambda: _measured(opened))
    return found


def nearest_learnt(
    opened: OpenModel, content: bytes
) -> tuple[Float[np.ndarray, " asked"], UInt8[np.ndarray, "asked ..."]]:
    """How much each image in some bytes differs from the most similar training image, as `nearest_images` measures it,
    and those. Raises InputError where they are gone, or the bytes are no images of this size.
    """
    image = opened.checkpoint.run.model.image
    size = math.prod(image)
    require(
        0 < len(content) <= MOST_ASKED * size and len(content) % size == 0, "copies.bytes", got=len(content), size=size
    )
    asked = np.frombuffer(content, np.uint8).reshape(-1, *image)
    training = training_images(opened.checkpoint.run.data)
    places, distances = nearest_images(training, asked.astype(np.float32) / 255)
    return distances[:, 0], training[places[:, 0]]


def copies_picture(opened: OpenModel, found: Copies) -> bytes:
    """A PNG: new images in a row, and under each the training image that is most like it. Raises InputError where
    they are gone.
    """

    def draw() -> bytes:
        training = training_images(opened.checkpoint.run.data)
        return png(_pairs(_samples(opened), training[list(found.places)]))

    return pictures.kept((opened.digest, "copies"), draw)


def sharpness_of_copies(opened: OpenModel) -> float | None:
    """How sharp the reconstructions of test images are, as a share of these; None where the images are not here."""
    images = test_images(opened.checkpoint.run.data).images
    if images is None:
        return None
    share: float = once(
        opened, "sharpness", lambda: kept_sharpness(images.astype(np.float32) / 255, _reconstructions(opened))
    )
    return share


def _measured(opened: OpenModel) -> Copies:
    training = training_images(opened.checkpoint.run.data)
    places, distances = nearest_images(training, _samples(opened))
    own = own_distances(training)
    return Copies(tuple(places[:, 0].tolist()), float(np.median(distances)), float(np.median(own)) if len(own) else 0.0)


def _samples(opened: OpenModel) -> Float[np.ndarray, "samples channel height width"]:
    """The same ones each time, of each class in turn where the model is told the class."""
    model, config = opened.checkpoint.model, opened.checkpoint.run.model
    import torch  # which came with the model

    generator = torch.Generator().manual_seed(SEED)
    labels = torch.arange(SAMPLES) % config.class_count if config.conditional else None
    z = model.prior(labels).draw(torch.randn(SAMPLES, config.latent_dim, generator=generator), generator)
    return decode_images(model, z.numpy(), None if labels is None else labels.numpy())


def _reconstructions(opened: OpenModel) -> Float[np.ndarray, "images channel height width"]:
    checkpoint = opened.checkpoint
    labels = checkpoint.latents.class_of_each() if checkpoint.run.model.conditional else None
    return decode_images(checkpoint.model, checkpoint.latents.mu, labels)


def _pairs(samples: np.ndarray, training: np.ndarray) -> np.ndarray:
    both = np.concatenate([np.rint(samples * 255).astype(np.uint8), training])
    return mosaic(np.pad(both, ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=GAP), 2, SAMPLES)
