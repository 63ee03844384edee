"""Tiny models and checkpoints for the tests of analysis/, and dSprites where it is at hand."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from datasets.source import data_folder
from models.checkpoint import Checkpoint, Latents
from models.config import ModelConfig
from models.latent_model import LatentModel
from models.run import DataRecord, Metrics, Run, TrainingConfig
from tests.needs import missing

TEST_COUNT = 24


@pytest.fixture
def make_model() -> Callable[..., LatentModel]:
    """Builds an 8x8 model of a family, its weights the same at every call."""

    def make(family: str = "vae", latent_dim: int = 2, classes: int = 4, **changes: object) -> LatentModel:
        torch.manual_seed(0)
        config = ModelConfig(
            family=family, image=(1, 8, 8), widths=(16,), latent_dim=latent_dim, class_count=classes,
            stochastic=family != "autoencoder",
        )  # fmt: skip
        return LatentModel(replace(config, **changes)).eval()

    return make


@pytest.fixture
def blob_checkpoint(make_model: Callable[..., LatentModel]) -> Callable[..., Checkpoint]:
    """Builds a checkpoint whose latents are two far blobs, one a class, so that its 10-NN accuracy is 1."""

    def make(run_id: str = "tiny", family: str = "vae", data: tuple[str, str] = ("mnist", "MNIST"), **changes: object):
        latent_dim = int(changes.pop("latent_dim", 2))
        model = make_model(family, latent_dim, classes=2)
        stochastic = model.config.stochastic
        metrics = Metrics(-20.0, -21.5, (1.5, *[0.0] * (latent_dim - 1)), 0.0125)
        metrics = metrics if stochastic else replace(metrics, elbo=None, kl=None)
        run = Run(
            run_id=run_id, title=f"{family} of a test", model=model.config,
            training=TrainingConfig(objective="elbo" if stochastic else "reconstruction"),
            data=DataRecord(*data, ("a", "b"), 100, TEST_COUNT), test=metrics, train=metrics, epochs_done=1,
            seconds=1234.4, images_per_second=10.0, device="a CPU", parameter_count=model.parameter_count(),
            made="2026-01-01T00:00:00+00:00", versions={"torch": "2"},
        )  # fmt: skip
        labels = (np.arange(TEST_COUNT) % 2).astype(np.uint8)
        noise = torch.randn(TEST_COUNT, latent_dim, generator=torch.Generator().manual_seed(1)).numpy()
        mu = noise + np.float32(100) * labels[:, None]
        latents = Latents(mu, np.zeros_like(mu) if stochastic else None, labels)
        weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
        return Checkpoint(replace(run, **changes), weights, (), latents)

    return make


@pytest.fixture
def dsprites() -> Path:
    """The file that holds dSprites; without it the test is skipped, but fails where LATENT_DATA_EXPECTED=true."""
    file = data_folder() / "dsprites" / "dsprites_downsampled.npz"
    if not file.is_file():
        reason = f"needs dSprites in {file.absolute()} (or LATENT_DATA)"
        missing(reason, expected="LATENT_DATA_EXPECTED")
    return file
