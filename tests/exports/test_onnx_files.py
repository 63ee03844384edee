"""A model as ONNX: what onnxruntime computes from the two files is what torch computes, to 1e-5, for any batch."""

import builtins
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from exports.command import main
from exports.onnx_files import onnx_files
from models import gallery
from models.checkpoint import Checkpoint
from models.dial import Dial
from models.latent_model import LatentModel

Make = Callable[..., Checkpoint]
TOLERANCE = 1e-5


def ran(content: bytes, **given: torch.Tensor) -> dict[str, np.ndarray[Any, Any]]:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {name: tensor.numpy() for name, tensor in given.items()}), strict=True))


def networks_agree(checkpoint: Checkpoint, batch: int, at: float | None = None) -> None:
    files, model = dict(onnx_files(checkpoint)), checkpoint.model
    for content in files.values():
        onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    generator = torch.Generator().manual_seed(batch)
    x = torch.rand(batch, *checkpoint.run.model.image, generator=generator)
    z = 2 * torch.randn(batch, checkpoint.run.model.latent_dim, generator=generator)
    y = torch.arange(batch) % 10
    label = {"label": torch.nn.functional.one_hot(y, 10).float()} if checkpoint.run.model.conditional else {}
    turned = {} if at is None else {"at": torch.full((batch, 1), at)}
    condition = y if label else None
    with torch.no_grad():
        posterior = model.encode(x, condition, None if at is None else torch.full((batch,), at))
        image = torch.sigmoid(model.decode(z, condition, None if at is None else torch.full((batch,), at)))
    found = ran(files["encoder.onnx"], image=x, **label, **turned)
    assert np.abs(found["mu"] - posterior.mu.numpy()).max() <= TOLERANCE
    assert ("log_var" in found) == (posterior.log_var is not None)
    if posterior.log_var is not None:
        assert np.abs(found["log_var"] - posterior.log_var.numpy()).max() <= TOLERANCE
    decoded = ran(files["decoder.onnx"], z=z, **label, **turned)["image"]
    assert np.abs(decoded - image.numpy()).max() <= TOLERANCE


@pytest.mark.parametrize(("family", "network"), [
    ("vae", "mlp"), ("autoencoder", "mlp"), ("cvae", "mlp"), ("vampprior", "mlp"),
    ("vae", "book-cnn"), ("cvae", "book-cnn"), ("cvae", "post-cnn"), ("mmd-cvae", "zhao-cnn"),
])  # fmt: skip
def test_each_network_gives_what_torch_gives(make_checkpoint: Make, family: str, network: str) -> None:
    checkpoint = make_checkpoint(family, latent_dim=3, network=network, weights_type=np.float16)
    for batch in (1, 5):
        networks_agree(checkpoint, batch)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh"])
def test_every_activation_is_written(make_checkpoint: Make, activation: str) -> None:
    made = make_checkpoint()
    run = replace(made.run, model=replace(made.run.model, activation=activation))
    networks_agree(replace(made, run=run), 4)


def test_a_dial_asks_where_it_stands(make_checkpoint: Make) -> None:
    made = make_checkpoint("beta-vae")
    config = replace(made.run.model, dial=Dial("beta", 0.1, 50.0, 4.0))
    model = LatentModel(config)
    torch.manual_seed(1)
    weights = {
        name: (tensor if tensor.any() else 0.1 * torch.randn_like(tensor)).numpy()
        for name, tensor in model.state_dict().items()
    }
    turned = replace(made, run=replace(made.run, model=config), weights=weights)
    for at in (4.0, 7.5):
        networks_agree(turned, 3, at)


def test_a_log_variance_is_bounded_as_the_models_is(make_checkpoint: Make) -> None:
    made = make_checkpoint()
    weights = dict(made.weights)
    last = max(name for name in weights if name.startswith("encoder") and name.endswith("bias"))
    weights[last] = weights[last] + 9
    networks_agree(replace(made, weights=weights), 2)
    files = dict(onnx_files(replace(made, weights=weights)))
    assert ran(files["encoder.onnx"], image=torch.rand(2, 1, 8, 8))["log_var"].max() == 2


def test_the_command_line_writes_both_and_says_what_is_missing(
    checkpoint_folder: Path, tiny_checkpoint: Checkpoint, no_fsync: None, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    gallery.add(tiny_checkpoint)
    assert main(["onnx", "tiny-vae", str(tmp_path / "out")]) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"encoder.onnx", "decoder.onnx"}
    proper = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "onnx":
            raise ImportError(name)
        return proper(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["onnx", "tiny-vae", str(tmp_path / "again")]) == 2
    assert "pip install '.[onnx]'" in capsys.readouterr().err
    assert not (tmp_path / "again").exists()
