"""What the browser fetches by URL: right content under immutable names, a sentence for everything else."""

import hashlib
import io
import json
import os
import struct
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from datasets.data_set import DataSet
from live.library import OpenModel, TestImages
from live.planes import plane_of
from live.weights import part_manifest, part_weights
from models import checkpoint as checkpoints
from models import gallery
from models.checkpoint import Checkpoint
from models.families import FAMILIES
from models.scores import Scores
from ui import assets

Open = Callable[..., OpenModel]
JSON, BINARY = "application/json", "application/octet-stream"


def refused(client: TestClient, url: str) -> str:
    """The sentence with which the URL is answered; it must not be kept by the browser."""
    found = client.get(url)
    assert found.status_code == 404, url
    assert "immutable" not in found.headers.get("Cache-Control", "")
    assert "Traceback" not in found.text
    return found.text


class TestModelAssets:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [("manifold.webp", "image/webp"), ("codes.webp", "image/webp"), ("latents.bin", BINARY), ("decoder.json", JSON), ("decoder.bin", BINARY),
         ("encoder.json", JSON), ("encoder.bin", BINARY), ("map-1-2.json", JSON), ("map-2-1.json", JSON),
         (assets.code_name(), JSON)],
    )  # fmt: skip
    def test_are_served_for_good(self, client: TestClient, opened: Open, name: str, kind: str) -> None:
        found = client.get(assets.model_url(opened()) + name)
        assert found.status_code == 200
        assert found.headers["Content-Type"].split(";")[0] == kind
        assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert len(found.content) > 20

    def test_the_urls_are_relative_so_that_a_prefix_survives(self, opened: Open) -> None:
        model = opened()
        for url in (
            assets.model_url(model), assets.manifold_url(model), assets.codes_url(model), assets.model_url(model) + assets.THUMBS,
            assets.model_url(model) + assets.figure_name(plane_of(model, "1-2")), assets.live_url("main.js"), assets.plotly_url(),
        ):  # fmt: skip
            assert url.startswith("assets/")

    @pytest.mark.parametrize("family", list(FAMILIES))
    def test_parts_are_those_of_live_assets(self, client: TestClient, opened: Open, family: str) -> None:
        model = opened(family)
        for part in ("decoder", "encoder"):
            manifest = client.get(assets.model_url(model) + f"{part}.json").json()
            content = client.get(assets.model_url(model) + f"{part}.bin").content
            assert manifest == json.loads(json.dumps(part_manifest(model.checkpoint, part, "float32")))
            assert content == part_weights(model.checkpoint, part, "float32")
            assert len(content) == 4 * manifest["count"]

    def test_float16_files_are_sent_as_float16(self, client: TestClient, opened: Open) -> None:
        model = opened(weights_type=np.float16)
        manifest = client.get(assets.model_url(model) + "decoder.json").json()
        assert manifest["dtype"] == "float16"
        assert len(client.get(assets.model_url(model) + "decoder.bin").content) == 2 * manifest["count"]

    @pytest.mark.parametrize(("family", "latents"), [("vae", 2), ("autoencoder", 3), ("cvae", 10)])
    def test_latents_are_means_then_log_variances_then_labels(
        self, client: TestClient, opened: Open, family: str, latents: int
    ) -> None:
        model = opened(family, latent_dim=latents, test_count=33)
        content = client.get(assets.model_url(model) + "latents.bin").content
        expected = model.checkpoint.latents
        size = 33 * latents
        blocks = 1 if expected.log_var is None else 2
        assert len(content) == size * 4 * blocks + 33
        assert struct.unpack(f"<{size}f", content[: size * 4]) == tuple(expected.mu.flatten().tolist())
        if expected.log_var is not None:
            found = np.frombuffer(content, "<f4", size, size * 4).reshape(33, latents)
            assert np.array_equal(found, expected.log_var)
        assert list(content[-33:]) == expected.labels.tolist()

    def test_scores_are_one_number_an_image_and_a_model_without_any_says_what_to_do(
        self, client: TestClient, opened: Open
    ) -> None:
        model = opened()
        missing = client.get(assets.model_url(model) + "scores.bin")
        assert (missing.status_code, "python -m analysis score tiny-vae" in missing.text) == (404, True)
        each = np.linspace(-150, -90, 20, dtype=np.float32)
        gallery.add_scores("tiny-vae", Scores(each, 8))  # the model's digest, and its URL, stay
        content = client.get(assets.model_url(model) + "scores.bin").content
        assert np.array_equal(np.frombuffer(content, "<f4"), each)

    def test_directions_are_those_of_the_known_factors(
        self, client: TestClient, opened: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        model = opened(latent_dim=3, test_count=40)
        codes = model.checkpoint.latents.mu
        factors = {"smile": 2 * codes[:, 1] - 1, "absent": np.random.default_rng(0).random(40)}
        found = TestImages(np.zeros((40, 1, 8, 8), np.uint8), factors=factors)
        monkeypatch.setattr("live.library.test_images", lambda _record: found)
        smile, absent = client.get(assets.model_url(model) + assets.DIRECTIONS).json()
        assert (smile["name"], absent["name"]) == ("smile", "absent")
        assert smile["weights"] == pytest.approx([0, 2, 0], abs=1e-4)
        assert smile["r2"] == pytest.approx(1, abs=1e-4)
        assert smile["step"][1] == pytest.approx(0.5, abs=1e-4)
        assert absent["step"] == [0, 0, 0]
        assert smile["values"] == pytest.approx(factors["smile"].tolist(), abs=5e-4)

    def test_without_the_test_images_there_are_no_directions(self, client: TestClient, opened: Open) -> None:
        answer = client.get(assets.model_url(opened()) + assets.DIRECTIONS)
        assert answer.status_code == 404
        assert "20" in answer.text

    def test_the_map_is_a_figure(self, client: TestClient, opened: Open) -> None:
        model = opened()
        figure = client.get(assets.model_url(model) + assets.figure_name(plane_of(model, "1-2"))).json()
        assert set(figure) >= {"data", "layout"}
        assert [trace["name"] for trace in figure["data"] if "label" in trace["meta"]] == list("0123456789")

    def test_models_that_share_weights_have_maps_of_their_own(
        self, client: TestClient, opened: Open, make_checkpoint: Callable[..., Checkpoint]
    ) -> None:
        theirs = make_checkpoint(run_id="theirs")
        names = ("evil", *theirs.run.data.class_names[1:])
        run = replace(theirs.run, data=replace(theirs.run.data, class_names=names))
        model = opened(run_id="ours")
        gallery.add(replace(theirs, run=run))
        other = assets.open_model("theirs")
        first = client.get(assets.model_url(other) + "map-1-2.json").json()
        second = client.get(assets.model_url(model) + "map-1-2.json").json()
        assert [figure["layout"]["annotations"][0]["text"] for figure in (first, second)] == ["<b>evil</b>", "<b>0</b>"]

    def test_principal_components_are_served(self, client: TestClient, opened: Open) -> None:
        assert client.get(assets.model_url(opened(latent_dim=3)) + "map-pca.json").status_code == 200

    @pytest.mark.parametrize(
        "plane",
        ["", "1", "1-1", "0-1", "1-3", "3-1", "pca", "x-y", "01-2", "%D9%A1-2", "1-2-1", "1" * 5000 + "-2", "1-%00", "..",
         "%2e%2e%2f1-2", "1-2%0a"],
    )  # fmt: skip
    def test_a_bad_plane_is_refused_in_words(self, client: TestClient, opened: Open, plane: str) -> None:
        sentence = refused(client, f"{assets.model_url(opened())}map-{plane}.json")
        assert "this model has dimensions 1 to 2" in sentence or sentence == "Not Found"
        assert len(sentence) < 120

    def test_thumbs_are_a_lossless_sheet(self, client: TestClient, opened: Open) -> None:
        found = client.get(assets.model_url(opened(test_count=360)) + assets.THUMBS)
        assert found.headers["Content-Type"] == "image/webp"
        assert "immutable" in found.headers["Cache-Control"]
        assert Image.open(io.BytesIO(found.content)).size == (19 * 8, 19 * 8)

    def test_one_test_image_is_a_file_of_its_own(self, client: TestClient, opened: Open, digits: DataSet) -> None:
        base = assets.model_url(opened(test_count=360))
        found = client.get(base + "test-7.png")
        assert (found.status_code, found.headers["Content-Type"]) == (200, "image/png")
        assert (np.asarray(Image.open(io.BytesIO(found.content))) == digits.test_x[7, 0]).all()
        assert "there are 360" in refused(client, base + "test-360.png")
        for name in ("test-.png", "test--1.png", "test-1.5.png", "test-1e1.png", "test-12345678.png"):
            refused(client, base + name)

    def test_missing_test_images_are_said(
        self, client: TestClient, make_checkpoint: Callable[..., Checkpoint], checkpoint_folder: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch, no_network: list[str],
    ) -> None:  # fmt: skip
        monkeypatch.setenv("LATENT_DATA", str(tmp_path / "none"))
        checkpoint = make_checkpoint()
        data = replace(checkpoint.run.data, name="fashion-mnist", title="Fashion-MNIST")
        gallery.add(replace(checkpoint, run=replace(checkpoint.run, data=data)))
        assert checkpoint_folder.is_dir()
        sentence = refused(client, assets.model_url(assets.open_model("tiny-vae")) + assets.THUMBS)
        assert "Fashion-MNIST is not usable" in sentence
        assert str(tmp_path) not in sentence, "where the server's folders lie is no visitor's business"
        assert no_network == []

    def test_a_test_set_of_another_size_is_said(self, client: TestClient, opened: Open) -> None:
        assert "360 images, the model was tested on 20" in refused(client, assets.model_url(opened()) + assets.THUMBS)

    @pytest.mark.parametrize(
        "name", ["", "x", "run.json", "weights.safetensors", "latents.safetensors", "decode", "manifold.svg", "decoder", "decoder.js",
                 "thumbs.webp.js", "map-", "map-1-2", "%2e%2e%2frun.json", "..%2f..%2frun.json", "DECODER.BIN", "a" * 5000]
    )  # fmt: skip
    def test_unknown_names_are_refused(self, client: TestClient, opened: Open, name: str) -> None:
        assert refused(client, assets.model_url(opened()) + name) in ("There is no such file.", "Not Found")

    @pytest.mark.parametrize(
        "name",
        ["manifold.webp", "codes.webp", "latents.bin", "decoder.json", "decoder.bin", "map-1-2.json", "thumbs.webp"],
    )
    def test_another_digest_asks_for_a_reload(self, client: TestClient, opened: Open, name: str) -> None:
        opened()
        assert (
            refused(client, f"assets/model/tiny-vae/{'0' * 16}/{name}") == "This model was replaced; reload the page."
        )

    def test_the_digest_of_a_replaced_model_is_no_longer_served(self, client: TestClient, opened: Open) -> None:
        old, new = assets.model_url(opened(seed=0)), assets.model_url(opened(seed=1))
        assert old != new
        assert "replaced" in refused(client, old + "latents.bin")
        assert client.get(new + "latents.bin").status_code == 200

    @pytest.mark.parametrize(
        "run_id", ["gone", "..", "%2e%2e", "TINY-VAE", "x" * 5000, "a%00b", "%F0%9F%99%82", "%ED%A0%80"]
    )
    def test_unknown_models_are_refused(self, client: TestClient, opened: Open, run_id: str) -> None:
        digest = opened().digest
        sentence = refused(client, f"assets/model/{run_id}/{digest}/latents.bin")
        assert "There is no model called" in sentence or sentence == "Not Found"
        assert len(sentence) < 200

    def test_a_damaged_model_is_said(self, client: TestClient, opened: Open, checkpoint_folder: Path) -> None:
        url = assets.model_url(opened()) + "latents.bin"
        weights = checkpoint_folder / "tiny-vae" / checkpoints.WEIGHTS
        weights.write_bytes(weights.read_bytes()[:-4])
        os.utime(weights, ns=(1, 1))
        assert "weights.safetensors" in refused(client, url)

    def test_lines_of_another_code_ask_for_a_reload(self, client: TestClient, opened: Open) -> None:
        assert "reload" in refused(client, assets.model_url(opened()) + f"code-{'0' * 16}.json")
        assert client.get(assets.model_url(opened()) + assets.code_name()).json()["objective"]["terms"]

    def test_only_reading_is_allowed(self, client: TestClient, opened: Open) -> None:
        url = assets.model_url(opened()) + "latents.bin"
        assert client.head(url).status_code == 200
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert client.request(method, url).status_code == 405


class TestEpochs:
    """The film: weights and means of each kept epoch, under the model's own digest."""

    @pytest.fixture
    def filmed(self, opened: Open, with_film: Callable[..., Checkpoint]) -> Callable[..., OpenModel]:
        def make(family: str = "vae", numbers: tuple[int, ...] = (0, 1, 3), **settings: object) -> OpenModel:
            gallery.add(with_film(opened(family, **settings).checkpoint, numbers), replace=True)
            return assets.open_model(f"tiny-{family}")

        return make

    @pytest.mark.parametrize(
        ("family", "weights_type"), [("vae", np.float32), ("vae", np.float16), ("cvae", np.float16)]
    )
    def test_the_decoder_is_laid_out_as_its_manifest_says(
        self, client: TestClient, filmed: Open, family: str, weights_type: type[np.floating]
    ) -> None:
        self.is_laid_out(client, filmed(family, weights_type=weights_type), "decoder", weights_type)

    def test_the_encoder_too(self, client: TestClient, filmed: Open) -> None:
        self.is_laid_out(client, filmed("cvae", weights_type=np.float16), "encoder", np.float16)

    def is_laid_out(self, client: TestClient, model: OpenModel, part: str, weights_type: type[np.floating]) -> None:
        manifest = client.get(f"{assets.model_url(model)}{part}.json").json()
        kind = "<f2" if weights_type == np.float16 else "<f4"
        for number, share in ((0, 0.0), (1, 1 / 3), (3, 1.0)):
            found = client.get(f"{assets.model_url(model)}epoch-{number}-{part}.bin")
            assert found.status_code == 200
            assert found.headers["Content-Type"] == BINARY
            assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            numbers = np.frombuffer(found.content, kind)
            assert len(numbers) == manifest["count"]
            for position, layer in enumerate(manifest["layers"]):
                if "weight" in layer:
                    offset, shape = layer["weight"]["offset"], layer["weight"]["shape"]
                    block = numbers[offset : offset + np.prod(shape)].reshape(shape)
                    own = model.checkpoint.weights[f"{part}.{position}.weight"]
                    assert np.array_equal(block, (np.float32(share) * own.astype(np.float32)).astype(np.float16))

    @pytest.mark.parametrize("latents", [1, 2, 10])
    def test_means_are_float32_an_image_a_row(self, client: TestClient, filmed: Open, latents: int) -> None:
        model = filmed(latent_dim=latents, test_count=33)
        found = client.get(assets.model_url(model) + "epoch-3-mu.bin")
        assert found.status_code == 200
        mu = np.frombuffer(found.content, "<f4").reshape(33, latents)
        assert np.array_equal(mu, model.checkpoint.latents.mu.astype(np.float16).astype(np.float32))

    @pytest.mark.parametrize("number", ["2", "4", "9999"])
    def test_an_epoch_that_was_not_kept_is_refused_in_words(
        self, client: TestClient, filmed: Open, number: str
    ) -> None:
        for what in ("decoder", "mu"):
            sentence = refused(client, f"{assets.model_url(filmed())}epoch-{number}-{what}.bin")
            assert sentence == f"epoch {int(number):,} was not kept; kept are 0, 1, 3."

    @pytest.mark.parametrize(
        "name",
        ["epoch-", "epoch-1", "epoch-1-mu", "epoch-1-encoder.json", "epoch-1-mu.bin.bin", "epoch--1-mu.bin", "epoch-1.0-mu.bin",
         "epoch-\u0661-mu.bin", "epoch-10000-mu.bin", "epoch-1-mu.bin%0a", "epoch-1-mu.json", "EPOCH-1-mu.bin", "epoch-%2e%2e-mu.bin",
         "epoch-" + "1" * 5000 + "-mu.bin"],
    )  # fmt: skip
    def test_other_names_are_not_there(self, client: TestClient, filmed: Open, name: str) -> None:
        assert refused(client, assets.model_url(filmed()) + name) in ("There is no such file.", "Not Found")

    def test_a_model_without_a_film_says_so(self, client: TestClient, opened: Open) -> None:
        sentence = refused(client, assets.model_url(opened()) + "epoch-0-mu.bin")
        assert sentence == "No epochs of this model's training were kept."

    def test_a_damaged_film_is_said_and_the_model_is_still_served(
        self, client: TestClient, filmed: Open, checkpoint_folder: Path
    ) -> None:
        url = assets.model_url(filmed())
        path = checkpoint_folder / "tiny-vae" / checkpoints.EPOCHS
        path.write_bytes(path.read_bytes()[:-4])
        os.utime(path, ns=(1, 1))
        assert checkpoints.EPOCHS in refused(client, url + "epoch-1-mu.bin")
        assert client.get(url + "latents.bin").status_code == 200

    def test_another_digest_asks_for_a_reload(self, client: TestClient, filmed: Open) -> None:
        filmed()
        sentence = refused(client, f"assets/model/tiny-vae/{'0' * 16}/epoch-1-mu.bin")
        assert sentence == "This model was replaced; reload the page."


class TestLiveFiles:
    def test_every_file_is_served_under_the_hash_of_all(self, client: TestClient) -> None:
        files = [path for path in assets.LIVE.rglob("*") if path.suffix in (".js", ".css", ".json")]
        assert len(files) > 10
        assert assets.LIVE / "words" / "en.json" in files
        for path in files:
            found = client.get(assets.live_url(path.relative_to(assets.LIVE).as_posix()))
            assert found.status_code == 200, path.name
            assert found.content == path.read_bytes()
            assert (
                found.headers["Content-Type"].split(";")[0]
                == {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}[path.suffix]
            )
            assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"

    def test_the_hash_changes_with_any_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(assets, "LIVE", tmp_path)
        digests = set()
        for name, content in (("a.js", "1"), ("a.js", "2"), ("b.js", "2"), ("c.css", "")):
            (tmp_path / name).write_text(content)
            assets.live_files.cache_clear()
            digests.add(assets.live_digest.__wrapped__())
        assets.live_files.cache_clear()
        assert len(digests) == 4
        assert all(len(digest) == 16 for digest in digests)

    @pytest.mark.parametrize(
        "name",
        ["gone.js", "", "..", "..%2fpage.py", "..%2f..%2fapp.py", "%2e%2e%2fassets.py", "..%5cassets.py", "..%2ficon.png",
         "%2fetc%2fpasswd", "main.js%00", "main.js%00.css", "main.mjs", "main", "MAIN.JS", "a" * 300 + ".js", "a" * 5000 + ".js",
         "%F0%9F%99%82.js", "%ED%A0%80.js", ".js"],
    )  # fmt: skip
    def test_nothing_else_is(self, client: TestClient, name: str) -> None:
        assert refused(client, f"assets/live/{assets.live_digest()}/{name}") in (
            "There is no such file; reload the page.", "Not Found"
        )  # fmt: skip

    def test_other_folders_of_the_project_are_not_reached_by_dots(self, client: TestClient) -> None:
        for url in ("assets/live/../page.py", f"assets/live/{assets.live_digest()}/../../page.py", "assets/../app.py"):
            assert client.get(url).status_code == 404

    def test_another_hash_asks_for_a_reload(self, client: TestClient) -> None:
        assert refused(client, "assets/live/0000000000000000/main.js") == "There is no such file; reload the page."


def test_plotly_is_served_from_its_package(client: TestClient) -> None:
    found = client.get(assets.plotly_url())
    assert found.status_code == 200
    assert found.headers["Content-Type"].split(";")[0] == "text/javascript"
    assert "immutable" in found.headers["Cache-Control"]
    assert version("plotly") in assets.plotly_url()
    assert "plotly.js v" in found.text[:200]
    assert len(found.content) > 1_000_000


def test_the_address_of_plotly_is_found_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit edits sys.path around every run, and whoever looks a package up meanwhile may miss it."""
    url = assets.plotly_url()

    def lost(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(assets, "version", lost)
    assert assets.plotly_url() == url


def test_the_digest_is_of_the_files(opened: Open, checkpoint_folder: Path) -> None:
    model = opened()
    content = b"".join((checkpoint_folder / "tiny-vae" / name).read_bytes() for name in checkpoints.FILES)
    assert model.digest == hashlib.sha256(content).hexdigest()[:16]
    assert assets.model_url(model) == f"assets/model/tiny-vae/{model.digest}/"
