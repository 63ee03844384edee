"""MMD of equal, of shifted and of random clouds, against double loops, closed forms and large samples."""

import json
import math

import pytest
import torch
from torch import Tensor

from models.aims import KERNEL_WIDTHS
from models.mmd import gaussian_kernel, mmd, mmd_to_prior
from models.prior import Mixture
from tests.cases import comparing


def _cloud(count: int, latent: int, seed: int) -> Tensor:
    return torch.randn(count, latent, generator=torch.Generator().manual_seed(seed))


def _kernel(a: Tensor, b: Tensor, scale: float) -> float:
    return math.exp(-sum((float(p) - float(q)) ** 2 for p, q in zip(a, b, strict=True)) / scale)


def _naive_mmd(codes: Tensor, prior: Tensor, scale: float) -> float:
    """Gretton et al. 2012, eq. 5: three double sums that keep the diagonal."""
    within = sum(_kernel(a, b, scale) for a in codes for b in codes) / len(codes) ** 2
    across = sum(_kernel(a, p, scale) for a in codes for p in prior) / (len(codes) * len(prior))
    between = sum(_kernel(p, q, scale) for p in prior for q in prior) / len(prior) ** 2
    return within - 2 * across + between


@pytest.mark.parametrize(("bandwidth", "latent", "scale"), [
    ("dim-squared", 2, 4), ("dim-squared", 20, 400), ("dim", 2, 2), ("dim", 20, 20), ("two-dim", 2, 4),
    ("two-dim", 20, 40),
])  # fmt: skip
def test_kernel_widths(bandwidth: str, latent: int, scale: float) -> None:
    assert KERNEL_WIDTHS[bandwidth](latent) == scale


def test_kernel_of_known_points() -> None:
    a, b = torch.tensor([[0.0, 0.0], [3.0, 4.0]]), torch.tensor([[0.0, 0.0], [0.0, 2.0], [3.0, 4.0]])
    expected = [[1, math.exp(-4 / 5), math.exp(-25 / 5)], [math.exp(-25 / 5), math.exp(-13 / 5), 1]]
    torch.testing.assert_close(gaussian_kernel(a, b, 5.0), torch.tensor(expected))


@pytest.mark.parametrize("bandwidth", KERNEL_WIDTHS)
def test_mmd_of_equal_clouds_is_zero(bandwidth: str) -> None:
    cloud = _cloud(50, 3, 0)
    assert float(mmd(cloud, cloud, bandwidth).mean()) == pytest.approx(0, abs=1e-6)
    shuffled = cloud[torch.randperm(50, generator=torch.Generator().manual_seed(1))]
    assert float(mmd(cloud, shuffled, bandwidth).mean()) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("bandwidth", KERNEL_WIDTHS)
@pytest.mark.parametrize("latent", [1, 2, 5])
@pytest.mark.parametrize("shift", [0.0, 1.0, 4.0])
def test_mmd_of_shifted_clouds_is_the_naive_double_loop(bandwidth: str, latent: int, shift: float) -> None:
    codes, prior = _cloud(12, latent, 0) + shift, _cloud(9, latent, 1)
    shares = mmd(codes, prior, bandwidth)
    assert shares.shape == (12,)
    assert float(shares.mean()) == pytest.approx(_naive_mmd(codes, prior, KERNEL_WIDTHS[bandwidth](latent)), abs=1e-6)


def test_mmd_grows_with_the_shift() -> None:
    values = [float(mmd(_cloud(200, 2, 0) + shift, _cloud(200, 2, 1), "two-dim").mean()) for shift in (0, 1, 2, 4)]
    assert values == sorted(values)
    assert values[0] < 0.01
    assert values[-1] > 0.5


@pytest.mark.parametrize("bandwidth", KERNEL_WIDTHS)
@pytest.mark.parametrize(("latent", "shift"), [(2, 0.0), (2, 1.5), (6, 0.5)])
def test_mmd_to_prior_of_a_shifted_gaussian(bandwidth: str, latent: int, shift: float) -> None:
    """For q = N(m, I): E k(q, q') = E k(p, p') = (s/(s+4))^(d/2), E k(q, p) = that times exp(-|m|^2/(s+4))."""
    scale = KERNEL_WIDTHS[bandwidth](latent)
    base = (scale / (scale + 4)) ** (latent / 2)
    expected = 2 * base - 2 * base * math.exp(-latent * shift**2 / (scale + 4))
    estimates = [mmd_to_prior(_cloud(1500, latent, seed) + shift, bandwidth) for seed in range(6)]
    spread = float(torch.tensor(estimates).std())
    assert sum(estimates) / 6 == pytest.approx(expected, abs=max(4 * spread / math.sqrt(6), 1e-3))
    assert spread < 0.02


