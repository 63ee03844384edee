"""A model that was trained in the page is one that the app's Library accepts: node trains it and writes its zip."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from models import checkpoint
from models.aims import Weights
from training.evaluate import evaluate

JS = Path(__file__).parents[1] / "js"
SCRIPT = """
const { Session } = await import("{live}/trainer/session.js");
const { checkpointZip } = await import("{live}/trainer/checkpoint.js");
const { DATA, images, plan } = await import("{js}/trained.mjs");
const model = {model}, training = {training}, conditional = {conditional};
const session = new Session({ ...plan(training, model), conditional }, images());
let kept = session.kept(0);
const momentOf = ({ epoch, position: { values: [encoder, decoder] }, codes: { mu } }) => ({ epoch, encoder, decoder, mu });
const film = [momentOf(kept)];
while (!session.done)
  if (session.advance()) {
    kept = session.endEpoch(1);
    if (kept.epoch % 2 === 0) film.push(momentOf(kept));
  }
const finished = { plan: kept.plan, data: DATA, kept, film, labels: images().testLabels };
process.stdout.write(checkpointZip(finished));
process.stderr.write(JSON.stringify([...images().test]));
"""


def made_by_node(model: dict[str, object], training: dict[str, object], conditional: bool) -> tuple[bytes, list[int]]:
    """The zip, and the pixels of the test images."""
    if not shutil.which("node"):
        pytest.skip("no node: nothing can be trained as in the page")
    given = {"live": JS.parents[1] / "live", "js": JS}
    text = SCRIPT
    for name, value in given.items():
        text = text.replace(f"{{{name}}}", str(value))
    for name, made in {"model": model, "training": training, "conditional": conditional}.items():
        text = text.replace(f"{{{name}}}", json.dumps(made))
    done = subprocess.run(["node", "--input-type=module", "-e", text], capture_output=True, timeout=60, check=True)
    return done.stdout, json.loads(done.stderr)


@pytest.mark.parametrize(("model", "training", "conditional"), [
    ({}, {}, False),
    ({"family": "cvae"}, {}, True),
    ({"family": "mmd-vae", "stochastic": False, "latent_dim": 3}, {"objective": "mmd"}, False),
])  # fmt: skip
def test_its_zip_is_a_checkpoint_and_torch_sees_what_the_page_saw(
    model: dict[str, object], training: dict[str, object], conditional: bool
) -> None:
    content, pixels = made_by_node(model, training, conditional)
    opened = checkpoint.from_zip(content, "trained.zip")
    run = opened.run
    assert (run.run_id, run.epochs_done, run.device, run.data.name) == ("stripes-vae", 6, "browser", "stripes")
    assert len(opened.history) == 6
    film = opened.epochs
    assert film is not None and film.values == (0, 2, 4, 6)
    for name, tensor in film.weights_of(6).items():
        assert np.array_equal(tensor, opened.weights[name].astype(np.float16)), (
            "it ends with the model, rounded as numpy does"
        )
    assert np.array_equal(film.mu_of(6), opened.latents.mu.astype(np.float16))
    assert not np.array_equal(film.mu_of(2), film.mu_of(6))
    images = torch.tensor(pixels, dtype=torch.uint8).reshape(20, 1, 8, 8)
    labels = torch.from_numpy(opened.latents.class_of_each())
    found = evaluate(opened.model, images, labels, Weights(), samples=64)
    assert np.allclose(found.latents.mu, opened.latents.mu, atol=1e-4)
    if run.test.kl is None:
        assert found.metrics.log_likelihood == pytest.approx(run.test.log_likelihood, abs=1e-3)
    else:
        assert found.metrics.kl == pytest.approx(run.test.kl, abs=1e-4)
        assert found.metrics.elbo == pytest.approx(run.test.elbo, abs=2.0), "other noise, one draw an image"
