"""The plane of a sweep: which marks, their means and errors, and what has none."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from jobs.job import DONE, Job
from models.checkpoint import Checkpoint
from models.errors import Reason
from training.sweep import Sweep, trainings_of
from ui.sweep_data import Made, planes_of


@pytest.fixture
def made(make_checkpoint: Callable[..., Checkpoint]) -> Callable[..., Made]:
    """The models of a sweep, each with its log p(x|z); KL 1 + 2 nats, MMD 0.25. None: it is not trained."""
    run = make_checkpoint().run

    def make(likelihoods: list[float | None], **settings: tuple[float | str, ...]) -> Made:
        sweep = Sweep("s", {"data": ("digits",), **settings})
        jobs = (Job("j", "s", "k", spec, DONE, Reason("x"), 0.0, 0.0) for spec in sweep.specs())
        return [(training, likely and replace(run, test=replace(run.test, log_likelihood=likely, kl=(1.0, 2.0), mmd=0.25)))
                for training, likely in zip(trainings_of(jobs), likelihoods, strict=True)]  # fmt: skip

    return make


def test_a_mark_is_the_mean_over_the_seeds_with_its_standard_error(made: Callable[..., Made]) -> None:
    trainings = made([-10.0, -12.0, -14.0, -20.0, None, None], beta=(1.0, 4.0), seed=(0, 1, 2))
    (plane,) = planes_of(trainings)
    assert (plane.of, plane.axis) == ((), "beta")
    one, other = plane.marks
    assert one == {
        "value": 1.0, "seeds": 3, "rate": 3.0, "rateError": 0.0, "distortion": 12.0,
        "distortionError": pytest.approx(2 / 3**0.5),
    }  # fmt: skip
    assert (other["value"], other["seeds"], other["distortion"], other["distortionError"]) == (4.0, 1, 20.0, 0.0)


def test_what_else_varies_has_a_plane_each(made: Callable[..., Made]) -> None:
    planes = list(planes_of(made([-1.0, -2.0, -3.0, -4.0], latent=(2, 5), beta=(1.0, 4.0))))
    assert [(plane.of, [mark["distortion"] for mark in plane.marks]) for plane in planes] == [
        ((("latent", 2),), [1.0, 2.0]), ((("latent", 5),), [3.0, 4.0]),
    ]  # fmt: skip


def test_lambda_is_the_price_of_the_mmd(made: Callable[..., Made]) -> None:
    (plane,) = planes_of(made([-1.0, -2.0], **{"lambda": (10.0, 100.0)}))
    assert (plane.axis, [mark["rate"] for mark in plane.marks]) == ("lambda", [0.25, 0.25])


def test_there_is_none_without_an_axis_a_model_or_a_price(
    made: Callable[..., Made], make_checkpoint: Callable[..., Checkpoint]
) -> None:
    assert list(planes_of(made([-1.0, -2.0], seed=(0, 1)))) == []
    assert list(planes_of(made([None, None], beta=(1.0, 4.0)))) == []
    without = make_checkpoint("autoencoder").run  # it has no KL
    assert list(planes_of([(training, without) for training, _ in made([None, None], latent=(2, 5))])) == []
