"""The open models: each read once, read anew when it changes, and hostile names and missing data answered in words."""

import gzip
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from datasets.catalogue import load
from datasets.data_set import DataSet
from datasets.own import shelf as own_images
from datasets.own.picture import Look
from datasets.own.upload import read
from live import library
from live.library import OpenModel, all_runs, images_are_here, once, open_model, principal_plane
from live.words import refusal
from models import gallery
from models.checkpoint import RUN, WEIGHTS, Checkpoint
from models.errors import InputError, Reason
from models.run import DataRecord
from tests.datasets.own_files import noise, npz

Make = Callable[..., Checkpoint]


class TestOpenModel:
    def test_is_read_once(self, checkpoint_folder: Path, tiny_checkpoint: Checkpoint) -> None:
        gallery.add(tiny_checkpoint)
        assert checkpoint_folder.is_dir()
        first = open_model("tiny-vae")
        assert open_model("tiny-vae") is first
        assert first.checkpoint.run == tiny_checkpoint.run
        assert len(first.digest) == 16

    @pytest.mark.parametrize(
        "name",
        ["gone", "", ".", "..", "../tiny-vae", "tiny-vae/", "tiny-vae/../tiny-vae", "/etc", "TINY-VAE", "tiny-vae\n",
         "tiny-vae\x00", "tiny vae", "-tiny", ".unfinished", "%2e%2e", "x" * 81, "x" * 100_000, "\u202etiny", "<b>"],
    )  # fmt: skip
    def test_names_that_are_none_are_refused_in_words(
        self, checkpoint_folder: Path, tiny_checkpoint: Checkpoint, name: str
    ) -> None:
        gallery.add(tiny_checkpoint)
        (checkpoint_folder / ".unfinished").mkdir()
        with pytest.raises(InputError, match=r"model\.unknown") as caught:
            open_model(name)
        assert len(refusal(caught.value)) < 200
        assert caught.value.reason.values == {"name": name[:60]}

    def test_a_name_cannot_leave_the_folder(
        self, checkpoint_folder: Path, tiny_checkpoint: Checkpoint, tmp_path: Path
    ) -> None:
        gallery.add(tiny_checkpoint, folder=tmp_path)
        assert (checkpoint_folder / ".." / "tiny-vae" / RUN).is_file()
        with pytest.raises(InputError, match=r"model\.unknown"):
            open_model("../tiny-vae")

    @pytest.mark.parametrize("name", [RUN, WEIGHTS, "latents.safetensors", "history.jsonl"])
    def test_a_missing_file_is_named(self, checkpoint_folder: Path, tiny_checkpoint: Checkpoint, name: str) -> None:
        gallery.add(tiny_checkpoint)
        (checkpoint_folder / "tiny-vae" / name).unlink()
        with pytest.raises(InputError, match=rf"checkpoint\.file_missing: source=tiny-vae, name={name}"):
            open_model("tiny-vae")

    def test_a_damaged_model_opens_once_it_is_mended(
        self, checkpoint_folder: Path, tiny_checkpoint: Checkpoint
    ) -> None:
        gallery.add(tiny_checkpoint)
        weights = checkpoint_folder / "tiny-vae" / WEIGHTS
        content = weights.read_bytes()
        weights.write_bytes(content[:-8])
        with pytest.raises(InputError, match=WEIGHTS):
            open_model("tiny-vae")
        weights.write_bytes(content)
        assert open_model("tiny-vae").checkpoint.run.run_id == "tiny-vae"

    def test_a_model_replaced_on_disk_is_read_anew(self, checkpoint_folder: Path, make_checkpoint: Make) -> None:
        assert checkpoint_folder.is_dir()
        gallery.add(make_checkpoint(seed=0))
        old = open_model("tiny-vae")
        gallery.add(make_checkpoint(seed=1), replace=True)
        new = open_model("tiny-vae")
        assert new.digest != old.digest
        assert np.array_equal(new.checkpoint.latents.mu, make_checkpoint(seed=1).latents.mu)

    def test_other_latents_under_the_same_weights_are_read_anew(
        self, checkpoint_folder: Path, tiny_checkpoint: Checkpoint
    ) -> None:
        gallery.add(tiny_checkpoint)
        old = open_model("tiny-vae")
        moved = replace(tiny_checkpoint, latents=replace(tiny_checkpoint.latents, mu=tiny_checkpoint.latents.mu + 1))
        (checkpoint_folder / "other").mkdir()
        gallery.add(moved, folder=checkpoint_folder / "other")
        shutil.copy(
            checkpoint_folder / "other" / "tiny-vae" / "latents.safetensors",
            checkpoint_folder / "tiny-vae" / "latents.safetensors",
        )
        new = open_model("tiny-vae")
        assert np.array_equal(new.checkpoint.latents.mu, moved.latents.mu)
        assert new.digest != old.digest  # a URL with this digest may be kept for good

    def test_models_that_share_their_weights_have_digests_of_their_own(self, opened: Callable[..., OpenModel]) -> None:
        one, other = opened(run_id="one"), opened(run_id="other")
        assert np.array_equal(*(model.checkpoint.weights["decoder.0.weight"] for model in (one, other)))
        assert one.digest != other.digest

    def test_the_same_model_has_the_same_digest_in_another_place(
        self, checkpoint_folder: Path, tiny_checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gallery.add(tiny_checkpoint)
        digest = open_model("tiny-vae").digest
        shutil.copytree(checkpoint_folder, tmp_path / "copy")
        monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path / "copy"))
        assert open_model("tiny-vae").digest == digest

    def test_a_removed_model_is_gone(self, checkpoint_folder: Path, tiny_checkpoint: Checkpoint) -> None:
        gallery.add(tiny_checkpoint)
        open_model("tiny-vae")
        shutil.rmtree(checkpoint_folder / "tiny-vae")
        with pytest.raises(InputError, match=r"model\.unknown"):
            open_model("tiny-vae")


