"""Numbers and code: the page (node), torch and the program to copy agree to 1e-4 nats, for every kind that ships."""

import json
import math
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor

from live.library import test_images as images_of
from live.numbers.data import numbers_data
from live.weights import PARTS, part_manifest, part_weights, precision_of
from models import checkpoint as checkpoints
from models.checkpoint import Checkpoint
from models.objectives import OBJECTIVES, Pass
from published.programs import program_of
from tests.needs import missing

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "checkpoints"
NATS, SEED = 1e-4, 3
# runs each program as its own, in one process: the imports of torch are most of the time
DRIVER = """
import contextlib, io, json, runpy, sys
out = {}
for name, program, model in json.load(open("programs.json")):
    sys.argv = [program, model]
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        runpy.run_path(program)
    out[name] = text.getvalue()
assert not {"models", "live", "published"} & set(sys.modules), "it needs our package"
print(json.dumps(out))
"""


@cache
def shipped() -> dict[str, Path]:
    """One shipped model of every family, network, activation, objective, likelihood and number of latents."""
    kinds: dict[Any, Path] = {}
    for folder in sorted(path for path in SHIPPED.glob("*") if (path / checkpoints.WEIGHTS).is_file()):
        run = checkpoints.load_run(folder)
        model, training = run.model, run.training
        kind = (model.family, model.network, model.activation, model.latent_dim, training.objective,
                training.weights.likelihood, training.weights.bandwidth, model.dial is None)  # fmt: skip
        kinds.setdefault(kind, folder)
    return {folder.name: folder for folder in kinds.values()}


