"""Smoothness of morphs: even paths, one jump, still images, classes, and pairs."""

import math

import pytest
import torch

from analysis.decoding import decode_images
from analysis.metrics.smoothness import path_steps, random_pairs, smoothness
from analysis.paths import lerp
from models.errors import InputError


def some_codes(count: int = 12, latent: int = 2) -> torch.Tensor:
    return 3 * torch.randn(count, latent, generator=torch.Generator().manual_seed(0))


def test_a_cross_fade_has_equal_steps():
    a, b = torch.zeros(1, 8, 8), torch.full((1, 8, 8), 0.5)
    steps = path_steps(torch.stack([torch.lerp(a, b, k / 10) for k in range(11)]))
    assert steps.tolist() == pytest.approx([4 / 10] * 10)  # |b - a| = 0.5 sqrt(64)


def test_a_single_jump_is_all_of_the_way():
    images = torch.zeros(6, 1, 8, 8)
    images[4:] = 1
    assert path_steps(images).tolist() == [0, 0, 0, 8, 0]
    assert path_steps(images[:1]).shape == (0,)


def drawn(model, z, y=None) -> torch.Tensor:
    return torch.from_numpy(decode_images(model, z.numpy(), y))


def test_the_steps_are_those_of_the_decoded_path(make_model):
    model, codes = make_model(), some_codes()
    found = smoothness(model, codes, None, pairs=3, points=5, seed=1)
    steps = torch.stack([path_steps(drawn(model, lerp(codes[a], codes[b], 5))) for a, b in random_pairs(12, 3, 1)])
    assert found.step.mean == pytest.approx(float(steps.mean()))
    assert found.jump.mean == pytest.approx(float((steps.amax(dim=1) / steps.mean(dim=1)).mean()))
    assert 1 <= found.jump.mean <= 4


def test_finer_paths_have_smaller_steps_and_the_same_length(make_model):
    coarse, fine = (smoothness(make_model(), some_codes(), None, 5, points) for points in (11, 41))
    assert 40 * fine.step.mean == pytest.approx(10 * coarse.step.mean, rel=0.02)


def test_a_decoder_that_draws_one_image_only_is_perfectly_even(make_model):
    model = make_model()
    with torch.no_grad():
        for parameter in model.decoder.parameters():
            parameter.zero_()
    found = smoothness(model, some_codes(), None, 4)
    assert (found.step.mean, found.jump.mean) == (0, 1)


def test_a_conditional_path_keeps_the_class_of_its_first_end(make_model):
    model, codes, y = make_model("cvae"), some_codes(), torch.arange(12) % 4
    a, b = random_pairs(12, 1).tolist()[0]
    expected = path_steps(drawn(model, lerp(codes[a], codes[b], 21), int(y[a])))
    assert smoothness(model, codes, y, 1).step.mean == pytest.approx(float(expected.mean()))
    assert smoothness(model, codes, y, 1).step.error is None
    with pytest.raises(InputError, match=r"class\.missing: family=cvae, highest=3"):
        smoothness(model, codes, None)


def test_the_two_of_a_pair_differ_and_all_codes_are_used():
    pairs = random_pairs(5, 500)
    assert (pairs[:, 0] != pairs[:, 1]).all()
    assert set(pairs.flatten().tolist()) == set(range(5))
    assert torch.equal(pairs, random_pairs(5, 500))


def test_bad_input_is_refused(make_model):
    model, codes = make_model(), some_codes()
    for few, pairs, message in ((codes[:1], 1, r"measure\.one_code: got=1"), (codes, 0, r"measure\.pairs: .*got=0")):
        with pytest.raises(InputError, match=message):
            smoothness(model, few, None, pairs)
    with pytest.raises(InputError, match=r"path\.kind"):
        smoothness(model, codes, None, kind="walk")
    with pytest.raises(InputError, match=r"path\.not_finite"):
        smoothness(model, torch.full((2, 2), math.nan), None)
