"""Checkpoints: saved and loaded equal, as a folder and as a zip, and every refusal with its file and its reason."""

import io
import json
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from live.words import refusal
from models import checkpoint as checkpoints
from models.architecture import parameter_shapes
from models.checkpoint import (
    FILES,
    HISTORY,
    LATENTS,
    MAX_BYTES,
    RUN,
    WEIGHTS,
    Checkpoint,
    Latents,
    from_files,
    from_zip,
    load,
    load_run,
    save,
    to_files,
    to_zip,
)
from models.config import ModelConfig
from models.errors import InputError
from models.families import FAMILIES
from models.run import EpochRecord, Metrics

Make = Callable[..., Checkpoint]
Files = dict[str, bytes]


@pytest.fixture
def files(tiny_checkpoint: Checkpoint) -> Files:
    return to_files(tiny_checkpoint)


def _same(one: Checkpoint, other: Checkpoint) -> None:
    assert one.run == other.run
    assert one.history == other.history
    assert set(one.weights) == set(other.weights)
    for name, tensor in one.weights.items():
        assert np.array_equal(tensor, other.weights[name])
        assert tensor.dtype == other.weights[name].dtype
    for name in ("mu", "log_var", "labels"):
        a, b = getattr(one.latents, name), getattr(other.latents, name)
        assert (a is None and b is None) or np.array_equal(a, b)


