"""Copy as Python: at most 30 lines that print one image's numbers from the files of a checkpoint, without this package.

They need torch and safetensors. What the page knows alone is left to it as `<<NAME>>`: the image, its class, the draws.
Knows the record of a run, layer lists and a program's loss; knows no page.
"""

import math
from collections.abc import Sequence

from live.numbers.terms import TERMS
from models.aims import KERNEL_WIDTHS
from models.architecture import MAX_LOG_VAR, layer_lists
from models.layers import (
    Activation,
    ConditionChannel,
    Conv,
    ConvTranspose,
    Gate,
    JoinCondition,
    Layer,
    Linear,
    OneOfRows,
    Reshape,
)
from models.run import Run, TrainingConfig
from published.programs import program_of

MOST_LINES, MOST_CODES = 30, 128
# base64 of bytes and of float32; a class; the place of the image in the test set, -1 for a drawing
IMAGE, DRAWS, PRIOR, LABEL, INDEX = "<<IMAGE>>", "<<DRAWS>>", "<<PRIOR>>", "<<LABEL>>", "<<INDEX>>"
PLACE = "<<PLACE>>"  # of a kept epoch
_HERE = "W.get(f'{part}.{n}.weight'), W.get(f'{part}.{n}.bias')"


def batch_of(training: TrainingConfig, test_count: int) -> int:
    """How many codes the MMD is taken over: those of a batch, at most 128 and no more than there are."""
    return min(training.batch_size, MOST_CODES, test_count)


def snippet(run: Run, epoch: str | None = None) -> str:
    """The program; `epoch`: the place of a kept epoch, as text, whose weights it reads. Ends without a newline.

    An objective without a row of terms, or with a learnt prior, prints its parts only.
    """
    row = () if run.model.learns_prior else TERMS.get(run.training.objective, ())
    terms = [term.name for term in row]
    encoder, decoder = layer_lists(run.model)
    lines = [*_opening(run, epoch), *_run(encoder + decoder), *_image(run), *_codes(run, encoder)]
    lines += _likelihood(run, decoder)
    if "mmd" in terms:
        lines += _mmd(run, epoch)
    return "\n".join([*lines, *_printing(run, terms)])


def _opening(run: Run, epoch: str | None) -> list[str]:
    name = run.run_id
    read = (
        f"read = lambda file: zipfile.ZipFile(path).read('{name}/' + file) if path.endswith('.zip') "
        "else open(path + '/' + file, 'rb').read()"
    )
    weights = "W = {n: w.double() for n, w in safetensors.torch.load(read('weights.safetensors')).items()}"
    if epoch is not None:
        read += f"  # the kept epoch no. {epoch} of its film"
        weights = (
            f"W = {{n[8:]: w[{epoch}].double() for n, w in "
            "safetensors.torch.load(read('epochs.safetensors')).items() if n[:8] == 'weights.'}"
        )
    return [
        "import base64, math, sys, zipfile, safetensors.torch, torch, torch.nn.functional as F",
        f"path = (sys.argv + ['{name}.zip'])[1]  # the downloaded model, or its folder",
        read,
        weights,
        "numbers = lambda text, kind: torch.frombuffer(bytearray(base64.b64decode(text)), dtype=kind).double()",
    ]


_OPS: dict[type, tuple[str, str]] = {
    Linear: ("linear", "h = F.linear(h, w, b)"),
    Reshape: ("reshape", "h = h.reshape(-1, *a)"),
    Conv: ("conv", "h = F.conv2d(F.pad(h, a[1:]), w, b, a[0])"),
    ConvTranspose: ("conv_transpose", "h = F.pad(F.conv_transpose2d(h, w, b, a[0]), a[1:])"),
    Gate: ("gate", "h = h * (1 + b)  # a dial where nobody turns it"),
    JoinCondition: ("join", "h = torch.cat([h, y.expand(len(h), -1)], 1)"),
    OneOfRows: ("one_of_rows", "h = h.log_softmax(2); h = h - (-h.expm1()).log()  # log p - log(1 - p)"),
    ConditionChannel: ("channel", "h = torch.cat([h, F.linear(y, w, b).reshape(-1, 1, *a)], 1)"),
}


def _run(layers: Sequence[Layer]) -> list[str]:
    """The function that runs a layer list, with the operations that these layers need."""
    kinds = {type(layer) for layer in layers}
    branches = [f"{op!r}: {line}" for kind, (op, line) in _OPS.items() if kind in kinds]
    return [
        "def run(part, h, *layers):",
        "    for n, (op, *a) in enumerate(layers):",
        f"        w, b = {_HERE}",
        *(f"        {'if' if i == 0 else 'elif'} op == {branch}" for i, branch in enumerate(branches)),
        "        else: h = getattr(F, op)(h, *a)",
        "    return h",
    ]


def _listed(layers: Sequence[Layer]) -> str:
    return ", ".join(_written(layer) for layer in layers)


