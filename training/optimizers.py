"""The optimisers of a training, and what of each must be kept so that it goes on bit for bit.

*muon* is two of them: Muon for the matrices between hidden layers, Adam for the rest. Knows parameters, no data.
"""

import importlib
import threading
from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.optim import Adam, AdamW, Muon, Optimizer, RMSprop

from models.latent_model import LatentModel
from models.layers import Linear
from models.run import TrainingConfig

MOMENTS: Mapping[type[Optimizer], tuple[str, ...]] = {
    Adam: ("exp_avg", "exp_avg_sq"), AdamW: ("exp_avg", "exp_avg_sq"), RMSprop: ("square_avg",),
    Muon: ("momentum_buffer",),
}  # fmt: skip
MUON_RATE = 16.0  # of a matrix, in learning rates: each of its directions moves alike, Adam's by their own size
NEWTON_SCHULZ_STEPS = 2  # torch's five cost more than the steps that they save; three gained nothing (NUMBERS.md)
Optimizers = tuple[Optimizer, ...]
_COMPILER = threading.Lock()


def make_optimizers(model: LatentModel, config: TrainingConfig) -> Optimizers:
    """One, or two that share the parameters. A group's own `scale` is its rate in learning rates."""
    with _COMPILER:  # an optimiser imports it, and two threads that do so at once find half a module
        importlib.import_module("torch._dynamo")
    rate, eps, decay = config.learning_rate, config.optimizer_eps, config.weight_decay
    parameters = list(model.parameters())
    match config.optimizer:
        case "adamw":
            return (AdamW(parameters, rate, eps=eps, weight_decay=decay, fused=True),)
        case "rmsprop":
            # Keras' constants (rho 0.9), which the published programs use
            return (RMSprop(parameters, rate, alpha=0.9, eps=eps, weight_decay=decay),)
        case "muon" if matrices := hidden_matrices(model):
            # Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"
            taken = {id(matrix) for matrix in matrices}
            others = [parameter for parameter in parameters if id(parameter) not in taken]
            group = {"params": matrices, "scale": MUON_RATE}
            muon = Muon([group], rate, weight_decay=decay, ns_steps=NEWTON_SCHULZ_STEPS)
            return Adam(others, rate, eps=eps, weight_decay=decay, fused=True), muon
        case _:
            return (Adam(parameters, rate, eps=eps, weight_decay=decay, fused=True),)


def hidden_matrices(model: LatentModel) -> list[Parameter]:
    """The weights of all linear layers but those next to the code, whose few rows or columns are no matrix yet."""
    found = []
    for part, at_code in ((model.encoder, -1), (model.decoder, 0)):
        linear = [number for number, layer in enumerate(part.layers) if isinstance(layer, Linear)]
        del linear[at_code]
        found += [part.get_parameter(f"{number}.weight") for number in linear]
    return found


def set_rate(optimizers: Optimizers, rate: float) -> None:
    """The learning rate of the next step."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate * group.get("scale", 1.0)


def moments(optimizers: Optimizers, parameter: Parameter) -> dict[str, Tensor]:
    """What is kept of a parameter, by name: zeros before the first step."""
    owner = _owner(optimizers, parameter)
    known = owner.state.get(parameter, {})
    return {name: known.get(name, torch.zeros_like(parameter)) for name in MOMENTS[type(owner)]}


def restore(
    optimizers: Optimizers,
    parameter: Parameter,
    kept: Mapping[str, Tensor],
    steps: int,
    device: torch.device,
) -> None:
    """Undoes `moments`, after so many `steps`."""
    owner = _owner(optimizers, parameter)
    # fused Adam reads memory in order, so its moments need the weights' own layout (channels_last)
    state = {name: torch.empty_like(parameter).copy_(tensor) for name, tensor in kept.items()}
    if not isinstance(owner, Muon):
        # fused Adam keeps its step beside the weights
        step = torch.tensor(float(steps))
        state["step"] = step if isinstance(owner, RMSprop) else step.to(device)
    owner.state[parameter] = state


def _owner(optimizers: Optimizers, parameter: Parameter) -> Optimizer:
    groups = ((one, group) for one in optimizers for group in one.param_groups)
    return next(one for one, group in groups if any(parameter is its for its in group["params"]))
