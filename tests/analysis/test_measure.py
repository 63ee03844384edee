"""All that is measured of a model: every number where it is defined, and the reason where it is not."""

import math

import numpy as np
import pytest
import torch
from jaxtyping import TypeCheckError

from analysis.measure import measure
from analysis.measurement import Options
from analysis.metrics.sharpness import sharpness
from models.errors import InputError

COUNT = 24
NEEDS_DENSITY = {
    "elbo", "bound", "effective_samples", "kl", "mutual_information", "marginal_kl", "total_correlation",
    "dimension_wise_kl", "identity_gap", "kl_1", "kl_2",
}  # fmt: skip


@pytest.fixture
def images() -> np.ndarray:
    return torch.randint(256, (COUNT, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)).numpy()


def by_key(measurements):
    return {found.key: found for found in measurements}


@pytest.mark.parametrize("family", ["vae", "cvae", "mmd-vae"])
def test_a_stochastic_model_has_every_number(blob_checkpoint, images, family):
    found = by_key(measure(blob_checkpoint(family=family), images, Options(samples=5, images=20)))
    assert [key for key, row in found.items() if row.value is None or not math.isfinite(row.value)] == []
    assert set(found) >= NEEDS_DENSITY
    assert found["elbo"].value < found["bound"].value < 0
    parts = sum(
        found[key].value for key in ("mutual_information", "total_correlation", "dimension_wise_kl", "identity_gap")
    )
    assert parts == pytest.approx(found["kl"].value)
    assert found["kl_1"].value + found["kl_2"].value == pytest.approx(found["kl"].value, rel=1e-5)
    assert found["sharpness_of_test"].value > found["sharpness"].value  # noise, against an untrained decoder


def test_a_deterministic_encoder_has_what_asks_for_no_density(blob_checkpoint, images):
    found = by_key(measure(blob_checkpoint(family="autoencoder"), images, Options(images=20)))
    assert {key for key, row in found.items() if row.value is None} == NEEDS_DENSITY
    assert {found[key].reason.code for key in NEEDS_DENSITY} == {"measure.no_kl", "measure.no_elbo"}


def test_too_few_images_leave_the_rest_alone(blob_checkpoint, images):
    found = by_key(measure(blob_checkpoint(), images, Options(samples=2, images=3)))
    assert found["knn_accuracy"].reason.code == "measure.neighbours"
    assert found["coverage"].reason.code == "measure.neighbours_of_draws"
    assert found["bound"].error > 0
    alone = by_key(measure(blob_checkpoint(), images, Options(samples=2, images=1)))
    assert alone["silhouette"].reason.code == "measure.silhouette"
    assert alone["bound"].error is None
    assert alone["elbo"].value < 0


def test_the_seed_chooses_images_and_all_of_them_are_the_whole_set(blob_checkpoint, images):
    checkpoint = blob_checkpoint()
    runs = [measure(checkpoint, images, Options(samples=2, images=12, seed=seed)) for seed in (0, 0, 1)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    whole = by_key(measure(checkpoint, images, Options(samples=2, images=1000)))
    assert whole["sharpness_of_test"].value == pytest.approx(float(sharpness(images.astype(np.float32) / 255).mean()))


def test_bad_options_and_another_set_are_refused(blob_checkpoint, images):
    for bad, message in (
        ({"samples": 0}, r"measure\.samples: most=5000, got=0"),
        ({"samples": 5001}, r"measure\.samples: most=5000, got=5001"),
        ({"images": 0}, r"measure\.images: got=0"),
    ):
        with pytest.raises(InputError, match=message):
            Options(**bad)
    with pytest.raises((InputError, TypeCheckError)):
        measure(blob_checkpoint(), images[:7], Options())
