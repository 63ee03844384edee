"""Optimisers: which parameters each has, at which rate, and what Muon's step does to a matrix."""

from collections.abc import Callable

import pytest
import torch
from torch.optim import Adam, Muon

from models.config import ModelConfig
from models.latent_model import LatentModel
from models.run import OPTIMIZERS, TrainingConfig
from training.optimizers import MUON_RATE, hidden_matrices, make_optimizers, moments, set_rate

Make = Callable[..., LatentModel]


def model_of(network: str = "mlp", widths: tuple[int, ...] = (24, 16)) -> LatentModel:
    torch.manual_seed(0)
    return LatentModel(ModelConfig(network=network, widths=widths, image=(1, 8, 8)))


def test_what_is_next_to_the_code_is_no_hidden_matrix() -> None:
    assert [tuple(matrix.shape) for matrix in hidden_matrices(model_of())] == [(24, 64), (16, 24), (24, 16), (64, 24)]
    assert [tuple(matrix.shape) for matrix in hidden_matrices(model_of("book-cnn", ()))] == [(16, 256)]
    assert hidden_matrices(model_of("post-cnn", ())) == []


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(("network", "widths"), [("mlp", (24, 16)), ("book-cnn", ()), ("post-cnn", ())])
def test_every_parameter_has_one_owner(optimizer: str, network: str, widths: tuple[int, ...]) -> None:
    model = model_of(network, widths)
    made = make_optimizers(model, TrainingConfig(data="digits", optimizer=optimizer))
    owned = [id(one) for each in made for group in each.param_groups for one in group["params"]]
    assert sorted(owned) == sorted(id(parameter) for parameter in model.parameters())
    for parameter in model.parameters():
        assert all(float(kept.abs().sum()) == 0 for kept in moments(made, parameter).values())


def test_a_matrix_moves_at_a_rate_of_its_own_with_the_schedule() -> None:
    adam, muon = made = make_optimizers(model_of(), TrainingConfig(data="digits", optimizer="muon"))
    assert (type(adam), type(muon)) == (Adam, Muon)
    set_rate(made, 0.01)
    assert (adam.param_groups[0]["lr"], muon.param_groups[0]["lr"]) == (0.01, 0.01 * MUON_RATE)


def test_all_directions_of_a_matrix_move_about_as_far() -> None:
    """A gradient whose directions differ a hundredfold: Muon's step differs threefold at most, and in none of the others."""
    model = model_of()
    made = make_optimizers(model, TrainingConfig(data="digits", optimizer="muon"))
    matrix = hidden_matrices(model)[1]  # 16 x 24
    u, _, v = torch.linalg.svd(torch.randn(16, 24), full_matrices=False)
    matrix.grad = u @ torch.diag(torch.tensor([1.0] * 12 + [0.1] * 4)) @ v
    before = matrix.detach().clone()
    set_rate(made, 0.01)
    for one in made:
        one.step()
    moved = torch.linalg.svdvals((before - matrix.detach()) / (0.01 * MUON_RATE))
    assert float(moved.min()) > 0.3 and float(moved.max()) < 1.3
    assert float(moved.max() / moved.min()) < 3
