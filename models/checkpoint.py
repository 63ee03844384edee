"""Trained models on disk: a folder of four files, or the same files in a zip. No pickle, ever.

`run.json`, `weights.safetensors`, `history.jsonl`, `latents.safetensors` (the test set's mu, log_var and labels), and
perhaps `scores.safetensors`, log p(x|z) of each test image, and a series (models/series.py): the film of its training,
`epochs.safetensors`, or a dial's values, `dial.safetensors`. `load` leaves these alone; `load_scores`, `load_epochs`
and `load_dial` read them. A hub's folder holds the same files, two of them under a hub's names, beside a card that
nobody reads here.
Loading is strict: sizes, names, shapes, types and values are checked before anything is used, and an error names the
file, what was found and what was expected. Knows nothing of training or of a screen.
"""

import io
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32, UInt8

from models import strict_json
from models.architecture import parameter_shapes
from models.atomic import write_folder
from models.errors import InputError, require
from models.late import load_torch
from models.run import EpochRecord, Run, require_metrics, require_run_id
from models.scores import Scores
from models.scores import from_bytes as scores_from_bytes
from models.scores import to_bytes as scores_to_bytes
from models.series import EPOCH, MAX_SERIES_BYTES, Series
from models.series import from_bytes as series_from_bytes
from models.series import to_bytes as series_to_bytes
from models.tensors import read_header, read_tensors, tensors_to_bytes

if TYPE_CHECKING:
    import models.latent_model

RUN, WEIGHTS, HISTORY, LATENTS = "run.json", "weights.safetensors", "history.jsonl", "latents.safetensors"
FILES = (RUN, WEIGHTS, HISTORY, LATENTS)
EPOCHS, DIAL, SCORES = "epochs.safetensors", "dial.safetensors", "scores.safetensors"
SERIES = (EPOCHS, DIAL)
OPTIONAL = (*SERIES, SCORES)
ON_A_HUB, CARD = {RUN: "config.json", WEIGHTS: "model.safetensors"}, "README.md"
OURS = {theirs: ours for ours, theirs in ON_A_HUB.items()}
MADE = "made.safetensors"  # what was drawn of it once, see live/made.py: no part of the model, and no zip brings it
MAX_BYTES = 64 * 2**20
MAX_FILE_BYTES = {
    RUN: 256 * 2**10, HISTORY: 4 * 2**20, WEIGHTS: MAX_BYTES, LATENTS: MAX_BYTES,
    EPOCHS: MAX_SERIES_BYTES, DIAL: MAX_SERIES_BYTES, SCORES: 2**20,
}  # fmt: skip
MAX_TEST_IMAGES = 100_000
Shapes = Mapping[str, tuple[int, ...]]
ENCRYPTED = 1  # the flag bit of a zip member


@dataclass(frozen=True)
class Latents:
    """A test set as its model sees it. `log_var` is None for a deterministic encoder, `labels` for unlabelled data."""

    mu: Float32[np.ndarray, "images latent"]
    log_var: Float32[np.ndarray, "images latent"] | None
    labels: UInt8[np.ndarray, " images"] | None

    def class_of_each(self) -> UInt8[np.ndarray, " images"]:
        """The labels; 0 for all of unlabelled data, which are shown as one class without a name."""
        return np.zeros(len(self.mu), dtype=np.uint8) if self.labels is None else self.labels


