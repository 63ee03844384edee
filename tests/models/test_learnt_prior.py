"""Where a model's prior comes from: no parameters, pseudo-inputs, or a row a class."""

from collections.abc import Callable

import pytest
import torch

from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.errors import InputError
from models.families import FAMILIES, STANDARD
from models.latent_model import LatentModel

Make = Callable[..., Checkpoint]


@pytest.mark.parametrize("family", [name for name, row in FAMILIES.items() if row.prior == STANDARD])
def test_a_standard_prior_has_no_parameters(family: str, make_checkpoint: Make) -> None:
    """So files of models that were trained before priors could be learnt are still whole."""
    made = make_checkpoint(family)
    assert not [name for name in made.weights if "prior" in name]
    prior = made.model.prior(None)
    assert prior.mu.tolist() == prior.log_var.tolist() == [[[0, 0]]]


def test_the_vampprior_is_the_mixture_of_its_pseudo_inputs_posteriors(make_checkpoint: Make) -> None:
    model = make_checkpoint("vampprior", latent_dim=3).model
    images = torch.sigmoid(model.state_dict()["learnt_prior.logits"])
    assert images.shape == (50, 1, 8, 8)
    q, prior = model.encode(images, None), model.prior(None)
    assert torch.equal(prior.mu[:, 0], q.mu)
    assert q.log_var is not None
    assert torch.equal(prior.log_var[:, 0], q.log_var)
    assert prior.mu.std(dim=0).min() > 1e-3  # they differ, or no training could tell them apart


def test_pseudo_inputs_learn_from_the_objective(make_checkpoint: Make) -> None:
    model = make_checkpoint("vampprior").model
    model.requires_grad_(True)
    model.prior(None).log_prob(torch.ones(4, 2)).sum().backward()
    gradient = model.get_parameter("learnt_prior.logits").grad
    assert gradient is not None
    assert (gradient.flatten(1).abs().sum(dim=1) > 0).all()


def test_a_class_has_a_gaussian_of_its_own(make_checkpoint: Make) -> None:
    model = make_checkpoint("conditional-prior", latent_dim=3).model
    assert torch.equal(model.prior(torch.arange(10)).mu, torch.zeros(1, 10, 3))  # at first the CVAE's
    table = torch.arange(30.0).reshape(10, 3)
    with torch.no_grad():
        model.get_parameter("learnt_prior.mu").copy_(table)
    prior = model.prior(torch.tensor([4, 0, 4]))
    assert torch.equal(prior.mu[0], table[[4, 0, 4]])
    half = torch.zeros(1, 10)
    half[0, [2, 3]] = 0.5
    assert torch.equal(model.prior(half).mu[0, 0], (table[2] + table[3]) / 2)


def test_a_conditional_prior_asks_for_the_label(make_checkpoint: Make) -> None:
    with pytest.raises(ValueError, match="pass the labels y"):
        make_checkpoint("conditional-prior").model.prior(None)


@pytest.mark.parametrize(("family", "count"), [("vampprior", 0), ("vampprior", 501), ("vae", 3)])
def test_only_a_vampprior_has_pseudo_inputs(family: str, count: int) -> None:
    with pytest.raises(InputError, match=r"model\.whole_number"):
        ModelConfig(family=family, pseudo_inputs=count)


def test_the_number_of_pseudo_inputs_is_a_setting() -> None:
    model = LatentModel(ModelConfig(family="vampprior", pseudo_inputs=7, image=(1, 8, 8), widths=(4,)))
    assert model.prior(None).mu.shape == (7, 1, 2)
