"""Turning codes onto others: planted turns come back, noise explains nothing, and the shipped maps' figures."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from analysis.alignment import align
from models import checkpoint
from models.errors import InputError
from tests.cases import comparing

ROOT = Path(__file__).parents[2]
TABLE = json.loads(comparing.FILE.read_text())


def drawn(images: int = 400, latent: int = 2, seed: int = 0) -> np.ndarray:
    spread = np.arange(1, latent + 1, dtype=np.float64)
    return (
        torch.randn(images, latent, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).numpy() * spread
    )


def rotation(degrees: float, mirror: bool = False) -> np.ndarray:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[c, s], [s, -c] if mirror else [-s, c]], np.float64)


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("degrees", [0.0, 37.0, 143.0, -90.0, 180.0])
@pytest.mark.parametrize("scale", [1.0, 0.1, 3.0])
def test_a_planted_turn_mirror_and_scale_are_found(degrees: float, mirror: bool, scale: float) -> None:
    codes = drawn()
    other = scale * codes @ rotation(degrees, mirror) + np.array([2.0, -1.0], np.float32)
    found = align(other, codes, scaled=True)
    assert found.explained == pytest.approx(1, abs=1e-12)
    assert found.scale == pytest.approx(scale, rel=1e-12)
    assert found.mirrored is mirror
    assert found.degrees is not None
    assert math.remainder(found.degrees - degrees, 360) == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(found.apply(codes), other, rtol=1.3e-6, atol=1e-5)


@pytest.mark.parametrize("latent", [1, 3, 10])
def test_in_any_dimension(latent: int) -> None:
    codes = drawn(latent=latent)
    turn, _ = np.linalg.qr(drawn(latent, latent, seed=1))
    found = align(codes @ turn, codes)
    assert found.explained == pytest.approx(1)
    assert (found.degrees is None) is (latent > 2)
    np.testing.assert_allclose(found.rotation, turn, rtol=1.3e-6, atol=1e-5)


def test_noise_explains_nothing_and_is_refused() -> None:
    other, codes = drawn(20_000, seed=1), drawn(20_000, seed=2)
    assert align(other, codes, scaled=True).explained == pytest.approx(0, abs=0.001)
    assert not align(other, codes, scaled=True).corresponds
    assert align(other, codes).explained < -0.9


def test_fewer_latents_are_padded_with_zeros() -> None:
    codes = drawn(latent=2)
    other = np.concatenate([codes @ rotation(30), np.zeros((400, 1), np.float64)], axis=1)
    for a, b in ((other, codes), (codes, other)):
        found = align(a, b)
        assert found.explained == pytest.approx(1)
        assert found.rotation.shape == (3, 3)
        np.testing.assert_allclose(found.rotation @ found.rotation.T, np.eye(3), rtol=1.3e-6, atol=1e-5)


def test_what_can_not_be_turned_is_refused_with_a_sentence() -> None:
    with pytest.raises(InputError, match=r"codes\.not_the_same_images: count=1, other=1"):
        align(drawn(1), drawn(1))
    with pytest.raises(InputError, match=r"codes\.all_one_point"):
        align(drawn(5), np.ones((5, 2), np.float32))


@pytest.mark.parametrize(("name", "explained", "scaled"), [
    ("mnist-mmd-vae", 0.77, None), ("mnist-beta-vae", 0.66, None), ("keras-io-vae", 0.59, None),
    ("post-mmd-vae-mnist", 0.59, None), ("deck-both", 0.55, None), ("book-cnn", 0.54, None), ("book-mlp", 0.53, None),
    ("mnist-vae-film", 0.32, None), ("mnist-cvae", -0.16, None), ("mnist-autoencoder", -26.6, 0.34),
])  # fmt: skip
def test_the_shipped_maps(name: str, explained: float, scaled: float | None) -> None:
    """As measured before there was a page for it, to two digits."""
    other, codes = (checkpoint.load(ROOT / "checkpoints" / one).latents.mu for one in ("mnist-vae", name))
    assert align(other, codes).explained == pytest.approx(explained, abs=0.006 if explained > -1 else 0.06)
    assert align(other, codes).corresponds is (explained >= 0.2)
    if scaled is not None:
        assert align(other, codes, scaled=True).explained == pytest.approx(scaled, abs=0.006)


@pytest.mark.parametrize("case", TABLE["align"], ids=lambda case: f"{case['about']}, scaled {case['scaled']}")
def test_the_table_is_what_python_says(case: comparing.Case) -> None:
    found = comparing.answer("align", case)
    assert found["explained"] == pytest.approx(case["explained"], abs=TABLE["tolerance"])
    assert found["mirrored"] == case["mirrored"]
    np.testing.assert_allclose(np.array(found["turned"]), np.array(case["turned"]), atol=TABLE["tolerance"], rtol=0)


def test_the_table_is_current() -> None:
    asked = comparing.questions()
    for group, cases in asked.items():
        for question, case in zip(cases, TABLE[group], strict=True):
            assert {name: case[name] for name in question} == question