@dataclass(frozen=True)
class Checkpoint:
    """One trained model, as arrays of numpy. `weights`: as they are on disk, float16 or float32.

    `epochs`: the film of its training, `dial`: the values of its dial, `scores`: of the test images, where they were
    kept and asked for.
    """

    run: Run
    weights: Mapping[str, np.ndarray]
    history: tuple[EpochRecord, ...]
    latents: Latents
    epochs: Series | None = None
    dial: Series | None = None
    scores: Scores | None = None

    @cached_property
    def model(self) -> "models.latent_model.LatentModel":
        """The network with its weights in float32, on the CPU, ready to encode and decode: what torch is loaded for."""
        load_torch()
        from models.latent_model import with_weights

        return with_weights(self.run.model, self.weights)


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Writes `folder` whole or not at all; a checkpoint that was there stays until the new one is complete."""
    write_folder(folder, to_files(checkpoint))


def load(folder: Path, with_series: bool = False) -> Checkpoint:
    """The checkpoint in a folder; raises InputError that names the file, what was found and what was expected.

    The series, up to 32 MB each, and the scores are read on demand only: for a copy or a download of the whole.
    """
    checkpoint = from_files(files_in(folder, with_series), folder.name)
    require(
        checkpoint.run.run_id == folder.name, "checkpoint.other_name", source=folder.name, found=checkpoint.run.run_id
    )
    return checkpoint


def files_in(folder: Path, with_series: bool = False) -> dict[str, bytes]:
    """The files of a checkpoint folder as they lie there, also under a hub's names; raises InputError for a missing or
    too large one, and checks nothing else.
    """
    require(folder.is_dir(), "checkpoint.no_folder", source=folder.name)
    kept = [name for name in OPTIONAL if with_series and (folder / name).is_file()]
    return {name: _read_file(folder, name) for name in (*FILES, *kept)}


def load_run(folder: Path) -> Run:
    """Only `run.json` of a checkpoint folder, for lists; raises InputError like `load`."""
    run = strict_json.read(Run, _read_file(folder, RUN), f"{folder.name}: {RUN}")
    require(run.run_id == folder.name, "checkpoint.other_name", source=folder.name, found=run.run_id)
    return run


def has_epochs(folder: Path) -> bool:
    """Whether a checkpoint folder holds the film of its training; opens no file."""
    return (folder / EPOCHS).is_file()


def load_epochs(folder: Path) -> Series | None:
    """Only the epochs of a checkpoint folder, None where none were kept; raises InputError like `load`."""
    return _load_series(folder, EPOCHS)


def load_dial(folder: Path) -> Series | None:
    """Only the values of a dial, None for a checkpoint that has none; raises InputError like `load`."""
    return _load_series(folder, DIAL)


def _load_series(folder: Path, name: str) -> Series | None:
    if not (folder / name).is_file():
        return None
    run, source = load_run(folder), f"{folder.name}: {name}"
    return _read_series(name, _read_file(folder, name), parameter_shapes(run.model, source), run, source)


def load_scores(folder: Path) -> Scores | None:
    """Only the scores of a checkpoint folder, None where none were kept; raises InputError like `load`."""
    if not (folder / SCORES).is_file():
        return None
    images = load_run(folder).data.test_count
    return scores_from_bytes(_read_file(folder, SCORES), images, f"{folder.name}: {SCORES}")


def to_zip(checkpoint: Checkpoint) -> bytes:
    """The checkpoint as a zip of its folder, as the app offers it for download."""
    return zipped(checkpoint.run.run_id, to_files(checkpoint))


def zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Files by their names as a zip of one folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}/{name}", content)
    return buffer.getvalue()


def from_zip(content: bytes, source: str) -> Checkpoint:
    """The checkpoint in a zip; raises InputError for anything else than its files, in one folder or in none."""
    require(
        len(content) <= MAX_BYTES,
        "checkpoint.zip_too_long",
        source=source,
        size=len(content) / 2**20,
        most=MAX_BYTES // 2**20,
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = _unpack(archive, source)
    except InputError:
        raise
    except Exception as error:  # zipfile raises whatever its parts do: zlib.error, struct.error, RuntimeError, ...
        raise InputError("checkpoint.no_zip", source=source, problem=str(error)[:200]) from None
    return from_files(files, source)


def to_files(checkpoint: Checkpoint) -> dict[str, bytes]:
    """The four files' contents by name, and those of series and scores where there are any."""
    found = checkpoint.latents
    named = {"mu": found.mu, "labels": found.labels, "log_var": found.log_var}
    latents = {name: tensor for name, tensor in named.items() if tensor is not None}
    lines = [strict_json.write_line(epoch) for epoch in checkpoint.history]
    files = {
        RUN: strict_json.write(checkpoint.run).encode(),
        WEIGHTS: tensors_to_bytes(checkpoint.weights),
        HISTORY: "".join(lines).encode(),
        LATENTS: tensors_to_bytes(latents),
    }
    series = {EPOCHS: checkpoint.epochs, DIAL: checkpoint.dial}
    files |= {name: series_to_bytes(kept) for name, kept in series.items() if kept is not None}
    return files if checkpoint.scores is None else files | {SCORES: scores_to_bytes(checkpoint.scores)}


def from_files(files: Mapping[str, bytes], source: str) -> Checkpoint:
    """The checkpoint in the four files' contents; every other constructor ends here. Raises InputError."""
    for name in FILES:
        require(name in files, "checkpoint.file_missing", source=source, name=name, files=FILES)
    for name in {*FILES, *OPTIONAL} & set(files):
        _require_size(name, len(files[name]), source)
    run = strict_json.read(Run, files[RUN], f"{source}: {RUN}")
    shapes = parameter_shapes(run.model, f"{source}: {RUN}")
    count = sum(math.prod(shape) for shape in shapes.values())
    require(
        count == run.parameter_count,
        "checkpoint.other_weight_count",
        source=source,
        file=RUN,
        recorded=run.parameter_count,
        count=count,
    )
    weights = read_tensors(files[WEIGHTS], shapes, ("F16", "F32"), f"{source}: {WEIGHTS}")
    latents = _read_latents(files[LATENTS], run, f"{source}: {LATENTS}")
    history = _read_history(files[HISTORY], run, f"{source}: {HISTORY}")
    series = {
        name: _read_series(name, files[name], shapes, run, f"{source}: {name}") for name in SERIES if name in files
    }
    count = run.data.test_count
    scores = scores_from_bytes(files[SCORES], count, f"{source}: {SCORES}") if SCORES in files else None
    return Checkpoint(run, weights, history, latents, series.get(EPOCHS), series.get(DIAL), scores)