def image_of(checkpoint: Checkpoint) -> tuple[Tensor, int]:
    """A test image `[channel height width]` in 256 levels and its place; an invented one where the data are not here."""
    found = images_of(checkpoint.run.data).images
    if found is not None:
        return torch.from_numpy(found[5]), 5
    drawn = torch.rand(checkpoint.run.model.image, generator=torch.Generator().manual_seed(1))
    return (255 * drawn.square()).to(torch.uint8), -1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the page gets of each model, as files."""
    folder = tmp_path_factory.mktemp("numbers")
    cases = []
    for name, path in shipped().items():
        checkpoint = checkpoints.load(path)
        model = checkpoint.run.model
        gates = model.dial is not None
        precision = precision_of(checkpoint, gates)
        for part in PARTS:
            (folder / f"{name}.{part}.json").write_text(json.dumps(part_manifest(checkpoint, part, precision, gates)))
            (folder / f"{name}.{part}.bin").write_bytes(part_weights(checkpoint, part, precision, gates))
        (folder / f"{name}.code.json").write_text(json.dumps(numbers_data(checkpoint.run)))
        (folder / f"{name}.mu").write_bytes(checkpoint.latents.mu.astype("<f4").tobytes())
        image, index = image_of(checkpoint)
        (folder / f"{name}.image").write_bytes(image.numpy().tobytes())
        label = int(checkpoint.latents.class_of_each()[max(0, index)]) if model.conditional else -1
        cases.append({"name": name, "latentDim": model.latent_dim, "label": label, "index": index, "seed": SEED})
    (folder / "cases.json").write_text(json.dumps(cases))
    return folder


@pytest.fixture(scope="module")
def page(folder: Path) -> dict[str, Any]:
    """The numbers of the page's modules."""
    node = shutil.which("node")
    if node is None:
        missing("node is not installed: the page's numbers can't be compared with torch's")
    ran = subprocess.run(
        [str(node), str(HERE / "numbers.mjs"), str(folder)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return cast(dict[str, Any], json.loads(ran.stdout))


@pytest.fixture(scope="module")
def printed(page: dict[str, Any], folder: Path) -> dict[str, str]:
    """What the programs print that the page copied: every second reads a folder, the others the zip of a download."""
    programs = []
    for place, (name, path) in enumerate(shipped().items()):
        model = str(path)
        if place % 2:
            model = str(folder / f"{name}.zip")
            Path(model).write_bytes(checkpoints.to_zip(checkpoints.load(path)))
        programs.append([name, str(folder / f"{name}.py"), model])
    (folder / "programs.json").write_text(json.dumps(programs))
    ran = subprocess.run([sys.executable, "-I", "-c", DRIVER], capture_output=True, text=True, cwd=folder, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return cast(dict[str, str], json.loads(ran.stdout))


def torch_numbers(name: str, drawn: dict[str, Any]) -> dict[str, Any]:
    """The same by the functions of models/, in double precision; `drawn`: the page's epsilons."""
    checkpoint = checkpoints.load(shipped()[name])
    run, model = checkpoint.run, checkpoint.model.double()
    image, index = image_of(checkpoint)
    eps = torch.tensor(drawn["eps"], dtype=torch.float64)
    x = image.double()[None].expand(len(eps), *image.shape) / 255
    y = torch.tensor([int(checkpoint.latents.class_of_each()[max(0, index)])]).expand(len(eps))
    posterior = model.encode(x, y)
    z = posterior.sample(eps)
    objective, weights = OBJECTIVES[run.training.objective], run.training.weights
    terms = objective(Pass(x, posterior, z, model.decode(z, y), torch.zeros_like(z)), weights)
    one = terms
    if run.training.objective in ("mmd", "infovae"):  # takes a batch: this image, then the first others
        codes = torch.from_numpy(checkpoint.latents.mu)[
            [i for i in range(len(drawn["prior"])) if i != index][: len(drawn["prior"]) - 1]
        ]
        batch = torch.cat([z[:1], codes.double()])
        count = len(batch)
        logits = model.decode(z[:1], y[:1]).expand(count, *image.shape)
        prior = torch.tensor(drawn["prior"], dtype=torch.float64)
        mu, spread = torch.cat([posterior.mu[:1], codes.double()]), None
        if posterior.log_var is not None:  # of the image itself: the others' count as codes alone
            spread = torch.cat([posterior.log_var[:1], torch.zeros_like(codes).double()])
        of_batch = type(posterior)(mu, spread)
        one = objective(Pass(x[:1].expand(count, *image.shape), of_batch, batch, logits, prior), weights)
    return {
        "likelihoods": terms.log_likelihood.tolist()[: None if run.model.stochastic else 1],
        "kl": None if terms.kl is None or run.model.learns_prior else terms.kl[0].tolist(),
        "objective": float(one.objective[0]) if numbers_data(run)["objective"]["terms"] else None,
    }


@pytest.mark.parametrize("name", shipped())
def test_page_and_torch_agree(name: str, page: dict[str, Any]) -> None:
    expected = torch_numbers(name, page[name])
    for what, value in expected.items():
        np.testing.assert_allclose(page[name][what] or 0, value or 0, rtol=0, atol=NATS, err_msg=what)


@pytest.mark.parametrize("name", shipped())
def test_the_program_to_copy_prints_the_same(name: str, page: dict[str, Any], printed: dict[str, str]) -> None:
    found = {line.split(":")[0]: numbers_in(line) for line in printed[name].splitlines()}
    ours = page[name]
    np.testing.assert_allclose(found["log p(x|z) of each draw"], ours["likelihoods"], rtol=0, atol=NATS)
    if ours["kl"]:
        np.testing.assert_allclose(found["KL of each dimension"], ours["kl"], rtol=0, atol=NATS)
    if ours["objective"] is None:  # it has no form for a single image, or its prior is learnt
        assert "objective" not in found
        return
    wanted = [ours["objective"], *([] if ours["printed"] is None else [ours["printed"]])]
    np.testing.assert_allclose(found["objective"], wanted, rtol=0, atol=NATS)


def numbers_in(line: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+e-?\d+", line.split(":", 1)[1])]


@pytest.mark.parametrize("name", shipped())
def test_what_a_published_script_prints_is_its_loss(name: str, page: dict[str, Any]) -> None:
    """By the formulas of the scripts, from torch's own losses."""
    checkpoint = checkpoints.load(shipped()[name])
    program = program_of(checkpoint.run)
    if program is None:
        assert page[name]["printed"] is None
        return
    model = checkpoint.model.double()
    image, index = image_of(checkpoint)
    x = image.double()[None] / 255
    y = torch.tensor([int(checkpoint.latents.class_of_each()[max(0, index)])])
    posterior = model.encode(x, y)
    z = posterior.sample(torch.tensor(page[name]["eps"][:1], dtype=torch.float64))
    logits = model.decode(z, y)
    error = float(torch.nn.functional.mse_loss(logits.sigmoid(), x))
    entropy = float(torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="sum"))
    kl = 0.0 if posterior.log_var is None else float(posterior.kl().sum())
    mmd = (page[name]["objective"] - float(-784 * error - 784 / 2 * math.log(math.pi))) / -784
    losses = {
        "784 MSE + KL": 784 * error + kl, "CE + KL": entropy + kl, "CE": entropy, "KL": kl, "MSE + MMD²": error + mmd,
        **{f"784 MSE + {beta} KL": 784 * error + beta * kl for beta in (7, 9, 10)},
    }  # fmt: skip
    if posterior.log_var is not None:
        prior = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum()
        ratio = float(torch.distributions.Normal(posterior.mu, posterior.std).log_prob(z).sum() - prior)
        losses["100 CE + log q(z|x) − log p(z)"] = 100 * entropy + ratio
    assert page[name]["printed"] == pytest.approx(losses[program.form], abs=NATS)


def test_every_kind_that_ships_is_here() -> None:
    runs = [checkpoints.load_run(path) for path in shipped().values()]
    assert {run.model.family for run in runs} >= {"vae", "cvae", "beta-vae", "beta-cvae", "mmd-vae", "autoencoder"}
    assert {run.model.network for run in runs} >= {"mlp", "book-cnn", "post-cnn"}


def test_a_wrong_weight_would_be_seen(page: dict[str, Any]) -> None:
    """The comparison can fail: another model's numbers are not these."""
    names = [name for name in shipped() if page[name]["kl"]]
    assert abs(page[names[0]]["objective"] - page[names[1]]["objective"]) > 1
