"""Renews training.json from torch: `python -m tests.cases.training`.

The table of cases for what the browser's trainer (live/trainer/) does as torch does it; tests/training/test_page_cases.py
holds Python to it, tests/js/trainer.test.mjs the trainer. Weights, images and noise are not in the table: both sides draw
them from the generator of live/engine/random.js, seeded with the case's `seed`, in this order: the encoder's weights, the
decoder's, the images, the labels, the noise of the codes, the draws from the prior.

    gradients    encoder, decoder: layer lists as the browser reads them; rule; count: images; terms; gradients: of minus
                 the objective, of all weights of the encoder and of the decoder, computed in double precision
    curves       the same, with steps, settings, and minus the objective at each step
    networks     model: a record as run.json has it; conditional; encoder, decoder: the layer lists that it means
"""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models import strict_json
from models.aims import Weights
from models.architecture import MAX_LOG_VAR, layer_lists
from models.config import ModelConfig
from models.layer_modules import Layers
from models.layers import (
    Activation,
    ConditionChannel,
    Conv,
    ConvTranspose,
    JoinCondition,
    Layer,
    Linear,
    Reshape,
    layer_to_json,
)
from models.objectives import OBJECTIVES, Pass, Terms
from models.posterior import Posterior
from models.run import TrainingConfig
from training.schedules import learning_rate

FILE = Path(__file__).with_name("training.json")
Case = dict[str, Any]
Uniform = Callable[[], float]
WORD = 2**32


def seeded(seed: int) -> Uniform:
    """Uniform numbers in [0, 1), as live/engine/random.js draws them (mulberry32)."""

    def draws() -> Iterator[float]:
        state = seed % WORD
        while True:
            state = (state + 0x6D2B79F5) % WORD
            t = (state ^ (state >> 15)) * (state | 1) % WORD
            t ^= (t + (t ^ (t >> 7)) * (t | 61)) % WORD
            yield ((t ^ (t >> 14)) % WORD) / WORD

    return draws().__next__


def gaussian(uniform: Uniform) -> float:
    """One draw from N(0, 1), likewise."""
    return math.sqrt(-2 * math.log(1 - uniform())) * math.cos(2 * math.pi * uniform())


def _drawn(draw: Uniform, *shape: int) -> Tensor:
    values = [draw() for _ in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float32).double().reshape(shape)


class Trained:
    """A case's networks and its images and noise, in double precision."""

    def __init__(self, case: Case) -> None:
        uniform = seeded(case["seed"])
        self.parts = [_built(case[name]["layers"], uniform) for name in ("encoder", "decoder")]
        count, latent = case["count"], case["encoder"]["latent_dim"]
        self.rule = case["rule"]
        self.stochastic = case["encoder"]["stochastic"]
        self.x = _drawn(uniform, count, *case["encoder"]["image"])
        classes = case["encoder"]["classes"]
        self.y = (_drawn(uniform, count) * classes).long() if classes else None
        self.noise = uniform
        self.latent = latent

    def parameters(self) -> list[torch.nn.Parameter]:
        """All weights."""
        return [weight for part in self.parts for weight in part.parameters()]

    def terms(self, chosen: Tensor) -> Terms:
        """Of some of its images, with the next noise."""
        x, y = self.x[chosen], None if self.y is None else self.y[chosen]
        eps, prior = (_drawn(lambda: gaussian(self.noise), len(x), self.latent) for _ in range(2))
        out = self.parts[0](x, y)
        posterior = Posterior(out)
        if self.stochastic:
            mu, log_var = out.chunk(2, dim=1)
            posterior = Posterior(mu, log_var.clamp(max=MAX_LOG_VAR))
        z = posterior.sample(eps)
        passed = Pass(x, posterior, z, self.parts[1](z, y), prior)
        return OBJECTIVES[self.rule["objective"]](passed, _weights(self.rule))


def _weights(rule: Case) -> Weights:
    given, likelihood = rule["weights"], rule["likelihood"]
    return Weights(
        beta=given["beta"], mmd_weight=given["mmdWeight"], alpha=given["alpha"], bandwidth=given["bandwidth"],
        likelihood=likelihood["name"], pixel_std=likelihood["pixelStd"],
    )  # fmt: skip