def _read_series(name: str, content: bytes, shapes: Shapes, run: Run, source: str) -> Series:
    series = series_from_bytes(content, shapes, run, source)
    require((series.axis == EPOCH) == (name == EPOCHS), "checkpoint.series_misnamed", source=source, axis=series.axis)
    return series


def _read_latents(content: bytes, run: Run, source: str) -> Latents:
    count, latent_dim = run.data.test_count, run.model.latent_dim
    require(1 <= count <= MAX_TEST_IMAGES, "checkpoint.test_count", source=source, most=MAX_TEST_IMAGES, got=count)
    shapes: dict[str, tuple[int, ...]] = {"mu": (count, latent_dim)}
    if run.model.stochastic:
        shapes["log_var"] = (count, latent_dim)
    # without classes there may be labels, all 0, as older files have them
    if run.model.class_count or "labels" in read_header(content, source):
        shapes["labels"] = (count,)
    tensors = read_tensors(content, shapes, ("F32", "U8"), source)
    mu, log_var, labels = tensors["mu"], tensors.get("log_var"), tensors.get("labels")
    right = mu.dtype == np.float32 and (labels is None or labels.dtype == np.uint8)
    require(right, "checkpoint.latent_types", source=source)
    require(log_var is None or log_var.dtype == np.float32, "checkpoint.log_var_type", source=source)
    if labels is not None:
        highest = int(labels.max())
        require(
            highest < max(run.model.class_count, 1),
            "checkpoint.label",
            source=source,
            label=highest,
            classes=run.model.class_count,
        )
    return Latents(mu, log_var, labels)


def _read_history(content: bytes, run: Run, source: str) -> tuple[EpochRecord, ...]:
    lines = content.splitlines()
    require(len(lines) <= 1000, "checkpoint.too_many_epochs", source=source, count=len(lines))
    records = []
    for number, line in enumerate(lines, start=1):
        record = strict_json.read(EpochRecord, line, f"{source}:{number}")
        for metrics in (record.train, record.test):
            require_metrics(metrics, run.model, f"{source}:{number}")
        records.append(record)
    return tuple(records)


def _read_file(folder: Path, name: str) -> bytes:
    path = folder / name
    if not path.is_file():
        path = folder / ON_A_HUB.get(name, name)
    try:
        require(path.is_file(), "checkpoint.file_missing", source=folder.name, name=name, files=FILES)
        _require_size(name, path.stat().st_size, folder.name)
        return path.read_bytes()
    except OSError as error:
        raise InputError("checkpoint.file_unreadable", source=folder.name, name=name, problem=error.strerror) from None


def _unpack(archive: zipfile.ZipFile, source: str) -> dict[str, bytes]:
    members = [info for info in archive.infolist() if not info.is_dir()]
    members = [info for info in members if Path(info.filename).name not in (CARD, MADE)]
    names = sorted(_our_name(info) for info in members)
    folders = {str(Path(info.filename).parent) for info in members}
    complete = len(set(names)) == len(names) and set(FILES) <= set(names) <= {*FILES, *OPTIONAL}
    require(
        complete and len(folders) == 1 and all(_plain(folder) for folder in folders),
        "checkpoint.zip_files",
        source=source,
        files=FILES,
        optional=OPTIONAL,
        found=[repr(info.filename[:60]) for info in members[:6]],
    )
    for info in members:
        # bzip2 and LZMA are left out: an LZMA header may ask for 4 GB of working memory
        plain = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not info.flag_bits & ENCRYPTED
        require(plain, "checkpoint.zip_packing", source=source, name=info.filename)
    total = sum(info.file_size for info in members)
    require(total <= MAX_BYTES, "checkpoint.zip_unpacks_to", source=source, size=total / 2**20, most=MAX_BYTES // 2**20)
    packed = max(1, sum(info.compress_size for info in members))
    require(total <= 100 * packed, "checkpoint.zip_ratio", source=source, ratio=math.ceil(total / packed))
    files = {}
    for info in members:
        name = _our_name(info)
        _require_size(name, info.file_size, source)
        with archive.open(info) as member:
            files[name] = member.read(info.file_size + 1)
        require(len(files[name]) == info.file_size, "checkpoint.zip_length", source=source, name=name)
    return files


def _our_name(info: zipfile.ZipInfo) -> str:
    name = Path(info.filename).name
    return OURS.get(name, name)


def _plain(folder: str) -> bool:
    if folder == ".":
        return True
    try:
        require_run_id(folder)
    except InputError:
        return False
    return True


def _require_size(name: str, size: int, source: str) -> None:
    limit = MAX_FILE_BYTES[name]
    require(size <= limit, "checkpoint.file_too_long", source=source, name=name, size=size, limit=limit)