def _written(layer: Layer) -> str:
    """One layer as the program's `run` reads it: pads are left, right, top, bottom, and a cut is a negative pad."""
    op = layer.op if isinstance(layer, Activation) else _OPS[type(layer)][0]
    match layer:
        case Conv(stride=stride, pad=(top, bottom, left, right)):
            more: tuple[float, ...] = (stride, left, right, top, bottom)
        case ConvTranspose(stride=stride, crop=(top, bottom, left, right)):
            more = (stride, -left, -right, -top, -bottom)
        case Reshape(shape=shape):
            more = shape
        case ConditionChannel(height=height, width=width):
            more = (height, width)
        case Activation(slope=slope):
            more = (slope,) if slope else ()
        case _:
            more = ()
    return repr((op, *more))


def _image(run: Run) -> list[str]:
    shape = ", ".join(map(str, run.model.image))
    told = [f"y = F.one_hot(torch.tensor([{LABEL}]), {run.model.class_count}).double()"]
    return [
        f"x = numbers('{IMAGE}', torch.uint8).reshape(1, {shape}) / 255",
        *(told if run.model.conditional else []),
    ]


def _codes(run: Run, encoder: Sequence[Layer]) -> list[str]:
    out = f"run('encoder', x, {_listed(encoder)})"
    if not run.model.stochastic:
        return [f"z = {out}"]
    return [
        f"mu, log_var = {out}.chunk(2, 1)",
        f"eps = numbers('{DRAWS}', torch.float32).reshape(-1, {run.model.latent_dim})",
        f"z, kl = mu + (log_var.clamp_(max={MAX_LOG_VAR}) / 2).exp() * eps, "
        "0.5 * (mu**2 + log_var.expm1() - log_var)[0]",
    ]


def _likelihood(run: Run, decoder: Sequence[Layer]) -> list[str]:
    """log p(x|z) of each draw: summed over the pixels."""
    weights = run.training.weights
    logits = f"logits = run('decoder', z, {_listed(decoder)})"
    if weights.likelihood == "bernoulli":
        return [logits, "log_px = (x * logits - F.softplus(logits, threshold=50)).flatten(1).sum(1)"]
    if weights.likelihood == "categorical":
        return [logits, "log_px = (x * F.logsigmoid(logits)).flatten(1).sum(1)  # of each column one row is on"]
    std = f"{weights.pixel_std!r}"
    return [
        logits,
        f"log_px = -(((x - logits.sigmoid()) / {std})**2 / 2 + math.log({std} * math.sqrt(2 * math.pi)))"
        ".flatten(1).sum(1)",
    ]


def _mmd(run: Run, epoch: str | None) -> list[str]:
    others = batch_of(run.training, run.data.test_count) - 1
    kept = "read('latents.safetensors'))['mu']" if epoch is None else f"read('epochs.safetensors'))['mu'][{epoch}]"
    first = f"[i for i in range({others + 1}) if i != {INDEX}][:{others}]"
    scale = KERNEL_WIDTHS[run.training.weights.bandwidth](run.model.latent_dim)
    return [
        f"codes = torch.cat([z[:1], safetensors.torch.load({kept}[{first}].double()])  # and the first others",
        f"prior = numbers('{PRIOR}', torch.float32).reshape(-1, {run.model.latent_dim})",
        f"k = lambda a, b: (-(a[:, None] - b).square().sum(2) / {scale!r}).exp().mean()",
        "mmd = k(z[:1], codes) - 2 * k(z[:1], prior) + k(prior, prior)",
    ]


_TERM = {
    "log_likelihood": "log_px[0]",
    "kl": "kl.sum()",
    "kl_draw": "kl_draw",
    "kl_off_capacity": "abs(kl.sum() - {capacity!r})",
    "mmd": "mmd",
}


def _printing(run: Run, terms: list[str]) -> list[str]:
    weights, lines = run.training.weights, []
    if "kl_draw" in terms:
        lines.append("kl_draw = 0.5 * (z[0]**2 - eps[0]**2 - log_var[0]).sum()  # log q(z|x) - log p(z)")
    lines.append("print('log p(x|z) of each draw:', *log_px.tolist())")
    if run.model.stochastic and not run.model.learns_prior:
        lines.append("print('KL of each dimension:', *kl.tolist())")
    if not terms:
        return lines
    signed = [
        f"{'-' if term.sign < 0 else '+'} {f'{getattr(weights, term.weight)!r} * ' if term.weight else ''}"
        + _TERM[term.name].format(capacity=weights.capacity)
        for term in TERMS[run.training.objective]
    ]
    value = " ".join(signed).removeprefix("+ ")
    program = program_of(run)
    if program is None or not program.form:
        return [*lines, f"print('objective:', float({value}))"]
    loss = f"{-program.scale!r} * (objective + {program.dropped(math.prod(run.model.image))!r})"
    return [*lines, f"objective = float({value})", f"print('objective:', objective, 'its script prints:', {loss})"]
