"""A table of weights in safetensors, of which nobody says how they belong together: a guess from names and shapes.

The guess puts every linear map, convolution and normalisation of the table on one way from the image to the code and
from the code to the image, in the order of their names where that fits. What weights do not show is assumed: one
activation between layers, none at the code, a sigmoid at the end; where a convolution's stride and rim can be several,
the most usual that leads on. It is shown before it is used. Knows tensors and layers; runs nothing.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from exports.foreign.parts import Array, Foreign, Part, Step
from models.errors import InputError, require
from models.layers import Activation, Conv, ConvTranspose, JoinCondition, Linear, Reshape
from models.tensors import read_header, read_tensors

TYPES = ("F16", "BF16", "F32", "F64", "I64")
NORM = {"running_mean", "running_var"}
KNOWN = {"weight", "bias", "num_batches_tracked", *NORM}
EPSILON = 1e-5  # of a normalisation, as PyTorch has it unless told otherwise
MOST_MODULES, MOST_TRIES = 64, 2_000
SECOND = re.compile(r"var|sigma|std|scale", re.IGNORECASE)  # what the second head is called
Image = tuple[int, int, int]
Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Module:
    """What has one name in the table: weights, with a normalisation behind them if there is one."""

    name: str
    weight: Array
    bias: Array | None
    norm: tuple[Array, Array] | None = None  # times, plus

    def gives(self, outputs: int) -> bool:
        """Whether all of it is of a layer with so many outputs."""
        sizes = [part.size for part in (self.bias, *(self.norm or ())) if part is not None]
        return all(size == outputs for size in sizes)

    def step(self, layer: Linear | Conv | ConvTranspose) -> Step:
        """As this layer."""
        bias = np.zeros(layer.outputs, np.float32) if self.bias is None else self.bias
        plain = Step(layer, {"weight": self.weight, "bias": bias})
        found = plain if self.norm is None else plain.scaled(*self.norm)
        assert found is not None
        return found


@dataclass(frozen=True)
class Placed:
    """A layer of the guess: of which module it is, "" of none, and the shape that it gives."""

    name: str
    step: Step
    shape: Shape


@dataclass(frozen=True)
class Way:
    """How far the guess has come. `halves`: how many numbers the code has for each latent; `flat`: height and width
    where the encoder's image became a vector.
    """

    shape: Shape
    left: tuple[Module, ...]
    encoder: tuple[Placed, ...] = ()
    decoder: tuple[Placed, ...] = ()
    latents: int = 0
    halves: int = 0
    flat: Shape = ()

    def then(self, *placed: Placed, without: tuple[Module, ...] = ()) -> "Way":
        """With more layers in the part that is being built, and these modules used."""
        left = tuple(module for module in self.left if module not in without)
        shape = placed[-1].shape
        if self.latents:
            return replace(self, shape=shape, left=left, decoder=(*self.decoder, *placed))
        return replace(self, shape=shape, left=left, encoder=(*self.encoder, *placed))


@dataclass(frozen=True)
class Guess:
    """The model as it is guessed, and each of its layers for who is asked whether it is right."""

    foreign: Foreign
    encoder: tuple[Placed, ...]
    decoder: tuple[Placed, ...]


def guess(content: bytes, image: Image, classes: int, activation: str, source: str) -> Guess:
    """The most usual model that these weights can be, of such images with so many classes. Raises InputError that names
    a tensor which has no place in it.
    """
    modules = _modules(_tensors(content, source), source)
    search = _Search(image, classes, activation)
    found = next(search.ways(Way(image, modules)), None)
    if found is None:
        furthest = search.furthest.left or modules
        raise InputError("import.no_guess", source=source, name=furthest[0].name, image=list(image))
    told = any(isinstance(placed.step.layer, JoinCondition) for placed in found.decoder)
    encoder, decoder = (
        Part(tuple(placed.step for placed in part), classes * told) for part in (found.encoder, found.decoder)
    )
    return Guess(Foreign(encoder, decoder, found.latents, found.halves == 2), found.encoder, found.decoder)


def layers_text(found: Guess) -> str:
    """The layers of a guess, one a line: what it is, of which weights, and the shape that it gives."""
    lines = []
    for part, layers in (("encoder", found.encoder), ("decoder", found.decoder)):
        lines.append(f"{part}:")
        for placed in layers:
            values = asdict(placed.step.layer)
            said = ", ".join(f"{name} {values[name]}" for name in ("kernel", "stride", "pad", "crop") if name in values)
            shape = "x".join(map(str, placed.shape))
            lines.append(f"  {values['op']:<15} {shape:<12} {placed.name:<24} {said}".rstrip())
    return "\n".join([*lines, "  sigmoid"])


class _Search:
    """Every way through the modules, the most usual first, within `MOST_TRIES` steps."""

    def __init__(self, image: Image, classes: int, activation: str) -> None:
        self.image, self.classes = image, classes
        self.act = Activation(activation, 0.01 if activation == "leaky_relu" else 0.0)
        self.tries, self.furthest = 0, Way(image, ())

    def ways(self, way: Way) -> Iterator[Way]:
        """Those that use every module and end in an image."""
        self.tries += 1
        if self.tries > MOST_TRIES:
            return
        if self.tries == 1 or len(way.left) < len(self.furthest.left):
            self.furthest = way
        if not way.left:
            if way.latents and math.prod(way.shape) == math.prod(self.image):
                yield way if way.shape == self.image else way.then(_reshape(self.image))
            return
        for longer in self._longer(way):
            yield from self.ways(longer)

    def _longer(self, way: Way) -> Iterator[Way]:
        if way.latents == 0:
            yield from self._codes(way)
        for module in way.left:
            if _belongs(module, "decoder" if way.latents else "encoder"):
                yield from self._placed(way, module)

    def _placed(self, way: Way, module: Module) -> Iterator[Way]:
        if module.weight.ndim == 2:
            if not module.gives(len(module.weight)):
                return
            for begun in self._vectors(way, module.weight.shape[1]):
                yield self._behind(begun, module, Linear(*module.weight.shape[::-1]), (len(module.weight),))
            return
        for begun in self._images(way, module):
            _, height, width = begun.shape
            for layer, high, wide in _windows(module.weight, begun.shape[0], height, width, bool(way.latents)):
                if module.gives(layer.outputs):
                    yield self._behind(begun, module, layer, (layer.outputs, high, wide))

    def _behind(self, way: Way, module: Module, layer: Linear | Conv | ConvTranspose, shape: Shape) -> Way:
        """The module, and an activation unless it is the last."""
        last = bool(way.latents) and len(way.left) == 1
        placed = [
            Placed(module.name, module.step(layer), shape),
            *([] if last else [Placed("", Step(self.act), shape)]),
        ]
        return way.then(*placed, without=(module,))

    def _vectors(self, way: Way, inputs: int) -> Iterator[Way]:
        """The way as a vector of so many numbers: as it is, made flat, or with the label behind it."""
        size = math.prod(way.shape)
        flat = way if len(way.shape) == 1 else replace(way.then(_reshape((size,))), flat=way.shape[1:])
        if inputs == size:
            yield flat
        started = way.decoder if way.latents else way.encoder
        if self.classes and inputs == size + self.classes and not started:
            yield flat.then(Placed("", Step(JoinCondition(self.classes)), (inputs,)))

    def _images(self, way: Way, module: Module) -> Iterator[Way]:
        """The way as an image that a convolution can take; a vector becomes one as the encoder's image became flat, or
        a square.
        """
        if len(way.shape) == 3:
            yield way
        elif way.latents:
            channels = module.weight.shape[0]
            side = math.isqrt(way.shape[0] // channels)
            for high, wide in dict.fromkeys([way.flat or (side, side), (side, side)]):
                if channels * high * wide == way.shape[0]:
                    yield way.then(_reshape((channels, high, wide)))

    def _codes(self, way: Way) -> Iterator[Way]:
        """The end of an encoder: two linear maps of one size, or one that is split, or one without variances."""
        linear = [
            one for one in way.left if one.weight.ndim == 2 and one.gives(len(one.weight)) and _belongs(one, "encoder")
        ]
        for place, one in enumerate(linear):
            for begun in self._vectors(way, one.weight.shape[1]):
                others = [two for two in linear[place + 1 :] if two.weight.shape == one.weight.shape]
                for two in others:
                    yield _coded(begun, *sorted((one, two), key=lambda head: bool(SECOND.search(head.name))))
                if len(one.weight) % 2 == 0:
                    yield _coded(begun, one, halves=2)
                yield _coded(begun, one)


def _coded(way: Way, *heads: Module, halves: int = 1) -> Way:
    outputs, inputs = heads[0].weight.shape
    steps = [head.step(Linear(inputs, outputs)) for head in heads]
    numbers = {name: np.concatenate([step.numbers[name] for step in steps]) for name in ("weight", "bias")}
    size = outputs * len(heads)
    name = " + ".join(head.name for head in heads)
    code = way.then(Placed(name, Step(Linear(inputs, size), numbers), (size,)), without=heads)
    halves *= len(heads)
    return replace(code, shape=(size // halves,), latents=size // halves, halves=halves)


def _windows(
    weight: Array, channels: int, height: int, width: int, decodes: bool
) -> Iterator[tuple[Conv | ConvTranspose, int, int]]:
    """A convolution with the usual strides and rims, the most usual first, and the size that it leaves."""
    kernel = weight.shape[2]
    rims = [(2, (kernel - 1) // 2), (2, 0), (1, kernel // 2), (1, 0)]
    if decodes and weight.shape[0] == channels:
        for stride, rim in rims:
            for more in (1, 0) if stride == 2 and kernel % 2 and rim else (0,):
                high, wide = ((side - 1) * stride + kernel - 2 * rim + more for side in (height, width))
                if min(high, wide) >= 1:
                    crop = (rim, rim - more, rim, rim - more)
                    yield ConvTranspose(channels, weight.shape[1], kernel, stride, crop), high, wide
    if weight.shape[1] == channels:
        for stride, rim in rims[2:] if decodes else rims:
            high, wide = ((side + 2 * rim - kernel) // stride + 1 for side in (height, width))
            if min(high, wide) >= 1:
                yield Conv(channels, weight.shape[0], kernel, stride, (rim,) * 4), high, wide


def _reshape(shape: Shape) -> Placed:
    return Placed("", Step(Reshape(shape)), shape)


def _belongs(module: Module, part: str) -> bool:
    """Whether its name does not say that it is of the other part."""
    other = "dec" if part == "encoder" else "enc"
    return not any(word.startswith(other) for word in re.split(r"[^a-z]+", module.name.lower()))


def _tensors(content: bytes, source: str) -> dict[str, Array]:
    """All tensors by their names, as the header has them."""
    header = read_header(content, source)
    shapes: dict[str, tuple[int, ...]] = {}
    for name, entry in header.items():
        shape = entry.get("shape") if isinstance(entry, dict) else None
        whole = isinstance(shape, list) and all(isinstance(side, int) and side >= 0 for side in shape)
        require(whole, "tensors.entry", source=source, name=name[:60])
        shapes[name] = tuple(shape or ())
    found = read_tensors(content, shapes, TYPES, source)
    return {name: tensor.astype(np.float32) for name, tensor in found.items()}


def _modules(tensors: Mapping[str, Array], source: str) -> tuple[Module, ...]:
    """What the table holds in the order of the names, each normalisation folded into what it stands behind."""
    named: dict[str, dict[str, Array]] = {}
    for name in sorted(tensors, key=_in_order):
        module, _, kind = name.rpartition(".")
        require(kind in KNOWN, "import.unknown_tensor", source=source, name=name[:60])
        named.setdefault(module, {})[kind] = tensors[name]
    require(len(named) <= MOST_MODULES, "import.too_many_modules", source=source, most=MOST_MODULES, got=len(named))
    modules: list[Module] = []
    norms: dict[str, tuple[Array, Array]] = {}
    for name, numbers in named.items():
        if set(numbers) >= NORM:
            norms[name] = _norm(name, numbers, source)
        else:
            modules.append(_module(name, numbers, source))
    for name, norm in norms.items():
        place = _normalised(name, norm, modules, list(named))
        require(place is not None, "import.unknown_tensor", source=source, name=f"{name}.running_mean"[:60])
        assert place is not None
        modules[place] = replace(modules[place], norm=norm)
    require(bool(modules), "import.no_modules", source=source)
    return tuple(modules)


def _module(name: str, numbers: Mapping[str, Array], source: str) -> Module:
    weight = numbers.get("weight")
    shape = () if weight is None else weight.shape
    square = len(shape) == 2 or (len(shape) == 4 and shape[2] == shape[3])
    if weight is None or not square or not weight.size:
        raise InputError("import.unknown_tensor", source=source, name=f"{name}.{next(iter(numbers))}"[:60])
    bias = numbers.get("bias")
    outputs = shape[:1] if len(shape) == 2 else shape[:2]  # a transposed convolution has them second
    fits = bias is None or (bias.ndim == 1 and len(bias) in outputs)
    require(fits, "import.unknown_tensor", source=source, name=f"{name}.bias"[:60])
    return Module(name, weight, bias)


def _norm(name: str, numbers: Mapping[str, Array], source: str) -> tuple[Array, Array]:
    """What it multiplies by, and what it adds, when nothing is learnt any more."""
    shapes = {part.shape for kind, part in numbers.items() if kind != "num_batches_tracked"}
    require(len(shapes) == 1, "import.unknown_tensor", source=source, name=f"{name}.running_mean"[:60])
    mean, variance = numbers["running_mean"], numbers["running_var"]
    gain = numbers.get("weight", np.ones_like(mean)) / np.sqrt(np.maximum(variance, 0) + EPSILON)
    return gain, numbers.get("bias", np.zeros_like(mean)) - mean * gain


def _normalised(name: str, norm: tuple[Array, Array], modules: list[Module], names: list[str]) -> int | None:
    """The place of the module that a normalisation stands behind: the one before it, or that of the same numbers."""
    free = [
        place for place, one in enumerate(modules) if one.norm is None and norm[0].size in one.weight.shape[:2]
    ]  # fmt: skip
    before = names[names.index(name) - 1] if names.index(name) else ""
    numbers = re.findall(r"\d+", name)
    for fits in (lambda other: other == before, lambda other: re.findall(r"\d+", other) == numbers):
        for place in free:
            if fits(modules[place].name):
                return place
    return None


def _in_order(name: str) -> list[Any]:
    """Names with numbers in them in the order of the numbers."""
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in re.split(r"(\d+)", name)]