def _refused(files: Files, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        from_files(files, "upload")
    assert refusal(caught.value).startswith("upload: ")
    assert "\n" not in refusal(caught.value)
    assert len(refusal(caught.value)) < 400


def _with_json(files: Files, change: Callable[[dict[str, Any]], None]) -> Files:
    run = json.loads(files[RUN])
    change(run)
    return files | {RUN: json.dumps(run).encode()}


def _with_tensors(files: Files, name: str, **changes: torch.Tensor | None) -> Files:
    tensors = safetensors.torch.load(files[name]) | {k.replace("__", "."): v for k, v in changes.items()}
    return files | {name: safetensors.torch.save({k: v for k, v in tensors.items() if v is not None})}


# Saved and loaded


@pytest.mark.parametrize("weights_type", [np.float16, np.float32])
@pytest.mark.parametrize("family", FAMILIES)
def test_save_load_decode_is_equal(
    family: str, weights_type: type[np.floating], tmp_path: Path, make_checkpoint: Make
) -> None:
    before = make_checkpoint(family, latent_dim=3, weights_type=weights_type)
    save(tmp_path / before.run.run_id, before)
    after = load(tmp_path / before.run.run_id)
    _same(before, after)
    generator = torch.Generator().manual_seed(0)
    z, x, y = torch.randn(5, 3, generator=generator), torch.rand(5, 1, 8, 8, generator=generator), torch.arange(5)
    assert torch.equal(before.model.decode(z, y), after.model.decode(z, y))
    assert torch.equal(before.model.encode(x, y).mu, after.model.encode(x, y).mu)
    assert before.model.decode(z, y).dtype == torch.float32


@pytest.mark.parametrize("network", ["book-cnn", "post-cnn"])
def test_convolutional_weights_come_back_equal_from_channels_last(network: str, make_checkpoint: Make) -> None:
    plain = make_checkpoint("cvae", network=network)
    swapped = {name: np.asfortranarray(tensor) for name, tensor in plain.weights.items()}
    assert to_files(replace(plain, weights=swapped)) == to_files(plain)
    _same(from_files(to_files(replace(plain, weights=swapped)), "x"), plain)


@pytest.mark.parametrize("family", ["vae", "autoencoder"])
def test_zip_round_trip(family: str, make_checkpoint: Make) -> None:
    before = make_checkpoint(family)
    _same(from_zip(to_zip(before), "x.zip"), before)


def test_the_zip_is_the_zip_of_the_folder(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    save(tmp_path / "tiny-vae", tiny_checkpoint)
    with zipfile.ZipFile(io.BytesIO(to_zip(tiny_checkpoint))) as archive:
        assert sorted(archive.namelist()) == sorted(f"tiny-vae/{name}" for name in FILES)
        for name in FILES:
            assert archive.read(f"tiny-vae/{name}") == (tmp_path / "tiny-vae" / name).read_bytes()


def test_a_zip_without_a_folder_is_taken_too(tiny_checkpoint: Checkpoint, files: Files) -> None:
    _same(from_zip(_zip(files), "x.zip"), tiny_checkpoint)


def test_the_same_checkpoint_gives_the_same_files(make_checkpoint: Make) -> None:
    assert to_files(make_checkpoint()) == to_files(make_checkpoint())
    assert set(to_files(make_checkpoint())) == set(FILES)


def test_saving_again_replaces(tmp_path: Path, make_checkpoint: Make) -> None:
    folder = tmp_path / "tiny-vae"
    save(folder, make_checkpoint(seed=0))
    save(folder, make_checkpoint(seed=1))
    _same(load(folder), make_checkpoint(seed=1))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny-vae"]


def test_load_run_reads_only_run_json(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    (tmp_path / "tiny-vae").mkdir()
    (tmp_path / "tiny-vae" / RUN).write_bytes(to_files(tiny_checkpoint)[RUN])
    assert load_run(tmp_path / "tiny-vae") == tiny_checkpoint.run


def test_the_model_is_ready_to_use(tiny_checkpoint: Checkpoint) -> None:
    model = tiny_checkpoint.model
    assert model is tiny_checkpoint.model
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())


def test_a_model_without_all_its_weights_is_an_error(tiny_checkpoint: Checkpoint) -> None:
    fewer = {name: tensor for name, tensor in tiny_checkpoint.weights.items() if name != "decoder.0.bias"}
    for weights in (fewer, {**tiny_checkpoint.weights, "surprise": np.zeros(1, np.float32)}):
        with pytest.raises(RuntimeError, match=r"decoder\.0\.bias|surprise"):
            _ = replace(tiny_checkpoint, weights=weights).model


def test_the_longest_training_can_be_loaded(make_checkpoint: Make) -> None:
    """200 epochs with 128 latents: the largest history that a training can write."""
    kl = tuple(-(0.1 + i) / 3e-5 for i in range(128))
    metrics = Metrics(-123.456789012345678, -321.123456789012345, kl, None)
    record = EpochRecord(200, 123.456789012345, 1.2345678901234567e-5, 1 / 3, 123.4567890123456, metrics, metrics)
    before = replace(make_checkpoint(latent_dim=128), history=(record,) * 200)
    assert from_files(to_files(before), "x").history == before.history


# Refusals of the four files


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(files: Files, name: str, tmp_path: Path, tiny_checkpoint: Checkpoint) -> None:
    _refused({k: v for k, v in files.items() if k != name}, r"checkpoint\.file_missing")
    save(tmp_path / "tiny-vae", tiny_checkpoint)
    (tmp_path / "tiny-vae" / name).unlink()
    with pytest.raises(InputError, match=r"checkpoint\.file_missing"):
        load(tmp_path / "tiny-vae")


@pytest.mark.parametrize("name", FILES)
def test_an_empty_file_is_refused_or_an_empty_history(files: Files, name: str) -> None:
    if name == HISTORY:
        assert from_files(files | {name: b""}, "upload").history == ()
    else:
        _refused(files | {name: b""}, rf"(where|source)=upload: {name}, ")


@pytest.mark.parametrize(("name", "limit"), [
    (RUN, 256 * 2**10), (HISTORY, 4 * 2**20), (WEIGHTS, 64 * 2**20), (LATENTS, 64 * 2**20),
])  # fmt: skip
def test_a_file_that_is_too_large_is_refused(files: Files, name: str, limit: int, tmp_path: Path) -> None:
    _refused(files | {name: b" " * (limit + 1)}, r"checkpoint\.file_too_long")
    folder = tmp_path / "tiny-vae"
    folder.mkdir()
    for other, content in files.items():
        (folder / other).write_bytes(content)
    os.truncate(folder / name, limit + 1)
    with pytest.raises(InputError, match=rf"checkpoint\.file_too_long: source=tiny-vae, name={name}, size={limit + 1}"):
        load(folder)


@pytest.mark.parametrize(("change", "sentence"), [
    (lambda run: run["model"].update(latent_dim=10**9), r"model\.whole_number: name=latent_dim, .*got=1000000000"),
    (lambda run: run["model"].update(latent_dim=3), r"run\.kl_count: .*found=2"),
    (lambda run: run["model"].update(family="gan"), r"model\.family"),
    (lambda run: run["model"].update(more=1), r"record\.wrong: where=upload: run\.json: model\.more, problem=Unexpected"),
    (lambda run: run["model"].pop("widths"), r"record\.missing: .*field=model\.widths"),
    (lambda run: run["model"].update(widths=[17]), r"checkpoint\.other_weight_count: .*recorded=2244, count=2380"),
    (lambda run: run.update(parameter_count=1), r"checkpoint\.other_weight_count: .*recorded=1, count=2244"),
    (lambda run: run["data"].update(test_count=0), r"checkpoint\.test_count: .*got=0"),
    (lambda run: run["data"].update(test_count=10**12), r"checkpoint\.test_count: .*got=10000"),
    (lambda run: run["data"].update(test_count=21), r"tensors\.shape"),
    (lambda run: run["test"].update(elbo=float("nan")), r"record\.wrong: where=upload: run\.json: test\.elbo, problem=Input should be a finite"),
    (lambda run: run["test"].update(mmd=float("inf")), r"record\.wrong: where=upload: run\.json: test\.mmd, .*found=inf"),
    (lambda run: run["training"].update(objective="gan"), r"run\.one_of: name=objective"),
    (lambda run: run.update(format=2), r"run\.format: wanted=1, got=2"),
])  # fmt: skip
def test_metadata_that_lies_is_refused(files: Files, change: Callable[[dict[str, Any]], None], sentence: str) -> None:
    _refused(_with_json(files, change), sentence)


def test_a_network_beyond_20_million_parameters_is_refused_without_being_built(files: Files) -> None:
    huge = _with_json(files, lambda run: run["model"].update(widths=[4096] * 8))
    tracemalloc.start()
    _refused(huge, r"checkpoint\.too_many_weights")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 2**20
    config = ModelConfig(widths=(4096,) * 8, latent_dim=128, image=(3, 64, 64))
    before = _resident_bytes()
    with pytest.raises(InputError, match=r"checkpoint\.too_many_weights"):
        parameter_shapes(config, "x")
    assert _resident_bytes() - before < 50 * 2**20  # the weights would be 1.3 GB


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_parameter_shapes_are_those_of_the_model(make_checkpoint: Make) -> None:
    for family in ("cvae", "autoencoder"):
        for network in ("mlp", "book-cnn", "post-cnn"):
            checkpoint = make_checkpoint(family, network=network)
            expected = {name: tuple(tensor.shape) for name, tensor in checkpoint.weights.items()}
            assert parameter_shapes(checkpoint.run.model, "x") == expected


def test_wrong_weights_are_refused(files: Files) -> None:
    change = _with_tensors
    first = "encoder__1__weight"  # encoder.1.weight, 16 x 64
    nan = torch.zeros(16, 64)
    nan[3, 4] = float("nan")
    _refused(
        change(files, WEIGHTS, **{first: torch.zeros(64, 16)}),
        r"tensors\.shape: source=upload: weights\.safetensors, name=encoder\.1\.weight, wanted=\[16, 64\]",
    )
    _refused(change(files, WEIGHTS, **{first: nan}), r"tensors\.not_finite: .*name=encoder\.1\.weight")
    _refused(
        change(files, WEIGHTS, **{first: torch.zeros(16, 64).double()}),
        r"tensors\.type: .*name=encoder\.1\.weight, known=\('F16', 'F32'\), found='F64'",
    )
    _refused(change(files, WEIGHTS, **{first: torch.zeros(16, 64, dtype=torch.int32)}), r"tensors\.type: .*found='I32'")
    _refused(
        change(files, WEIGHTS, **{first: torch.zeros(16, 64, dtype=torch.bfloat16)}), r"tensors\.type: .*found='BF16'"
    )
    _refused(change(files, WEIGHTS, **{first: None}), r"tensors\.missing: .*names=\['encoder\.1\.weight'")
    _refused(change(files, WEIGHTS, surprise=torch.zeros(1)), r"tensors\.unknown: .*names=\['surprise'")
    _refused(files | {WEIGHTS: files[LATENTS]}, r"tensors\.missing: .*names=\['decoder\.0\.bias'")
    _refused(files | {WEIGHTS: b"\x80\x04\x95" + b"pickle" * 10}, r"tensors\.header_length")


def test_wrong_latents_are_refused(files: Files, make_checkpoint: Make) -> None:
    high = torch.zeros(20, dtype=torch.uint8)
    high[7] = 10
    change = _with_tensors
    _refused(
        change(files, LATENTS, labels=high),
        r"checkpoint\.label: source=upload: latents\.safetensors, label=10, classes=10",
    )
    _refused(change(files, LATENTS, labels=torch.zeros(20)), r"checkpoint\.latent_types")
    _refused(change(files, LATENTS, mu=torch.zeros(20, 2, dtype=torch.uint8)), r"checkpoint\.latent_types")
    _refused(change(files, LATENTS, log_var=torch.zeros(20, 2, dtype=torch.uint8)), r"checkpoint\.log_var_type")
    _refused(
        change(files, LATENTS, labels=torch.zeros(20, dtype=torch.int64)),
        r"tensors\.type: .*found='I64'",
    )
    _refused(change(files, LATENTS, mu=torch.zeros(20, 2).half()), r"tensors\.type: .*found='F16'")
    _refused(change(files, LATENTS, mu=torch.full((20, 2), torch.inf)), r"tensors\.not_finite")
    _refused(change(files, LATENTS, log_var=None), r"tensors\.missing: .*names=\['log_var'")
    _refused(
        change(files, LATENTS, mu=torch.zeros(2, 20)), r"tensors\.shape: .*name=mu, wanted=\[20, 2\], found=\[2, 20\]"
    )
    point = to_files(make_checkpoint("autoencoder"))
    _refused(change(point, LATENTS, log_var=torch.zeros(20, 2)), r"tensors\.unknown")


def test_a_wrong_history_is_refused_with_its_line(files: Files, make_checkpoint: Make) -> None:
    line = files[HISTORY]
    _refused(
        files | {HISTORY: line * 2 + b'{"epoch": 1}\n'},
        r"record\.missing: where=upload: history\.jsonl:3, field=seconds",
    )
    _refused(files | {HISTORY: line + b"\n"}, rf"record\.no_json: where=upload: {HISTORY}:2")
    _refused(
        files | {HISTORY: line.replace(b'"loss": 23.0', b'"loss": NaN')},
        rf"record\.wrong: where=upload: {HISTORY}:1: loss, problem=Input should be a finite number",
    )
    _refused(files | {HISTORY: line * 1001}, r"checkpoint\.too_many_epochs")
    other = to_files(make_checkpoint(latent_dim=3))[HISTORY]
    _refused(files | {HISTORY: line + other}, r"run\.kl_count: .*found=3")
    point = to_files(make_checkpoint("autoencoder"))[HISTORY]
    _refused(files | {HISTORY: point}, r"run\.kl_count: .*found=0")


# Refusals of folders


def test_a_folder_must_have_the_runs_name(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    save(tmp_path / "other", tiny_checkpoint)
    for loader in (load, load_run):
        with pytest.raises(InputError, match=r"checkpoint\.other_name: source=other, found=tiny-vae"):
            loader(tmp_path / "other")


def test_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("nowhere", "file"):
        with pytest.raises(InputError, match=rf"checkpoint\.no_folder: source={name}"):
            load(tmp_path / name)
        with pytest.raises(InputError, match=r"checkpoint\.file_missing"):
            load_run(tmp_path / name)


def test_files_that_are_no_files_are_refused(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    folder = tmp_path / "tiny-vae"
    for make in (os.mkdir, os.mkfifo, lambda path: os.symlink("/dev/zero", path), lambda path: os.symlink(path, path)):
        save(folder, tiny_checkpoint)
        (folder / WEIGHTS).unlink()
        make(folder / WEIGHTS)
        with pytest.raises(
            InputError,
            match=r"checkpoint\.file_missing: source=tiny-vae, name=weights\.safetensors, files=\('run\.json'",
        ):
            load(folder)


def test_a_symlink_is_read_like_any_file_and_checked_like_one(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    folder, secret = tmp_path / "tiny-vae", tmp_path / "secret"
    save(folder, tiny_checkpoint)
    secret.write_text("password")
    (folder / RUN).unlink()
    (folder / RUN).symlink_to(secret)
    with pytest.raises(
        InputError,
        match=r"record\.no_json: where=tiny-vae: run\.json, problem=Invalid JSON: expected value at line 1 column 1",
    ) as caught:
        load(folder)
    assert "password" not in refusal(caught.value)


def test_a_file_that_cant_be_read_is_refused(
    tiny_checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "tiny-vae", tiny_checkpoint)

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    for loader in (load, load_run):
        with pytest.raises(
            InputError, match=r"checkpoint\.file_unreadable: source=tiny-vae, name=run\.json, problem=Permission denied"
        ):
            loader(tmp_path / "tiny-vae")


# Refusals of zips


def _zip(members: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _zip_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        from_zip(content, "x.zip")
    assert refusal(caught.value).startswith("x.zip: ")
    assert "\n" not in refusal(caught.value)


@pytest.mark.parametrize("folder", [
    "../", "../../", "a/../", "/", "//", "/etc/", "a/b/", "~/", "C:/", "C:\\", "..\\", "A/", ".hidden/", "é/", "a b/",
    "-a/", "a" * 81 + "/", "./../",
])  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(files: Files, folder: str) -> None:
    _zip_refused(_zip({folder + name: content for name, content in files.items()}), r"checkpoint\.zip_files")


def test_one_name_that_leads_elsewhere_is_enough(files: Files) -> None:
    slip = {("../run.json" if name == RUN else f"tiny-vae/{name}"): content for name, content in files.items()}
    _zip_refused(
        _zip(slip),
        r"checkpoint\.zip_files: source=x\.zip, files=\('run\.json', 'weights\.safetensors', 'history\.jsonl'",
    )


@pytest.mark.parametrize("extra", [
    "evil.py", "tiny-vae/evil.py", "tiny-vae/weights.pt", "tiny-vae/sub/run.json", "run.json",
])  # fmt: skip
def test_other_members_are_refused(files: Files, extra: str) -> None:
    members = {f"tiny-vae/{name}": content for name, content in files.items()}
    _zip_refused(_zip(members | {extra: b"1"}), r"checkpoint\.zip_files")


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize("name", FILES)
def test_members_twice_are_refused(files: Files, name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, content in [*files.items(), (name, files[name])]:
            archive.writestr(member, content)
    _zip_refused(buffer.getvalue(), r"checkpoint\.zip_files")
    missing = next(other for other in FILES if other != name)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:  # still four members
        for member in FILES:
            archive.writestr(name if member == missing else member, files[name])
    _zip_refused(buffer.getvalue(), r"checkpoint\.zip_files")


def test_missing_members_are_refused(files: Files) -> None:
    for name in FILES:
        _zip_refused(_zip({k: v for k, v in files.items() if k != name}), r"checkpoint\.zip_files")
    _zip_refused(_zip({}), r"checkpoint\.zip_files: .*found=\[\]")


def test_a_link_in_a_zip_is_only_its_text(files: Files) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            if name == RUN:
                info.external_attr, content = 0o120777 << 16, b"/etc/passwd"
            archive.writestr(info, content)
    _zip_refused(
        buffer.getvalue(),
        r"record\.no_json: where=x\.zip: run\.json, problem=Invalid JSON: expected value at line 1 column 1",
    )


def test_bombs_are_refused_unopened(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    dense, large = (_zip(files | {LATENTS: b"\0" * size}) for size in (2**20, MAX_BYTES + 1))

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a bomb was opened")

    monkeypatch.setattr(zipfile.ZipFile, "open", opened)
    _zip_refused(dense, r"checkpoint\.zip_ratio: source=x\.zip, ratio=10\d")
    _zip_refused(large, r"checkpoint\.zip_unpacks_to")


def test_a_member_longer_than_its_entry_says_is_refused(files: Files) -> None:
    """The central directory claims 100 bytes, the stream holds more."""
    content = bytearray(_zip(files, zipfile.ZIP_STORED))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(RUN.encode()))
    size = int.from_bytes(content[at + 24 : at + 28], "little")
    assert size == len(files[RUN])
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")
    _zip_refused(bytes(content), r"checkpoint\.no_zip")


def test_a_large_upload_is_refused_unread() -> None:
    _zip_refused(b"\0" * (MAX_BYTES + 1), r"checkpoint\.zip_too_long: source=x\.zip")


@pytest.mark.parametrize("raw", [
    b"", b"PK", b"PK\x05\x06" + b"\0" * 10, b"not a zip at all", b"\x80\x04pickle", b"\0" * 1000,
])  # fmt: skip
def test_what_is_no_zip_is_refused(raw: bytes) -> None:
    _zip_refused(raw, r"checkpoint\.no_zip")


def test_a_zip_cut_off_anywhere_is_refused(tiny_checkpoint: Checkpoint) -> None:
    content = to_zip(tiny_checkpoint)
    for length in range(0, len(content), max(1, len(content) // 97)):
        _zip_refused(content[:length], r"checkpoint\.no_zip")


def test_an_encrypted_zip_is_refused(files: Files) -> None:
    content = bytearray(_zip(files))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(signature, at + 1)) >= 0:
            content[at + offset] |= 1
    _zip_refused(bytes(content), r"checkpoint\.zip_packing: source=x\.zip, name=run\.json")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(files: Files, method: int) -> None:
    _zip_refused(_zip(files, method), r"checkpoint\.zip_packing: source=x\.zip, name=run\.json")


def test_a_stored_zip_is_taken(tiny_checkpoint: Checkpoint, files: Files) -> None:
    _same(from_zip(_zip(files, zipfile.ZIP_STORED), "x.zip"), tiny_checkpoint)


def test_a_damaged_stream_is_refused(files: Files) -> None:
    content = bytearray(_zip(files))
    at = content.index(RUN.encode()) + len(RUN) + 20
    content[at : at + 8] = b"\xff" * 8
    _zip_refused(bytes(content), r"checkpoint\.no_zip")


def test_what_lies_in_a_zip_is_checked_like_a_folder(files: Files) -> None:
    broken = _with_json(files, lambda run: run["model"].update(latent_dim=10**9))
    _zip_refused(
        _zip(broken),
        r"record\.refused: where=x\.zip: run\.json: model, why=\(model\.whole_number: name=latent_dim, low=1",
    )
    nan = torch.full((20, 2), float("nan"))
    _zip_refused(
        _zip(_with_tensors(files, LATENTS, mu=nan)),
        r"tensors\.not_finite: source=x\.zip: latents\.safetensors, name=mu",
    )


def test_a_mistake_of_ours_is_not_blamed_on_the_file(
    tiny_checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(checkpoints, "from_files", broken)
    with pytest.raises(ZeroDivisionError):
        from_zip(to_zip(tiny_checkpoint), "x.zip")


def test_latents_need_not_have_labels_of_every_class(tiny_checkpoint: Checkpoint) -> None:
    latents = Latents(tiny_checkpoint.latents.mu, tiny_checkpoint.latents.log_var, np.zeros(20, np.uint8))
    before = replace(tiny_checkpoint, latents=latents)
    _same(from_files(to_files(before), "x"), before)
