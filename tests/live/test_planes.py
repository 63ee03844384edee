"""Planes: the best two dimensions, names that a link may use, and what the browser is told."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from live.library import OpenModel, open_model
from live.planes import PCA, default_plane, parse_plane, plane_of, to_plane
from live.words import refusal
from models import gallery
from models.errors import InputError

Open = Callable[..., OpenModel]


def with_kl(opened: OpenModel, kl: tuple[float, ...]) -> OpenModel:
    """The same model as if its test set had given this KL for each latent."""
    run = opened.checkpoint.run
    test = replace(run.test, kl=kl)
    return replace(opened, checkpoint=replace(opened.checkpoint, run=replace(run, test=test)))


class TestDefaultPlane:
    @pytest.mark.parametrize(
        ("family", "latents", "name"),
        [("vae", 1, "1-1"), ("vae", 2, "1-2"), ("autoencoder", 2, "1-2"), ("autoencoder", 1, "1-1")],
    )
    def test_one_or_two_latents(self, opened: Open, family: str, latents: int, name: str) -> None:
        assert default_plane(opened(family, latent_dim=latents)) == name

    def test_more_latents_without_a_kl_show_the_principal_components(self, opened: Open) -> None:
        assert default_plane(opened("autoencoder", latent_dim=10)) == PCA

    @pytest.mark.parametrize(
        ("kl", "name"),
        [
            ((0, 1, 5, 0, 0, 0, 0, 0, 3, 0), "3-9"),
            ((9, 0, 0, 0, 0, 0, 0, 0, 0, 8), "1-10"),
            ((1,) * 10, "1-2"),
            ((0, 0, 0, 0, 7, 7, 7, 0, 0, 0), "5-6"),
        ],
    )
    def test_more_latents_show_the_two_that_carry_the_most_nats(
        self, opened: Open, kl: tuple[float, ...], name: str
    ) -> None:
        model = with_kl(opened("beta-vae", latent_dim=10), tuple(float(value) for value in kl))
        assert default_plane(model) == name
        assert parse_plane(name, 10) == name


class TestParsePlane:
    @pytest.mark.parametrize(
        ("text", "latents"), [("1-2", 2), ("2-1", 2), ("1-1", 1), ("3-10", 10), (PCA, 3), ("127-128", 128)]
    )
    def test_accepts_the_planes_of_a_model(self, text: str, latents: int) -> None:
        assert parse_plane(text, latents) == text

    @pytest.mark.parametrize(
        "text",
        ["", "-", "1", "1-", "-1", "1-1", "0-1", "1-4", "4-1", "1--2", "1-2-3", "01-2", "1-02", "1.0-2", "+1-2", " 1-2", "1-2\n",
         "١-٢", "²-1", "1-²", "１-2", "PCA", "pca ", "pca-1", "x-y", "1-2" * 1000, "1" * 5000 + "-2", "1-" + "9" * 5000, "nan-1",
         "1-\x00", "../1-2", "\ud800"],
    )  # fmt: skip
    def test_refuses_the_rest_in_words(self, text: str) -> None:
        with pytest.raises(InputError, match=r"link\.plane") as caught:
            parse_plane(text, 3)
        assert len(refusal(caught.value)) < 120

    @pytest.mark.parametrize("latents", [1, 2])
    def test_two_latents_have_no_principal_components_to_choose(self, latents: int) -> None:
        with pytest.raises(InputError):
            parse_plane(PCA, latents)


def test_plane_of_two_dimensions(opened: Open) -> None:
    model = opened(latent_dim=4)
    plane = plane_of(model, "4-2")
    assert (plane.x_title, plane.y_title, plane.dims) == ("z₄", "z₂", (3, 1))
    assert to_plane(plane, np.array([[1.0, 2.0, 3.0, 4.0]], np.float32)).tolist() == [[4.0, 2.0]]


def test_plane_of_one_latent_lies_on_a_line(opened: Open) -> None:
    plane = plane_of(opened(latent_dim=1), "1-1")
    assert (plane.x_title, plane.y_title, plane.dims) == ("z₁", "", (0, 0))
    assert to_plane(plane, np.array([[1.5], [-2.0]], np.float32)).tolist() == [[1.5, 0.0], [-2.0, 0.0]]


def test_plane_of_principal_components(opened: Open) -> None:
    model = opened(latent_dim=4, test_count=100)
    plane = plane_of(model, PCA)
    mu = model.checkpoint.latents.mu
    found = to_plane(plane, mu)
    assert plane.dims is None
    assert np.abs(found.mean(axis=0)).max() < 1e-5  # principal components are centred, uncorrelated, the larger first
    covariance = np.cov(found.T)
    assert abs(covariance[0, 1]) < 1e-4
    assert covariance[0, 0] >= covariance[1, 1]
    shares = (covariance.diagonal() / np.cov(mu.T).trace()).tolist()
    assert plane.x_title == f"first component, {shares[0]:.0%} of the variance"
    assert plane.y_title == f"second component, {shares[1]:.0%}"


class TestToJson:
    KEYS = frozenset({"name", "mean", "axes", "dims", "xTitle", "yTitle", "centre", "half"})

    def test_two_dimensions(self, opened: Open) -> None:
        model = opened(latent_dim=3)
        found = plane_of(model, "3-1").to_json(model.checkpoint.latents.mu)
        assert set(found) == self.KEYS
        assert found["name"] == "3-1"
        assert found["dims"] == [2, 0]
        assert found["mean"] == [0, 0, 0]
        assert found["axes"] == [[0, 1], [0, 0], [1, 0]]
        assert (found["xTitle"], found["yTitle"]) == ("z₃", "z₁")

    def test_principal_components(self, opened: Open) -> None:
        model = opened(latent_dim=3)
        mu = model.checkpoint.latents.mu
        found = plane_of(model, PCA).to_json(mu)
        assert set(found) == self.KEYS
        assert found["dims"] is None
        assert found["mean"] == pytest.approx(mu.mean(axis=0).tolist(), abs=1e-6)
        axes = np.array(found["axes"])
        assert np.allclose(axes.T @ axes, np.eye(2), atol=1e-5)

    def test_the_square_holds_the_codes_and_the_prior(self, opened: Open) -> None:
        model = opened(test_count=200)
        for scale in (0.01, 1.0, 30.0):
            mu = model.checkpoint.latents.mu * scale + 1
            found = plane_of(model, "1-2").to_json(mu)
            (x, y), half = found["centre"], found["half"]
            inside = (np.abs(mu - np.array([x, y])) <= half).all(axis=1).astype(np.float32).mean()
            assert inside >= 0.98
            assert max(x - half, y - half) <= -2
            assert min(x + half, y + half) >= 2

    @pytest.mark.parametrize("extreme", [3e38, -3e38, 1e30])
    def test_huge_codes_give_finite_numbers(self, opened: Open, extreme: float) -> None:
        model = opened()
        mu = model.checkpoint.latents.mu.copy()
        mu[0], mu[1] = extreme, -extreme
        found = plane_of(model, "1-2").to_json(mu)
        assert all(math.isfinite(value) for value in [*found["centre"], found["half"]])


def test_every_family_and_width_has_a_plane_and_a_square(opened: Open) -> None:
    for family in ("vae", "cvae", "autoencoder", "mmd-vae"):
        for latents in (1, 2, 3, 10):
            model = opened(family, latent_dim=latents, run_id=f"{family}-{latents}")
            plane = plane_of(model, parse_plane(default_plane(model), latents))
            assert to_plane(plane, model.checkpoint.latents.mu).shape == (20, 2)
            assert plane.to_json(model.checkpoint.latents.mu)["half"] > 2


def test_codes_that_do_not_vary_have_a_plane(opened: Open, make_checkpoint: Callable[..., object]) -> None:
    checkpoint = make_checkpoint("autoencoder", latent_dim=4, run_id="flat")
    flat = replace(checkpoint, latents=replace(checkpoint.latents, mu=np.zeros((20, 4), np.float32)))
    opened()
    gallery.add(flat)
    model = open_model("flat")
    plane = plane_of(model, default_plane(model))
    assert plane.x_title == "first component, 0% of the variance"
    assert plane.to_json(flat.latents.mu)["half"] > 2
