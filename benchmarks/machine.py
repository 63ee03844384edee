"""What this machine allows: the products and convolutions of a training step alone, each at its best, done by torch.

Nothing else of a step is counted (activations, losses, the optimiser, Python), so no training in torch can be faster.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from models.architecture import layer_lists
from models.config import ModelConfig
from models.layers import Conv, ConvTranspose, Layer, Linear, Reshape

REPEATS, MIN_SECONDS = 3, 0.05
CONVOLUTION = torch.ops.aten.convolution
CONVOLUTION_BACKWARD = torch.ops.aten.convolution_backward
Product = tuple[int, Callable[[], Any]]  # multiplications and additions, and what does them


@dataclass(frozen=True)
class Limit:
    """Images/s if a step were its products alone, and the rate at which they are done."""

    images_per_second: float
    gflops: float


def limit(config: ModelConfig, batch: int, dtype: torch.dtype) -> Limit:
    """The limit of training a model, forward and backward, with the threads that torch has now."""
    flops = seconds = 0.0
    for part, latents in zip(layer_lists(config), (False, True), strict=True):
        shape: tuple[int, ...] = (config.latent_dim,) if latents else config.image
        for layer in part:
            x = _random((batch, *shape), dtype)
            shape = _shape_after(layer, shape)
            # the images need no gradient; the latents do
            for count, product in _products(layer, x, shape, needs_gradient=latents or x.shape[1:] != config.image):
                flops += count
                seconds += _best(product)
    return Limit(batch / seconds, flops / seconds / 1e9)


def _products(layer: Layer, x: Tensor, after: tuple[int, ...], needs_gradient: bool) -> Iterator[Product]:
    match layer:
        case Linear():
            x = x.flatten(1)
            weight, grad = _random((layer.outputs, layer.inputs), x.dtype), _random((len(x), layer.outputs), x.dtype)
            flops = 2 * len(x) * weight.numel()
            yield flops, partial(torch.mm, x, weight.t())
            yield flops, partial(torch.mm, grad.t(), x)
            if needs_gradient:
                yield flops, partial(torch.mm, grad, weight)
        case Conv() | ConvTranspose():
            transposed = isinstance(layer, ConvTranspose)
            ends = (layer.inputs, layer.outputs) if transposed else (layer.outputs, layer.inputs)
            weight = _random((*ends, layer.kernel, layer.kernel), x.dtype)
            stride, pad = [layer.stride] * 2, [max(layer.pad) if isinstance(layer, Conv) else 0] * 2
            how = (stride, pad, [1, 1], transposed, [0, 0], 1)
            out = CONVOLUTION(x, weight, None, *how)
            grad = _random(tuple(out.shape), x.dtype)
            # each number of the smaller image meets the whole kernel
            places = x.shape[2] * x.shape[3] if transposed else after[1] * after[2]
            flops = 2 * len(x) * places * weight.numel()
            yield flops, partial(CONVOLUTION, x, weight, None, *how)
            yield (
                flops * (2 if needs_gradient else 1),
                partial(CONVOLUTION_BACKWARD, grad, x, weight, None, *how, [needs_gradient, True, False]),
            )
        case _:
            return


def _shape_after(layer: Layer, shape: tuple[int, ...]) -> tuple[int, ...]:
    match layer:
        case Linear():
            return (layer.outputs,)
        case Reshape():
            return layer.shape
        case Conv():
            top, bottom, left, right = layer.pad
            height, width = shape[1] + top + bottom, shape[2] + left + right
            return (layer.outputs, *((side - layer.kernel) // layer.stride + 1 for side in (height, width)))
        case ConvTranspose():
            top, bottom, left, right = layer.crop
            height, width = ((side - 1) * layer.stride + layer.kernel for side in shape[1:])
            return (layer.outputs, height - top - bottom, width - left - right)
        case _:
            return shape


def _random(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    layout = torch.channels_last if len(shape) == 4 else torch.contiguous_format
    return torch.randn(shape, dtype=dtype).contiguous(memory_format=layout)


@torch.no_grad()
def _best(product: Callable[[], Any]) -> float:
    """Seconds of one, the least of a few runs of many."""
    product()
    began = time.perf_counter()
    product()
    count = max(1, int(MIN_SECONDS / max(time.perf_counter() - began, 1e-6)))
    best = float("inf")
    for _ in range(REPEATS):
        began = time.perf_counter()
        for _ in range(count):
            product()
        best = min(best, (time.perf_counter() - began) / count)
    return best
