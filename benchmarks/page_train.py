"""How fast a page trains by itself beside torch on one core, and how long until its map is of use.

    python -m benchmarks page-train [--rounds 3]

The networks of the recipes on the sheets that the static site carries, batch and optimiser alike: live/trainer/ in
node, torch with one thread in float32, in turns; medians. Seconds are those of the process's own, so that whoever else
computes on the machine counts less, though not nothing. Then MNIST's sheet until the test ELBO is -155 nats, and Quick
on the digits. Prints Markdown.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from datasets.catalogue import load
from exports.learning import learning
from live.in_page import sheet_of
from models.aims import Weights
from models.config import ModelConfig
from models.latent_model import LatentModel
from models.objectives import OBJECTIVES, Pass

SCRIPT = Path(__file__).with_suffix(".mjs")
RECIPES, TARGET = ("quick", "good", "best"), -155.0
STEPS = 100


def main(arguments: Sequence[str]) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks page-train", description=__doc__.split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each takes its turn (default: 3)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder, told = Path(name), learning([])
        (folder / "learn.json").write_text(json.dumps(told))
        for data in ("mnist", "digits"):
            (folder / f"{data}.bin").write_bytes(sheet_of(data)[1])
        print(
            "| VAE on MNIST's sheet | Images/s, page | torch, one core | page / torch |\n| --- | ---: | ---: | ---: |"
        )
        for recipe in RECIPES:
            print(_row(recipe, told["plans"]["mnist"]["vae"][recipe], folder, options.rounds), flush=True)
        near = _in_page(folder, "mnist", "quick", 10**6, TARGET)
        print(f"\nMNIST to {near['elbo']:.1f} nats: {near['seconds']:.1f} s, {near['epochs']} epochs.")
        digits = _in_page(folder, "digits", "quick", 10**6)
        print(f"Digits, Quick: {digits['seconds']:.1f} s, {digits['elbo']:.1f} nats.")
    return 0


def _row(recipe: str, plan: dict[str, Any], folder: Path, rounds: int) -> str:
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_in_page(folder, "mnist", recipe, 1)["rate"])
        theirs.append(_in_torch(plan))
    page, other = statistics.median(ours), statistics.median(theirs)
    widths = "-".join(map(str, plan["model"]["widths"]))
    return f"| *{recipe.title()}*, 784-{widths}-2 | {page:,.0f} | {other:,.0f} | {page / other:.2f} |"


def _in_page(folder: Path, data: str, recipe: str, epochs: int, target: float | None = None) -> dict[str, Any]:
    given = [str(folder), data, recipe, str(epochs), *([] if target is None else [str(target)])]
    done = subprocess.run(["node", str(SCRIPT), *given], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _in_torch(plan: dict[str, Any]) -> float:
    """Images a second of the process's own time, after some steps to warm up."""
    model = LatentModel(ModelConfig(**{**plan["model"], "widths": tuple(plan["model"]["widths"])}))
    optimizer = torch.optim.Adam(model.parameters(), plan["training"]["learning_rate"])
    batch = plan["training"]["batch_size"]
    images = load("mnist", download=False).train_x[:10_000]
    rng, began = np.random.default_rng(0), 0.0
    for step in range(STEPS + 10):
        if step == 10:
            began = time.process_time()
        x = images[torch.from_numpy(rng.integers(len(images), size=batch))].float() / 255
        posterior = model.encode(x, None)
        z = posterior.sample(torch.randn(batch, 2))
        terms = OBJECTIVES["elbo"](Pass(x, posterior, z, model.decode(z, None), z), Weights())
        optimizer.zero_grad(set_to_none=True)
        (-terms.objective.mean()).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return float(STEPS * batch / (time.process_time() - began))