def _built(records: list[Case], uniform: Uniform) -> Layers:
    part = Layers([_layer(record) for record in records]).double()
    for record, module in ((records[int(name)], child) for name, child in part.named_children()):
        bound = 1 / math.sqrt(math.prod(record["weight"]["shape"][1:]))
        for weight in module.parameters():
            weight.data = _drawn(lambda bound=bound: bound * (2 * uniform() - 1), *weight.shape)  # type: ignore[misc]
    return part


KINDS = {"linear": Linear, "conv": Conv, "conv_transpose": ConvTranspose, "reshape": Reshape,
         "join_condition": JoinCondition, "condition_channel": ConditionChannel}  # fmt: skip


def _layer(record: Case) -> Layer:
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}
    return KINDS.get(record["op"], Activation)(**{k: v for k, v in fields.items() if k not in ("weight", "bias")})


def _part(name: str, layers: list[Layer], image: list[int], latent: int, stochastic: bool, classes: int) -> Case:
    """As live/weights.py writes a part."""
    records, count = [], 0
    shapes = {key: list(tensor.shape) for key, tensor in Layers(layers).state_dict().items()}
    for position, layer in enumerate(layers):
        record = layer_to_json(layer)
        for tensor in ("weight", "bias"):
            if shape := shapes.get(f"{position}.{tensor}"):
                record[tensor] = {"offset": count, "shape": shape}
                count += math.prod(shape)
        records.append(record)
    return {
        "part": name, "layers": records, "inputs": latent if name == "decoder" else math.prod(image),
        "latent_dim": latent, "stochastic": stochastic, "max_log_var": MAX_LOG_VAR, "classes": classes, "image": image,
        "dtype": "float32", "count": count,
    }  # fmt: skip


def gradients(case: Case) -> Case:
    """What torch gives: the terms, and the gradients of both parts."""
    trained = Trained(case)
    terms = trained.terms(torch.arange(case["count"]))
    loss = -terms.objective.mean()
    found = torch.autograd.grad(loss, trained.parameters(), allow_unused=True, materialize_grads=True)
    counts = [len(list(part.parameters())) for part in trained.parts]
    flat = [torch.cat([g.flatten() for g in part]).tolist() for part in (found[: counts[0]], found[counts[0] :])]
    return {
        "terms": {
            "objective": -loss.item(), "logLikelihood": terms.log_likelihood.mean().item(),
            "kl": None if terms.kl is None else terms.kl.mean(dim=0).tolist(),
            "mmd": None if terms.mmd is None else terms.mmd.mean().item(),
        },
        "gradients": flat,
    }  # fmt: skip


def curve(case: Case) -> Case:
    """Minus the objective at each step of a training."""
    trained, settings = Trained(case), case["settings"]
    config = TrainingConfig(learning_rate=settings["learningRate"], warmup=settings["warmup"])
    optimizer = torch.optim.Adam(trained.parameters(), eps=config.optimizer_eps)
    losses = []
    for step in range(case["steps"]):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(config, (step + 1) / case["steps"])
        loss = -trained.terms((step * case["batch"] + torch.arange(case["batch"])) % case["count"]).objective.mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained.parameters(), settings["clipNorm"])
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses}


def networks(case: Case) -> Case:
    """The layer lists of a model's record."""
    config: ModelConfig = strict_json.read(ModelConfig, json.dumps(case["model"]), "model")
    classes = config.class_count if config.conditional else 0
    about = (list(config.image), config.latent_dim, config.stochastic, classes)
    encoder, decoder = layer_lists(config)
    return {"encoder": _part("encoder", encoder, *about), "decoder": _part("decoder", decoder, *about)}


ANSWERS = {"gradients": gradients, "curves": curve, "networks": networks}


def _rule(objective: str, likelihood: str = "bernoulli", **weights: Any) -> Case:
    usual = {"beta": 1.0, "mmdWeight": 10.0, "alpha": 0.0, "bandwidth": "two-dim"}
    return {"objective": objective, "weights": usual | weights, "likelihood": {"name": likelihood, "pixelStd": 0.5}}


def _mlp(activation: Activation, stochastic: bool = True, classes: int = 0, image: tuple[int, int, int] = (1, 3, 4),
         width: int = 5) -> Case:  # fmt: skip
    pixels, outputs = math.prod(image), 4 if stochastic else 2
    join: list[Layer] = [JoinCondition(classes)] if classes else []
    encoder = [Reshape((pixels,)), *join, Linear(pixels + classes, width), activation, Linear(width, outputs)]
    decoder = [*join, Linear(2 + classes, width), activation, Linear(width, pixels), Reshape(image)]
    about = (list(image), 2, stochastic, classes)
    return {"encoder": _part("encoder", encoder, *about), "decoder": _part("decoder", decoder, *about)}


