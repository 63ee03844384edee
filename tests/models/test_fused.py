"""The two functions with gradients of their own, against what autograd makes of torch's own operations."""

import itertools

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from models import fused
from models.errors import InputError
from models.fused import bernoulli_log_likelihood, transposed_conv
from models.layers import Sides
from models.networks import MAX_SIDE

CROPS: tuple[Sides, ...] = ((0, 0, 0, 0), (0, 1, 0, 1), (1, 1, 1, 1), (1, 0, 2, 1))


def by_autograd(x: Tensor, weight: Tensor, bias: Tensor, stride: int, crop: Sides, relu: bool) -> Tensor:
    full = F.conv_transpose2d(x, weight, bias, stride)
    top, bottom, left, right = crop
    out = full[..., top : full.shape[-2] - bottom, left : full.shape[-1] - right]
    return F.relu(out) if relu else out


def leaves(dtype: torch.dtype, shape: tuple[int, int, int, int] = (3, 4, 5, 6), outputs: int = 2) -> tuple[Tensor, ...]:
    draws = torch.Generator().manual_seed(3)
    tensors = (
        torch.randn(shape, generator=draws, dtype=dtype),
        torch.randn(shape[1], outputs, 3, 3, generator=draws, dtype=dtype),
        torch.randn(outputs, generator=draws, dtype=dtype),
    )
    return tuple(tensor.requires_grad_() for tensor in tensors)


@pytest.mark.parametrize(("stride", "crop", "relu"), list(itertools.product((1, 2), CROPS, (True, False))))
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_a_transposed_convolution_and_its_gradients_are_those_of_autograd(
    stride: int, crop: Sides, relu: bool, layout: torch.memory_format
) -> None:
    ours, theirs = leaves(torch.float64), leaves(torch.float64)
    x = ours[0].contiguous(memory_format=layout)
    out = transposed_conv(x, ours[1], ours[2], stride, crop, relu)
    expected = by_autograd(*theirs, stride, crop, relu)
    torch.testing.assert_close(out, expected, rtol=1e-9, atol=1e-9)
    grad = torch.randn(out.shape, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    out.backward(grad)
    expected.backward(grad)
    for own, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(own.grad, other.grad, rtol=1e-9, atol=1e-9)


def test_the_gradients_are_the_derivatives() -> None:
    x, weight, bias = leaves(torch.float64, (2, 2, 3, 3))
    assert torch.autograd.gradcheck(lambda *three: transposed_conv(*three, 2, (0, 1, 0, 1), False), (x, weight, bias))


def test_only_the_gradients_that_are_asked_for_are_computed() -> None:
    x, weight, bias = leaves(torch.float64)
    transposed_conv(x.detach(), weight, bias.detach(), 2, (0, 1, 0, 1), True).sum().backward()
    assert x.grad is None
    assert bias.grad is None
    assert weight.grad is not None


def test_under_autocast_activations_are_bfloat16_and_gradients_float32() -> None:
    ours, theirs = leaves(torch.float32, (8, 16, 7, 7), 8), leaves(torch.float32, (8, 16, 7, 7), 8)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = transposed_conv(*ours, 2, (0, 1, 0, 1), True)
    assert out.dtype == torch.bfloat16
    by_autograd(*theirs, 2, (0, 1, 0, 1), True).sum().backward()
    out.float().sum().backward()
    for own, other in zip(ours, theirs, strict=True):
        assert own.grad is not None
        assert own.grad.dtype == torch.float32
        # not one by one: a sum near zero may round to the other side of the relu
        assert (own.grad - other.grad).norm() < 0.03 * other.grad.norm()


def test_the_log_likelihood_and_its_gradient_are_those_of_the_cross_entropy() -> None:
    draws = torch.Generator().manual_seed(5)
    x = torch.rand(5, 1, 4, 4, generator=draws, dtype=torch.float64)
    logits = (20 * torch.randn(5, 1, 4, 4, generator=draws, dtype=torch.float64)).requires_grad_()
    ours = bernoulli_log_likelihood(logits, x)
    expected = -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(dim=1)
    torch.testing.assert_close(ours, expected, rtol=1e-9, atol=1e-9)
    weights = torch.randn(5, generator=draws, dtype=torch.float64)
    (grad,) = torch.autograd.grad(ours @ weights, logits)
    (wanted,) = torch.autograd.grad(
        -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(dim=1) @ weights, logits
    )
    torch.testing.assert_close(grad, wanted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("spread", [0.0, 1.0, 10.0])
@pytest.mark.parametrize("height", [8, 64, 65, 100, 127, MAX_SIDE, 150, 300])
def test_float32_is_as_exact_on_tall_images_as_on_others(height: int, spread: float) -> None:
    """A product of 128 sigmoids of 0 is denormal and of 150 is 0, whose log is infinite; so rows go in groups."""
    draws = torch.Generator().manual_seed(6)
    x = torch.rand(20, 1, height, 28, generator=draws)
    logits = (spread * torch.randn(x.shape, generator=draws)).requires_grad_()  # 0: every factor is 1/2
    wide = logits.detach().double().requires_grad_()
    exact = -F.binary_cross_entropy_with_logits(wide, x.double(), reduction="none").flatten(1).sum(dim=1)
    ours = bernoulli_log_likelihood(logits, x)
    torch.testing.assert_close(ours.double(), exact, rtol=1e-6, atol=1e-5)
    (grad,), (expected,) = torch.autograd.grad(ours.sum(), logits), torch.autograd.grad(exact.sum(), wide)
    torch.testing.assert_close(grad.double(), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_floats_which_could_not_hold_the_products_are_refused(dtype: torch.dtype) -> None:
    logits = torch.zeros(1, 1, 8, 8, dtype=dtype)
    with pytest.raises(InputError, match=r"model\.logits_type"):
        bernoulli_log_likelihood(logits, logits)


@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("stride", [1, 2])
def test_without_gradients_no_function_of_ours_is_run_and_the_result_is_the_same(
    stride: int, outputs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, weight, bias = leaves(torch.float32, outputs=outputs)
    trained = transposed_conv(x, weight, bias, stride, (0, 1, 1, 1), True)
    monkeypatch.delattr(fused, "_TransposedConv")
    with torch.no_grad():
        assert torch.equal(transposed_conv(x, weight, bias, stride, (0, 1, 1, 1), True), trained)


@pytest.mark.parametrize("logit", [1e4, -1e4])
def test_far_logits_stay_finite(logit: float) -> None:
    logits = torch.full((1, 1, 1, 1), logit, requires_grad=True)
    value = bernoulli_log_likelihood(logits, torch.full((1, 1, 1, 1), 0.5))
    value.sum().backward()
    assert value.item() == pytest.approx(-5e3)
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()
