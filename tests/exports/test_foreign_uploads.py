"""What somebody uploads of others' models: told apart by name and content, read within bounds, measured one at a time."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from datasets.catalogue import SOURCES
from exports.foreign import uploaded
from exports.foreign.uploaded import Upload, foreign_upload, take_in
from models.checkpoint import Checkpoint, to_zip
from models.errors import InputError
from models.tensors import tensors_to_bytes
from tests.exports.test_foreign_onnx import two_heads

DIGITS = SOURCES["digits"]


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def networks(folder: str = "theirs/") -> dict[str, bytes]:
    return dict(zip((f"{folder}encoder.onnx", f"{folder}decoder.onnx"), two_heads(), strict=True))


def test_a_zip_of_two_networks_is_read_and_nothing_is_guessed() -> None:
    upload = foreign_upload(packed(networks()), "theirs.zip")
    assert upload is not None
    foreign, guessed = upload.model(DIGITS, "relu")
    assert (foreign.latents, foreign.stochastic, guessed) == (2, True, None)


def test_a_checkpoint_and_what_is_no_zip_are_no_models_of_others(make_checkpoint: Callable[..., Checkpoint]) -> None:
    assert foreign_upload(to_zip(make_checkpoint()), "tiny.zip") is None
    assert foreign_upload(b"no zip", "tiny.zip") is None


def test_half_a_model_strange_packing_and_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    half = {name: content for name, content in networks().items() if "encoder" in name}
    with pytest.raises(InputError, match=r"import\.half: source=theirs\.zip"):
        foreign_upload(packed(half), "theirs.zip")
    with pytest.raises(InputError, match=r"import\.packing: source=theirs/encoder\.onnx"):
        Upload("theirs.zip", packed(networks(), zipfile.ZIP_BZIP2)).model(DIGITS, "relu")
    damaged = bytearray(packed(networks()))
    damaged[60:90] = bytes(30)
    with pytest.raises(InputError, match=r"checkpoint\.no_zip: source=theirs\.zip"):
        Upload("theirs.zip", bytes(damaged)).model(DIGITS, "relu")
    monkeypatch.setattr(uploaded, "MAX_BYTES", 1000)
    with pytest.raises(InputError, match=r"import\.too_long: source=theirs/encoder\.onnx"):
        Upload("theirs.zip", packed(networks())).model(DIGITS, "relu")


def test_of_weights_the_guess_is_told_and_what_was_right_is_measured_and_kept(
    make_checkpoint: Callable[..., Checkpoint], checkpoint_folder: Path
) -> None:
    weights = tensors_to_bytes(make_checkpoint(latent_dim=5).weights)
    upload = foreign_upload(weights, "Their <b> net.safetensors")
    assert upload is not None
    _, guessed = upload.model(DIGITS, "relu")
    assert guessed is not None
    run = take_in(upload, "digits", "relu")
    assert (checkpoint_folder / run.run_id / "run.json").is_file()
    assert (run.run_id, run.title) == ("their-b-net", "Their <b> net")
    assert run.test.elbo is not None


def test_while_one_is_measured_another_one_waits(
    make_checkpoint: Callable[..., Checkpoint], checkpoint_folder: Path
) -> None:
    assert checkpoint_folder.is_dir()
    upload = Upload("a.safetensors", tensors_to_bytes(make_checkpoint().weights))
    with uploaded._MEASURING, pytest.raises(InputError, match=r"import\.busy"):
        take_in(upload, "digits", "relu")
    with pytest.raises(InputError, match=r"import\.no_guess"):
        take_in(upload, "mnist", "relu")
    assert not uploaded._MEASURING.locked(), "a refusal frees it for the next one"