def names() -> list[str]:
    return sorted(run.run_id for run in all_runs().runs)


class TestAllRuns:
    @pytest.fixture(autouse=True)
    def _folder(self, checkpoint_folder: Path) -> None:
        self.folder = checkpoint_folder

    def test_an_empty_folder_and_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert all_runs() == gallery.Listing((), ())
        monkeypatch.setenv("LATENT_CHECKPOINTS", str(self.folder / "none"))
        assert all_runs() == gallery.Listing((), ())

    def test_notices_models_that_come_and_go(self, make_checkpoint: Make) -> None:
        gallery.add(make_checkpoint())
        assert names() == ["tiny-vae"]
        gallery.add(make_checkpoint("cvae"))
        assert names() == ["tiny-cvae", "tiny-vae"]
        shutil.rmtree(self.folder / "tiny-vae")
        assert names() == ["tiny-cvae"]

    def test_notices_damage_and_mending(self, make_checkpoint: Make) -> None:
        gallery.add(make_checkpoint())
        gallery.add(make_checkpoint("cvae"))
        record = self.folder / "tiny-vae" / RUN
        content = record.read_bytes()
        assert names() == ["tiny-cvae", "tiny-vae"]
        record.write_bytes(content[:100])
        assert names() == ["tiny-cvae"]
        assert [refusal(reason)[:18] for reason in all_runs().refused] == ["tiny-vae: run.json"]
        record.unlink()
        assert "tiny-vae: its file run.json is missing" in refusal(all_runs().refused[0])
        record.write_bytes(content)
        assert names() == ["tiny-cvae", "tiny-vae"]
        assert all_runs().refused == ()

    def test_notices_a_replaced_record(self, tiny_checkpoint: Checkpoint) -> None:
        gallery.add(tiny_checkpoint)
        all_runs()
        renamed = replace(tiny_checkpoint, run=replace(tiny_checkpoint.run, title="Another title"))
        gallery.add(renamed, replace=True)
        assert [run.title for run in all_runs().runs] == ["Another title"]

    def test_reads_nothing_again_while_nothing_changes(
        self, make_checkpoint: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gallery.add(make_checkpoint())
        first = all_runs()

        def must_not() -> object:
            raise AssertionError("read again")

        monkeypatch.setattr(gallery, "list_runs", must_not)
        assert all_runs() is first

    def test_a_record_that_vanishes_while_it_is_looked_at(self, make_checkpoint: Make) -> None:
        gallery.add(make_checkpoint())
        (self.folder / "half").mkdir()
        os.symlink(self.folder / "nowhere", self.folder / "half" / RUN)
        assert names() == ["tiny-vae"]
        assert "half" in refusal(all_runs().refused[0])

    def test_stray_files_and_hidden_folders_are_passed_over(self, make_checkpoint: Make) -> None:
        gallery.add(make_checkpoint())
        (self.folder / ".unfinished").mkdir()
        (self.folder / "notes.txt").write_text("x")
        assert names() == ["tiny-vae"]
        assert all_runs().refused == ()


def record(name: str, test_count: int, digest: str | None = None) -> DataRecord:
    return DataRecord(name[:40], "A title", (), 1437, test_count, digest=digest)


class TestTestImages:
    def test_images_are_known_by_their_hash_where_a_model_has_it(self, digits: DataSet) -> None:
        assert library.test_images(record("digits", 360, digits.digest)).images is not None
        found = library.test_images(record("digits", 360, "0" * 64))
        assert found.images is None
        assert found.reason == Reason("images.other_images", {"title": "A title"})

    def test_the_bundled_digits_are_always_here(self, no_network: list[str], digits: DataSet) -> None:
        found = library.test_images(record("digits", 360))
        assert found.images is not None
        assert np.array_equal(found.images, digits.test_x)
        assert no_network == []

    def test_another_number_of_images_is_said(self) -> None:
        found = library.test_images(record("digits", 20))
        assert found.images is None
        assert found.reason == Reason("images.other_count", {"count": 360, "tested": 20})

    def test_an_unknown_data_set_is_said(self) -> None:
        found = library.test_images(record("x" * 1000, 20))
        assert found.images is None
        assert found.reason.code == "images.unknown_data"
        assert len(refusal(found.reason)) < 120

    def test_own_images_that_were_deleted_are_said_and_not_kept(self, own_shapes: str) -> None:
        data = load(own_shapes)
        assert np.array_equal(library.test_images(data.record()).images, data.test_x)
        own_images.delete(own_shapes)
        found = library.test_images(data.record())
        assert found.images is None
        assert found.reason == Reason("images.deleted", {"title": "My shapes"})

    def test_other_own_images_under_a_name_are_not_taken_for_the_old_ones(self, own_shapes: str) -> None:
        old = load(own_shapes).record()
        assert library.test_images(old).images is not None
        own_images.delete(own_shapes)
        own_images.save(read(npz(x=noise(50, 28, 28)), Look()), "My shapes", {})
        found = library.test_images(old)
        assert (found.images, found.reason.code) == (None, "images.other_images")

    @pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "kmnist", "emnist-letters"])
    def test_missing_data_are_said_and_not_fetched(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: list[str]
    ) -> None:
        monkeypatch.setenv("LATENT_DATA", str(tmp_path / "data"))
        found = library.test_images(record(name, 10_000))
        assert found.images is None
        assert str(tmp_path / "data") in refusal(found.reason)
        assert "LATENT_DATA" in refusal(found.reason)
        assert no_network == []
        assert not (tmp_path / "data").exists()

    def test_damaged_data_are_said(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: list[str]
    ) -> None:
        self.put_damaged_archives(tmp_path / "data" / "MNIST" / "raw")
        monkeypatch.setenv("LATENT_DATA", str(tmp_path / "data"))
        found = library.test_images(record("mnist", 10_000))
        assert found.images is None
        assert found.reason.code == "data.unusable"
        assert no_network == []

    def put_damaged_archives(self, raw: Path) -> None:
        raw.mkdir(parents=True)
        for part in ("train", "t10k"):
            for kind in ("images-idx3", "labels-idx1"):
                (raw / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(b"not what the name says"))


def test_images_are_here(tiny_checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_DATA", str(tmp_path))
    run = tiny_checkpoint.run
    assert images_are_here(run)
    for name in ("mnist", "nobody-knows"):
        assert not images_are_here(replace(run, data=replace(run.data, name=name)))


def test_once_is_once_for_each_model(opened: Callable[..., OpenModel]) -> None:
    one, other, made = opened(run_id="one"), opened(run_id="other"), []
    for model in (one, one, other, one):
        once(model, "thing", lambda model=model: made.append(model.checkpoint.run.run_id))
    assert made == ["one", "other"]


def test_principal_plane_explains_the_most(opened: Callable[..., OpenModel]) -> None:
    model = opened(latent_dim=4, test_count=200)
    plane = principal_plane(model)
    variances = np.linalg.eigvalsh(np.cov(model.checkpoint.latents.mu.astype(np.float64).T))[::-1]
    assert plane.explained == pytest.approx((variances / variances.sum())[:2].tolist(), rel=1e-3)
    assert principal_plane(model) is plane