def _cnn(classes: int = 0) -> Case:
    draw: list[Layer] = [ConditionChannel(classes, 5, 4)] if classes else []
    join: list[Layer] = [JoinCondition(classes)] if classes else []
    relu = Activation("relu")
    encoder = [*draw, Conv(1 + len(draw), 2, 3, 2, (1, 1, 0, 1)), relu, Reshape((12,)), Linear(12, 4)]
    decoder = [
        *join, Linear(2 + classes, 12), relu, Reshape((2, 3, 2)), ConvTranspose(2, 1, 3, 2, (1, 1, 0, 1)),
        Conv(1, 1, 3, 1, (1, 1, 1, 1)),
    ]  # fmt: skip
    about = ([1, 5, 4], 2, True, classes)
    return {"encoder": _part("encoder", encoder, *about), "decoder": _part("decoder", decoder, *about)}


def questions() -> dict[str, list[Case]]:
    """The cases without their answers."""
    gelu, leaky, tanh = Activation("gelu"), Activation("leaky_relu", 0.1), Activation("tanh")
    rows = [
        ("VAE", _mlp(gelu), _rule("elbo")),
        ("VAE, Gaussian", _mlp(tanh), _rule("elbo", "gaussian")),
        ("CVAE", _mlp(leaky, classes=3), _rule("elbo")),
        ("beta-VAE", _mlp(gelu), _rule("beta-elbo", beta=4.0)),
        ("MMD-VAE", _mlp(gelu, stochastic=False), _rule("mmd", mmdWeight=100.0)),
        ("MMD-VAE, stochastic, another kernel", _mlp(tanh), _rule("mmd", bandwidth="dim")),
        ("InfoVAE", _mlp(gelu), _rule("infovae", alpha=0.5, bandwidth="dim-squared")),
        ("autoencoder", _mlp(gelu, stochastic=False), _rule("reconstruction")),
        ("reconstruction only", _mlp(Activation("relu")), _rule("reconstruction", "gaussian")),
        ("KL only", _mlp(gelu), _rule("kl")),
        ("convolutions", _cnn(), _rule("elbo")),
        ("convolutions, conditional", _cnn(3), _rule("beta-elbo", beta=0.5)),
    ]
    settings = {"learningRate": 2e-2, "warmup": 0.02, "clipNorm": 5.0}
    wide = {"image": (1, 8, 8), "width": 16}
    trained = {"count": 8, "batch": 8, "steps": 100, "settings": settings}
    curves = [
        ("VAE", _mlp(gelu, **wide), _rule("elbo")),
        ("MMD-VAE, Gaussian", _mlp(gelu, stochastic=False, **wide), _rule("mmd", "gaussian")),
    ]
    models = [
        ("VAE", ModelConfig(image=(1, 8, 8), widths=(6, 4))),
        ("CVAE of three widths", ModelConfig("cvae", image=(1, 8, 8), class_count=3, widths=(6, 5, 4), latent_dim=3)),
        ("autoencoder, leaky", ModelConfig("autoencoder", image=(3, 8, 9), widths=(5,), activation="leaky_relu",
                                           stochastic=False)),
    ]  # fmt: skip
    return {
        "networks": [{"about": about, "model": asdict(model), "conditional": model.conditional}
                     for about, model in models],
        "gradients": [{"about": about, "seed": i, "count": 7, "rule": rule} | parts
                      for i, (about, parts, rule) in enumerate(rows)],
        "curves": [{"about": about, "seed": 100 + i, "rule": rule} | trained | parts
                   for i, (about, parts, rule) in enumerate(curves)],
    }  # fmt: skip


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


def main() -> None:
    """Writes the file anew, a case a line."""
    groups = []
    for group, cases in questions().items():
        lines = ",\n".join("  " + json.dumps(case | _rounded(ANSWERS[group](case))) for case in cases)
        groups.append(f' "{group}": [\n{lines}\n ]')
    FILE.write_text("{\n" + ",\n".join(groups) + "\n}\n")


if __name__ == "__main__":
    main()
