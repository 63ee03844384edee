"""Pictures of models: the sheet of test images, the card's manifold, the map; each made once."""

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from analysis.decoding import decode_images
from analysis.grids import grid
from datasets.data_set import DataSet
from live import library, pictures
from live.images import to_uint8
from live.library import OpenModel, TestImages, open_model
from live.making import manifold
from live.planes import PCA, Plane, plane_of
from live.prior import prior_of_all
from models.errors import InputError

Open = Callable[..., OpenModel]


def read(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("L"))


class TestSheet:
    @pytest.mark.parametrize(("count", "side"), [(1, 1), (2, 2), (4, 2), (5, 3), (10, 4), (17, 5)])
    def test_image_k_is_in_row_k_over_side_and_column_k_mod_side(self, count: int, side: int) -> None:
        images = torch.randint(
            0, 256, (count, 1, 6, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
        ).numpy()
        content = pictures._sheet(images)
        sheet = read(content)
        assert Image.open(io.BytesIO(content)).format == "WEBP"
        assert sheet.shape == (side * 6, side * 4)
        for k in range(side * side):
            row, column = divmod(k, side)
            tile = sheet[row * 6 : row * 6 + 6, column * 4 : column * 4 + 4]
            expected = images[k, 0] if k < count else 0
            assert np.array_equal(tile, np.broadcast_to(expected, (6, 4))), k

    def test_colours_are_kept(self) -> None:
        images = torch.randint(
            0, 256, (3, 3, 5, 5), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
        ).numpy()
        sheet = np.asarray(Image.open(io.BytesIO(pictures._sheet(images))))
        assert np.array_equal(sheet[5:, :5], images[2].transpose(1, 2, 0))


class TestThumbs:
    def test_the_bundled_digits(self, opened: Open, digits: DataSet) -> None:
        model = opened(test_count=360)
        sheet = read(pictures.thumbs(model))
        assert sheet.shape == (19 * 8, 19 * 8)
        assert np.array_equal(sheet[8:16, 0:8], digits.test_x[19, 0])
        assert pictures.thumbs(model) is pictures.thumbs(model)

    def test_a_test_set_of_another_size_is_refused_in_words(self, opened: Open) -> None:
        with pytest.raises(InputError, match=r"images\.other_count: count=360, tested=20"):
            pictures.thumbs(opened(test_count=20))

    def test_images_that_were_deleted_are_not_shown_any_more(
        self, opened: Open, digits: DataSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        model = opened(test_count=360)
        assert pictures.thumbs(model)
        monkeypatch.setattr(pictures, "test_images", lambda _record: TestImages(None))
        with pytest.raises(InputError, match=r"images\.missing"):
            pictures.thumbs(model)

    def test_forgotten_images_are_read_and_painted_anew(self, opened: Open) -> None:
        model = opened(test_count=360)
        before, images = pictures.thumbs(model), library.test_images(model.checkpoint.run.data).images
        pictures.forget_images()
        assert pictures.thumbs(model) is not before
        assert library.test_images(model.checkpoint.run.data).images is not images

    def test_missing_data_are_refused_in_words_and_found_once_they_are_there(
        self, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: list[str]
    ) -> None:
        model = opened()
        run = model.checkpoint.run
        mnist = replace(
            model, checkpoint=replace(model.checkpoint, run=replace(run, data=replace(run.data, name="mnist")))
        )
        monkeypatch.setenv("LATENT_DATA", str(tmp_path / "none"))
        with pytest.raises(InputError, match=r"data\.unusable: data=MNIST"):
            pictures.thumbs(mnist)
        assert no_network == []
        found = TestImages(np.zeros((20, 1, 8, 8), np.uint8))
        monkeypatch.setattr(pictures, "test_images", lambda _record: found)
        assert read(pictures.thumbs(mnist)).shape == (40, 40)


class TestManifold:
    @pytest.mark.parametrize(
        ("family", "latents", "rows", "columns"),
        [("vae", 2, 14, 14), ("autoencoder", 2, 14, 14), ("vae", 1, 4, 4), ("beta-vae", 10, 14, 14),
         ("autoencoder", 10, 14, 14), ("cvae", 2, 10, 10), ("mmd-cvae", 8, 10, 10), ("cvae", 1, 10, 10)],
    )  # fmt: skip
    def test_size(self, opened: Open, family: str, latents: int, rows: int, columns: int) -> None:
        picture = pictures.manifold_picture(opened(family, latent_dim=latents))
        assert Image.open(io.BytesIO(picture)).format == "WEBP"
        assert read(picture).shape == (rows * 8, columns * 8)

    def test_two_latents_show_the_grid_of_the_priors_quantiles(self, opened: Open) -> None:
        model = opened()
        sheet = to_uint8(manifold(model, prior_of_all(model)))
        images = decode_images(model.checkpoint.model, grid("normal", 14))
        for k in (0, 13, 14, 195):
            row, column = divmod(k, 14)
            tile = sheet[row * 8 : row * 8 + 8, column * 8 : column * 8 + 8]
            assert np.array_equal(tile, to_uint8(images[k])), k

    def test_a_published_program_shows_its_own_grid(self, opened: Open) -> None:
        namesake = opened(run_id="keras-io-vae")
        assert pictures.published_extent(namesake) is None
        run = replace(namesake.checkpoint.run, program="keras-io-vae")
        model = replace(namesake, checkpoint=replace(namesake.checkpoint, run=run), digest="of-the-program")
        assert pictures.published_extent(model) == 1.0
        images = decode_images(model.checkpoint.model, grid("linear", 14, -1.0, 1.0))
        sheet = to_uint8(manifold(model, prior_of_all(model)))
        assert np.array_equal(sheet[:8, :8], to_uint8(images[0]))
        assert np.array_equal(sheet[-8:, -8:], to_uint8(images[195]))

    def test_a_conditional_model_shows_a_class_in_each_column(self, opened: Open) -> None:
        model = opened("cvae", latent_dim=3)
        sheet = to_uint8(manifold(model, prior_of_all(model)))
        z = torch.randn(10, 3, generator=torch.Generator().manual_seed(0)).numpy()
        for row, label in ((0, 0), (4, 7), (9, 9)):
            expected = to_uint8(decode_images(model.checkpoint.model, z[row : row + 1], label)[0])
            assert np.array_equal(sheet[row * 8 : row * 8 + 8, label * 8 : label * 8 + 8], expected)


class TestMap:
    def test_two_dimensions_have_the_priors_rings(self, opened: Open) -> None:
        model = opened(latent_dim=3)
        info = pictures.map_info(model, plane_of(model, "1-3"))
        latents = model.checkpoint.latents
        assert np.array_equal(info.xy, latents.mu[:, [0, 2]])
        assert np.array_equal(info.labels, latents.labels)
        assert (info.x_title, info.y_title) == ("z₁", "z₃")
        assert [np.linalg.norm(ring, axis=1).round(5).tolist() for ring in info.rings] == [[1.0] * 64, [2.0] * 64]

    def test_principal_components_have_none(self, opened: Open) -> None:
        model = opened(latent_dim=3)
        assert pictures.map_info(model, plane_of(model, PCA)).rings == []

    def test_json_holds_every_test_image_once(self, opened: Open) -> None:
        model = opened(test_count=50)
        figure = json.loads(pictures.map_json(model, plane_of(model, "1-2")))
        indices = [
            index
            for trace in figure["data"]
            if "label" in trace.get("meta", {})
            for index in np.frombuffer(
                base64.b64decode(trace["customdata"]["bdata"]), trace["customdata"]["dtype"]
            ).tolist()
        ]
        assert sorted(indices) == list(range(50))


def test_kept_makes_once_for_each_key() -> None:
    made: list[str] = []
    for name in "aabba":
        content = pictures.kept(("test_kept", name), lambda name=name: made.append(name) or name.encode())
        assert content == name.encode()
    assert made == ["a", "b"]


def test_warming_goes_on_after_a_defect_and_logs_it(
    opened: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for run_id in ("defect-a", "defect-b", "defect-c"):
        opened(run_id=run_id, seed=8)
    drawn, packed_map = [], pictures.packed_map

    def half_imported(model: OpenModel, plane: Plane) -> bytes:
        drawn.append(model.checkpoint.run.run_id)
        if len(drawn) == 1:
            raise AttributeError("partially initialized module 'pandas'")
        return packed_map(model, plane)

    monkeypatch.setattr(pictures, "packed_map", half_imported)
    pictures.warm()
    assert sorted(drawn) == ["defect-a", "defect-b", "defect-c"]
    assert f"{drawn[0]} could not be warmed" in caplog.text
    assert "partially initialized" in caplog.text


def test_warming_ends_when_it_is_told_to(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    for run_id in ("end-a", "end-b", "end-c"):
        opened(run_id=run_id, seed=9)
    drawn: list[str] = []
    monkeypatch.setattr(pictures, "packed_map", lambda model, _plane: drawn.append(model.checkpoint.run.run_id))
    pictures.warm(lambda: len(drawn) < 2)
    assert len(drawn) == 2


def test_warming_draws_the_codes_and_the_map_of_every_model_and_passes_over_damage(
    opened: Open, checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for run_id, latents in (("warm-a", 2), ("warm-b", 3), ("warm-c", 1)):
        opened(run_id=run_id, latent_dim=latents, seed=5)
    program = opened(run_id="book-mlp", seed=6, program="book-mlp")
    (checkpoint_folder / "warm-b" / "weights.safetensors").unlink()
    pictures.warm()

    def must_not(*_call: object) -> bytes:
        raise AssertionError("drawn again")

    monkeypatch.setattr(pictures, "map_json", must_not)
    monkeypatch.setattr(pictures, "codes_picture", must_not)
    assert pictures.codes(program)
    for run_id, plane in (("warm-a", "1-2"), ("warm-c", "1-1")):
        model = open_model(run_id)
        assert pictures.packed_map(model, plane_of(model, plane))
