"""What holds at a step of a training: changed settings, the learning rate's schedule, weights that warm up.

Pure functions of the settings. Knows nothing of models, data or the loop.
"""

import math
from dataclasses import replace

from models.aims import Weights
from models.run import TrainingConfig


def in_force(config: TrainingConfig, step: int) -> TrainingConfig:
    """The settings that hold at a step: of each that was changed, the last value at or before it."""
    if not config.changes:
        return config
    changed = {change.name: change.value for change in config.changes if change.step <= step}
    rate = changed.pop("learning_rate", config.learning_rate)
    beta, mmd_weight = (changed.get(name, getattr(config.weights, name)) for name in ("beta", "mmd_weight"))
    return replace(config, learning_rate=rate, weights=replace(config.weights, beta=beta, mmd_weight=mmd_weight))


def learning_rate(config: TrainingConfig, done: float) -> float:
    """The learning rate when the share `done` (0 to 1) of all steps is over: warm-up, then cosine or constant."""
    if done < config.warmup:
        return config.learning_rate * (done / config.warmup if done else 0.0)
    if config.schedule == "constant":
        return config.learning_rate
    fall = (done - config.warmup) / (1 - config.warmup)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * fall))


def current_weights(config: TrainingConfig, epochs: float) -> Weights:
    """The objective's weights after `epochs`, a fraction: beta in its warm-up, the capacity C on its way up."""
    weights = config.weights
    if config.beta_warmup:
        weights = replace(weights, beta=weights.beta * min(1.0, epochs / config.beta_warmup))
    if config.capacity_epochs:
        weights = replace(weights, capacity=weights.capacity * min(1.0, epochs / config.capacity_epochs))
    return weights
