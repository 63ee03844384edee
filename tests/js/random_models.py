"""Models with random weights, as checkpoints that were never trained. Knows the tables of models/ only."""

import numpy as np
import torch

from models.aims import Weights
from models.checkpoint import Checkpoint, Latents
from models.config import ModelConfig
from models.latent_model import LatentModel
from models.networks import ONE_OF_ROWS
from models.run import DataRecord, Metrics, Run, TrainingConfig

OBJECTIVES = {"autoencoder": "reconstruction", "mmd-vae": "mmd", "mmd-cvae": "mmd"}


def random_checkpoint(config: ModelConfig, seed: int = 0, gain: float = 1.0) -> Checkpoint:
    """A checkpoint of `config` with torch's initial weights times `gain`, in float32."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = LatentModel(config)
    weights = {name: (tensor * gain).numpy() for name, tensor in model.state_dict().items()}
    return Checkpoint(random_run(config, model.parameter_count()), weights, (), random_latents(config))


def random_latents(config: ModelConfig) -> Latents:
    mu = np.zeros((1, config.latent_dim), np.float32)
    return Latents(mu, np.zeros_like(mu) if config.stochastic else None, np.zeros(1, np.uint8))


def weights_of(config: ModelConfig) -> Weights:
    """With the likelihood that the network's output is for."""
    return Weights(likelihood="categorical") if config.network == ONE_OF_ROWS else Weights()


def random_run(config: ModelConfig, parameter_count: int) -> Run:
    kl = (0.0,) * config.latent_dim if config.stochastic else None
    metrics = Metrics(log_likelihood=0.0, elbo=0.0 if config.stochastic else None, kl=kl, mmd=None)
    classes = tuple(str(label) for label in range(config.class_count))
    return Run(
        run_id="random",
        title="Random weights",
        model=config,
        training=TrainingConfig(objective=OBJECTIVES.get(config.family, "elbo"), weights=weights_of(config)),
        data=DataRecord("random", "Random", classes, 1, 1),
        test=metrics,
        train=metrics,
        epochs_done=0,
        seconds=0.0,
        images_per_second=0.0,
        device="none",
        parameter_count=parameter_count,
        made="2026-01-01T00:00:00+00:00",
        versions={},
    )
