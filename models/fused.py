"""Two steps of a network with gradients of their own, exact and cheaper than what autograd puts together.

Tested against autograd to 1e-6 in float64. Knows tensors only.
"""

import itertools
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from models.errors import require
from models.layers import Sides

PRODUCT_ROWS = 64  # factors of at least 1/2: the product is at least 2^-64, and float32 is exact down to 2^-126


class _TransposedConv(torch.autograd.Function):
    """Autograd's own path costs three copies of the largest activation: the cut, the bias, the relu, and their way
    back; and oneDNN's bias gradient costs more than that of the weight. One pass each here: x1.4 on the R post's
    network in float32, x4.4 in bfloat16 (measured, one core).
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, stride: int, crop: Sides, relu: bool) -> Tensor:
        dtype = torch.get_autocast_dtype(x.device.type) if torch.is_autocast_enabled(x.device.type) else x.dtype
        x, kernel = x.to(dtype), weight.to(dtype)
        with torch.autocast(x.device.type, enabled=False):
            full, out = _transposed(x, kernel, bias, stride, crop, relu)
        ctx.save_for_backward(x, kernel, out if relu else None)
        ctx.stride, ctx.crop, ctx.full = stride, crop, full.shape
        ctx.dtypes = (weight.dtype, bias.dtype)
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (grad,) = grads
        x, kernel, out = ctx.saved_tensors
        layout = torch.channels_last if x.is_contiguous(memory_format=torch.channels_last) else torch.contiguous_format
        full = torch.empty(ctx.full, dtype=x.dtype, device=x.device, memory_format=layout)
        inner = _cut(full, ctx.crop)
        _clear_edge(full, ctx.crop)
        grad = grad.to(x.dtype)
        if out is None:
            inner.copy_(grad)
        else:
            torch.ops.aten.threshold_backward.grad_input(grad, out, 0, grad_input=inner)
        need_x, need_weight, need_bias, *_ = ctx.needs_input_grad
        stride = [ctx.stride, ctx.stride]
        backward = torch.ops.aten.convolution_backward
        grad_x, grad_weight, _ = backward(
            full, x, kernel, None, stride, [0, 0], [1, 1], True, [0, 0], 1, [need_x, need_weight, False]
        )
        # its edge is zero; summed in float32 all the same, and rounded like the weights' gradient
        grad_bias = full.sum((0, 2, 3)).to(ctx.dtypes[1]) if need_bias else None
        return grad_x, None if grad_weight is None else grad_weight.to(ctx.dtypes[0]), grad_bias, None, None, None


def transposed_conv(
    x: Float[Tensor, "batch inputs height width"], weight: Float[Tensor, "inputs outputs kernel kernel"],
    bias: Float[Tensor, " outputs"], stride: int, crop: Sides, relu: bool,
) -> Float[Tensor, "batch outputs tall wide"]:  # fmt: skip
    """Transposed convolution, `crop` = (top, bottom, left, right) pixels cut off, then relu if asked for."""
    if not torch.is_grad_enabled() and not torch.is_autocast_enabled(x.device.type):
        return _transposed(x, weight, bias, stride, crop, relu)[1]
    out: Tensor = _TransposedConv.apply(x, weight, bias, stride, crop, relu)
    return out


class _Gated(torch.autograd.Function):
    """Two products forward and three back; autograd's own path passes over the activations twice as often. Factors are
    computed in float32, also where the activations are bfloat16: a gate may differ from 1 by less than bfloat16 can.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, log: Tensor) -> Tensor:
        factors = torch.addcmul(1 + bias, log[:, None], weight)
        ctx.save_for_backward(x, factors, log)
        return (x * factors).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        x, factors, log = ctx.saved_tensors
        of_factors = grads[0].to(factors.dtype) * x
        of_bias = of_factors.sum(dim=0)
        of_weight = of_bias * log if len(log) == 1 else log @ of_factors
        return (grads[0] * factors).to(x.dtype), of_weight, of_bias, None


