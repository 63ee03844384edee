"""The card's picture of the codes: where a dot lies, its colour, the prior's rings, and how far the axes go."""

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageColor

from live.codes_picture import SIDE, codes_picture, codes_span
from live.library import OpenModel
from live.palette import class_colour

Open = Callable[..., OpenModel]


def at(opened: OpenModel, mu: np.ndarray) -> OpenModel:
    """The model with these codes in place of its own."""
    latents = replace(opened.checkpoint.latents, mu=mu)
    return replace(opened, checkpoint=replace(opened.checkpoint, latents=latents))


def read(opened: OpenModel) -> np.ndarray:
    picture = Image.open(io.BytesIO(codes_picture(opened)))
    assert picture.format == "WEBP"
    assert picture.size == (SIDE, SIDE)
    return np.asarray(picture.convert("RGBA")).astype(int)


@pytest.mark.parametrize(
    ("reach", "span"), [(0.5, 4.0), (4.0, 4.0), (4.2, 4.5), (22.0, 25.0), (26.0, 30.0), (412.0, 450.0)]
)
def test_the_axes_go_to_four_or_as_far_as_the_codes(opened: Open, reach: float, span: float) -> None:
    assert codes_span(at(opened(), np.full((20, 2), reach, np.float32))) == span


def test_one_odd_code_does_not_stretch_the_axes(opened: Open) -> None:
    mu = np.zeros((1000, 2), np.float32)
    mu[0] = 100.0
    assert codes_span(at(opened(test_count=1000), mu)) == 4.0


def test_a_dot_lies_where_its_code_is_in_its_classs_colour(opened: Open) -> None:
    model = opened()  # its labels are 0 to 9 and again
    mu = np.zeros((20, 2), np.float32)
    mu[3::10] = np.array([3.0, 2.0], np.float32)
    pixels = read(at(model, mu))
    column, row = round((3 / 4 + 1) * SIDE / 2), round((1 - 2 / 4) * SIDE / 2)
    dot = pixels[row - 1 : row + 1, column - 1 : column + 1].reshape(-1, 4)
    assert dot[:, 3].min() > 200
    assert np.abs(dot[:, :3].mean(axis=0) - ImageColor.getrgb(class_colour(3))).max() < 30  # WebP is not lossless
    assert pixels[SIDE - row, SIDE - column, 3] == 0


def test_the_priors_rings_are_to_scale_and_the_ground_is_clear(opened: Open) -> None:
    pixels = read(at(opened(), np.full((20, 2), 3.5, np.float32)))
    for sigmas in (1, 2):
        line = pixels[SIDE // 2, round((sigmas / 4 + 1) * SIDE / 2) - 1 : round((sigmas / 4 + 1) * SIDE / 2) + 1]
        assert line[:, 3].max() > 200
    assert pixels[0, 0, 3] == 0
    assert pixels[SIDE // 2, SIDE // 2, 3] == 0


@pytest.mark.parametrize(("family", "latents"), [("vae", 1), ("beta-vae", 10), ("autoencoder", 10)])
def test_any_number_of_latents_is_shown_in_a_plane(opened: Open, family: str, latents: int) -> None:
    assert read(opened(family, latent_dim=latents))[:, :, 3].max() > 200
