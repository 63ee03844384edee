"""Data of any kind: colour, a piano roll, without labels, with factors; the hash that knows them again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from datasets.data_set import DataSet
from models import gallery
from models.checkpoint import Checkpoint, from_files, to_files
from models.config import ModelConfig
from models.errors import InputError
from models.run import DataRecord, TrainingConfig
from training.finish import finish
from training.loop import train
from training.state import TrainState, load_state

CPU = torch.device("cpu")


def images(count: int, image: tuple[int, int, int], seed: int = 0) -> np.ndarray:
    return torch.randint(
        0, 256, (count, *image), generator=torch.Generator().manual_seed(seed), dtype=torch.uint8
    ).numpy()


def unlabelled(image: tuple[int, int, int] = (3, 12, 9), kind: str = "image") -> DataSet:
    return DataSet("mine", "My images", (), images(32, image), None, images(16, image, 1), None, kind=kind)


def state_of(data: DataSet) -> TrainState:
    model = ModelConfig(image=data.image, class_count=0, widths=(8,))
    return TrainState("mine", "VAE on my images", model, TrainingConfig(data="mine", epochs=1), data.record(), CPU)


def trained(data: DataSet) -> Checkpoint:
    state = state_of(data)
    for _ in train(state, data):
        pass
    return finish(state, data)


@pytest.mark.parametrize(("image", "kind"), [((3, 12, 9), "image"), ((1, 48, 8), "piano-roll")])
def test_data_without_labels_are_trained_on_and_kept(
    image: tuple[int, int, int], kind: str, checkpoint_folder: Path
) -> None:
    data = unlabelled(image, kind)
    made = trained(data)
    gallery.add(made, checkpoint_folder)
    kept = gallery.open_run("mine", checkpoint_folder)
    assert kept.run.data == data.record()
    assert (kept.run.data.kind, kept.run.data.digest) == (kind, data.digest)
    assert kept.latents.labels is None
    assert kept.latents.class_of_each().tolist() == [0] * 16
    assert np.array_equal(kept.latents.mu, made.latents.mu)


def test_labels_that_are_missing_are_noticed(tiny_checkpoint: Checkpoint) -> None:
    files = to_files(replace(tiny_checkpoint, latents=replace(tiny_checkpoint.latents, labels=None)))
    with pytest.raises(InputError, match=r"tensors\.missing: source=upload: latents\.safetensors, names=\['labels'\]"):
        from_files(files, "upload")


def test_a_conditional_family_needs_labels() -> None:
    with pytest.raises(InputError, match=r"model\.needs_classes: family=CVAE, got=0"):
        ModelConfig(family="cvae", class_count=0)


def test_labels_and_class_names_come_together() -> None:
    data, y = unlabelled(), np.zeros(32, np.uint8)
    for change in ({"train_y": y}, {"class_names": ("a",)}, {"class_names": ("a",), "train_y": y}):
        with pytest.raises(InputError, match=r"data\.labels_without_classes: data=My images"):
            replace(data, **change)  # type: ignore[arg-type]


def test_factors_are_one_number_for_each_test_image() -> None:
    data = replace(unlabelled(), factors={"scale": np.arange(16)})
    assert data.factors is not None
    with pytest.raises(InputError, match=r"data\.factors: count=16, got=\[16, 3\]"):
        replace(data, factors={"scale": np.arange(16), "shape": np.arange(3)})


def test_the_hash_is_of_shapes_pixels_and_labels_alone() -> None:
    data = unlabelled()
    assert data.digest == unlabelled().digest == replace(data, name="other", title="Other").digest
    labelled = replace(
        data,
        class_names=("a",),
        train_y=np.zeros(32, np.uint8),
        test_y=np.zeros(16, np.uint8),
    )
    changed = data.test_x.copy()
    changed[3, 0, 0, 0] ^= 1
    shaped = replace(data, train_x=data.train_x.reshape(32, 3, 9, 12), test_x=data.test_x.reshape(16, 3, 9, 12))
    others = [
        labelled,
        replace(data, test_x=changed),
        shaped,
        replace(labelled, train_y=np.ones(32, np.uint8)),
    ]
    assert len({data.digest, *(other.digest for other in others)}) == 5


def test_data_are_known_again_by_their_hash_or_by_name_and_counts() -> None:
    record = unlabelled().record()
    old = replace(record, digest=None)
    assert record.same_data(replace(record, title="Renamed"))
    assert record.same_data(old)
    assert old.same_data(record)
    assert not record.same_data(replace(record, digest="0" * 64))
    assert not old.same_data(replace(record, test_count=15))
    assert not old.same_data(replace(record, name="other"))


@pytest.mark.parametrize("change", [{"kind": "film"}, {"digest": "abc"}, {"digest": "G" * 64}])
def test_records_that_make_no_sense_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"run\.(one_of|data_digest)"):
        replace(DataRecord("a", "A", (), 1, 1), **change)  # type: ignore[arg-type]


def test_an_unfinished_run_from_before_the_hash_goes_on(tmp_path: Path) -> None:
    """Its record had neither kind nor digest."""
    data = unlabelled()
    state = state_of(data)
    state.data = replace(state.data, digest=None)
    content = state.to_bytes()
    length = int.from_bytes(content[:8], "little")
    header = content[8 : 8 + length].decode().replace(r", \"kind\": \"image\", \"digest\": null", "")
    assert "digest" not in header
    (tmp_path / "old").write_bytes(len(header.encode()).to_bytes(8, "little") + header.encode() + content[8 + length :])
    assert data.record().same_data(load_state(tmp_path / "old", CPU).data)