def gated(
    x: Float[Tensor, "batch units"], weight: Float[Tensor, " units"], bias: Float[Tensor, " units"],
    log: Float[Tensor, " rows"] | None,
) -> Float[Tensor, "batch units"]:  # fmt: skip
    """x (1 + bias + weight log), in x's type. `log`: one number an example or one for all, None for 0."""
    with torch.autocast(x.device.type, enabled=False):
        if log is None:
            return torch.as_tensor((x * (1 + bias)).to(x.dtype))
        out: Tensor = _Gated.apply(x, weight, bias, log)
        return out


class _BernoulliLogLikelihood(torch.autograd.Function):
    """The gradient is x - sigmoid(logits): no sum per pixel is kept."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, x: Tensor) -> Tensor:
        ctx.save_for_backward(logits, x)
        # log(1 + e^l) = max(l, 0) - log sigmoid(|l|). torch's log1p is not vectorised and its log is slow, so that of a
        # product of many rows is taken once: half the time of this step, and as exact (1e-7 of the sum)
        out = (x * logits).sub_(logits.clamp(min=0)).flatten(1).sum(dim=1)
        for rows in torch.split(logits.abs().sigmoid_(), PRODUCT_ROWS, dim=-2):
            out += rows.prod(dim=-2).log_().flatten(1).sum(dim=1)
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        logits, x = ctx.saved_tensors
        return (x - torch.sigmoid(logits)) * grads[0].view(-1, *[1] * (x.dim() - 1)), None


def bernoulli_log_likelihood(
    logits: Float[Tensor, "batch channel height width"], x: Float[Tensor, "batch channel height width"]
) -> Float[Tensor, " batch"]:
    """sum of x log p + (1 - x) log(1 - p) over the pixels, p = sigmoid(logits), nats; no gradient to `x`.

    Images of any size. Raises InputError for half floats, which can't hold a product of so many sigmoids.
    """
    require(
        logits.dtype in (torch.float32, torch.float64), "model.logits_type", rows=PRODUCT_ROWS, got=str(logits.dtype)
    )
    out: Tensor = _BernoulliLogLikelihood.apply(logits, x)
    return out


def _transposed(x: Tensor, kernel: Tensor, bias: Tensor, stride: int, crop: Sides, relu: bool) -> tuple[Tensor, Tensor]:
    """Before the cut, and the result."""
    if stride == 1 and kernel.shape[1] == 1 and x.device.type == "cpu":
        full = _one_map(x, kernel)
    else:
        full = F.conv_transpose2d(x, kernel, None, stride)
    out = _cut(full, crop) + bias.to(full.dtype).view(1, -1, 1, 1)
    return full, out.relu_() if relu else out


def _one_map(x: Tensor, kernel: Tensor) -> Tensor:
    """A transposed convolution with stride 1 to one map, uncut: one product for all taps, then their shifted sum.

    oneDNN is slow where there is a single output map: x5 on that layer (measured, one core).
    """
    images, inputs, height, width = x.shape
    rows, columns = kernel.shape[2:]
    pixels = x.permute(0, 2, 3, 1).reshape(-1, inputs)  # no copy where x is channels_last
    taps = torch.mm(kernel.reshape(inputs, -1).t(), pixels.t()).view(rows, columns, images, height, width)
    dtype = torch.float32 if x.dtype == torch.bfloat16 else x.dtype
    full = torch.zeros(images, height + rows - 1, width + columns - 1, dtype=dtype, device=x.device)
    for row, column in itertools.product(range(rows), range(columns)):
        full[:, row : row + height, column : column + width] += taps[row, column]
    return full[:, None]


def _cut(x: Tensor, crop: Sides) -> Tensor:
    top, bottom, left, right = crop
    return x[..., top : x.shape[-2] - bottom, left : x.shape[-1] - right]


def _clear_edge(x: Tensor, crop: Sides) -> None:
    top, bottom, left, right = crop
    height, width = x.shape[-2:]
    for edge in (x[..., :top, :], x[..., height - bottom :, :], x[..., :left], x[..., width - right :]):
        edge.zero_()