def test_mmd_to_prior_is_unbiased() -> None:
    """The mean over many small clouds from the prior is 0, where the V-statistic's is far above."""
    estimates = torch.tensor([mmd_to_prior(_cloud(8, 2, seed)) for seed in range(1500)])
    error = float(estimates.std()) / math.sqrt(1500)
    assert abs(float(estimates.mean())) < 4 * error
    biased = torch.stack([mmd(_cloud(8, 2, seed), _cloud(8, 2, 9999 - seed), "two-dim").mean() for seed in range(200)])
    assert float(biased.mean()) > 20 * error


def test_mmd_to_prior_agrees_with_a_large_sample_of_the_prior() -> None:
    codes = _cloud(60, 2, 0) * torch.tensor([0.3, 2.0]) + torch.tensor([1.0, 0.0])
    prior = _cloud(6000, 2, 1)
    within = gaussian_kernel(codes, codes, 4.0)
    within_mean = float(within.sum() - within.diagonal().sum()) / (60 * 59)
    between = gaussian_kernel(prior, prior, 4.0)
    between_mean = float(between.sum() - between.diagonal().sum()) / (6000 * 5999)
    expected = within_mean - 2 * float(gaussian_kernel(codes, prior, 4.0).mean()) + between_mean
    assert mmd_to_prior(codes) == pytest.approx(expected, abs=0.01)


def test_mmd_to_prior_does_not_depend_on_the_block() -> None:
    codes = _cloud(37, 3, 0) + 0.5
    assert mmd_to_prior(codes, block=5) == pytest.approx(mmd_to_prior(codes), rel=1e-9)


def test_mmd_to_prior_of_too_few_codes_is_nan() -> None:
    assert math.isnan(mmd_to_prior(torch.zeros(0, 2)))
    assert math.isnan(mmd_to_prior(torch.zeros(1, 2)))
    assert math.isfinite(mmd_to_prior(torch.zeros(2, 2)))


def test_mmd_to_a_mixture_agrees_with_a_large_sample_of_it() -> None:
    mu, var = torch.tensor([[-2.0, 0.0], [1.0, 1.5]]), torch.tensor([[0.3, 1.0], [2.0, 0.1]])
    mixture, weights = Mixture(mu, var, torch.tensor([0.25, 0.75])), torch.tensor([0.25, 0.75])
    chosen = torch.multinomial(weights, 6000, replacement=True, generator=torch.Generator().manual_seed(2))
    prior = mu[chosen] + var[chosen].sqrt() * _cloud(6000, 2, 1)
    codes = _cloud(60, 2, 0)
    within, between = gaussian_kernel(codes, codes, 4.0), gaussian_kernel(prior, prior, 4.0)
    expected = (
        float(within.sum() - 60) / (60 * 59) - 2 * float(gaussian_kernel(codes, prior, 4.0).mean())
        + float(between.sum() - 6000) / (6000 * 5999)
    )  # fmt: skip
    assert mmd_to_prior(codes, prior=mixture) == pytest.approx(expected, abs=0.01)
    assert abs(mmd_to_prior(codes) - expected) > 0.02  # it is another one than N(0, I)


@pytest.mark.parametrize("case", json.loads(comparing.FILE.read_text())["kernel_means"], ids=lambda case: case["about"])
def test_the_three_kernel_means_are_those_of_the_table_and_make_the_mmd(case: comparing.Case) -> None:
    found = comparing.answer("kernel_means", case)
    assert found == pytest.approx({name: case[name] for name in found}, abs=1e-8)
    codes = torch.tensor(case["codes"], dtype=torch.float64)
    made = found["within"] - 2 * found["across"] + found["prior"]
    assert mmd_to_prior(codes, case["bandwidth"]) == pytest.approx(made, abs=1e-12)
