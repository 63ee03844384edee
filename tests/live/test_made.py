"""What is kept beside a model: made once, made anew when it is stale or damaged, and nobody's upload brings it."""

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from analysis.nearness import own_quantiles
from live import made, making
from live.library import OpenModel, digest_of, open_model
from live.made import is_made, made_of, nearness
from models import checkpoint as checkpoints
from models import gallery
from models.checkpoint import MADE

Open = Callable[..., OpenModel]


@pytest.fixture(autouse=True)
def _nothing_in_memory() -> None:
    made.library.FACTS.clear()


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which models were drawn, in order."""
    drawn, make = list[str](), making.make
    monkeypatch.setattr(making, "make", lambda opened: drawn.append(opened.digest) or make(opened))
    return drawn


def beside(folder: Path) -> Path:
    return folder / "tiny-vampprior" / MADE


def again(opened: OpenModel) -> OpenModel:
    """As another process opens it: nothing of it is in memory."""
    made.library.FACTS.clear()
    return open_model(opened.checkpoint.run.run_id)


def test_it_is_made_once_and_comes_back_equal(opened: Open, checkpoint_folder: Path, times: list[str]) -> None:
    model = opened("vampprior")
    assert not is_made(model)
    first = made_of(model)
    assert beside(checkpoint_folder).is_file()
    found = made_of(again(model))
    assert len(times) == 1
    assert is_made(again(model))
    assert found.picture == first.picture
    assert first.prior is not None and found.prior is not None
    assert np.array_equal(found.prior.mu, first.prior.mu)
    assert np.array_equal(found.prior.log_var, first.prior.log_var)
    expected = model.checkpoint.model.prior(None)
    assert np.array_equal(found.prior.mu, expected.mu[:, 0])


def test_a_factor_that_is_a_latent_has_its_gap_and_noise_has_none(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = opened("vae").checkpoint.latents.mu
    noise = np.random.default_rng(0).permutation(len(codes)) % 2
    monkeypatch.setattr(
        making, "factors_of", lambda _: {"planted": codes[:, 0] > np.median(codes[:, 0]), "noise": noise}
    )
    first = made_of(opened("vae"))
    assert first.gaps is not None
    planted, of_noise, _ = first.gaps
    assert planted > 2 * abs(of_noise)
    assert made_of(again(opened("vae"))).gaps == pytest.approx(first.gaps, rel=1e-6)


def test_a_continuous_factor_is_cut_into_tenths_and_a_few_values_stay() -> None:
    assert np.bincount(making.levels(np.linspace(-1, 1, 100) ** 3)).tolist() == [10] * 10
    assert making.levels(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [2, 0, 2, 1]


def test_of_other_weights_it_is_made_anew(opened: Open, times: list[str]) -> None:
    made_of(opened("vampprior"))
    other = replace(again(opened("vampprior", seed=1)))
    made_of(other)
    assert len(set(times)) == 2


@pytest.mark.parametrize("content", [b"", b"torso", b"\xff" * 300_000, b"\x02\0\0\0\0\0\0\0{}"])
def test_what_is_damaged_is_made_anew(content: bytes, opened: Open, checkpoint_folder: Path, times: list[str]) -> None:
    model = opened("vampprior")
    beside(checkpoint_folder).write_bytes(content)
    assert made_of(again(model)).picture.startswith(b"RIFF")
    assert len(times) == 1
    assert len(beside(checkpoint_folder).read_bytes()) != len(content)


def test_where_nothing_can_be_written_it_stays_in_memory(
    opened: Open, times: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = opened("vampprior")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "read only")

    monkeypatch.setattr(os, "replace", refuse)
    assert made_of(model) is made_of(model)
    assert len(times) == 1


def test_a_zip_neither_takes_it_along_nor_brings_it(opened: Open, checkpoint_folder: Path) -> None:
    model = opened("vampprior")
    made_of(model)
    packed = checkpoints.to_zip(checkpoints.load(checkpoint_folder / "tiny-vampprior"))
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert not any(MADE in name for name in names)
    with zipfile.ZipFile(brought := io.BytesIO(packed), "a") as archive:
        archive.writestr(f"tiny-vampprior/{MADE}", beside(checkpoint_folder).read_bytes())
    gallery.remove("tiny-vampprior")
    gallery.add_upload(brought.getvalue(), "x.zip")
    assert not beside(checkpoint_folder).exists()


def test_every_model_that_ships_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = Path(__file__).parents[2] / "checkpoints"
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(shipped))
    for name in (shipped / gallery.SHIPPED).read_text().split():
        stamp = safetensors.numpy.load((shipped / name / MADE).read_bytes())["stamp"].tobytes().decode()
        assert stamp == digest_of(name), f"{name}: python -m live.made"


def test_nearness_is_read_where_it_is_kept_and_computed_without_a_network_where_it_is_not(
    opened: Open, times: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = opened("vampprior")
    computed = nearness(model)
    assert times == [], "no network is needed"
    assert computed == pytest.approx(own_quantiles(model.checkpoint.latents.mu).tolist(), rel=1e-5)
    made_of(model)
    monkeypatch.setattr(made, "quantiles_of", lambda _: pytest.fail("it is kept"))
    assert nearness(again(model)) == computed
