"""What somebody uploads of a model of others: a zip with encoder.onnx and decoder.onnx, or weights in safetensors.

It is read within bounds and never run; to measure it takes a processor for a while, so one at a time is. Knows bytes;
knows no page.
"""

import io
import threading
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from datasets.catalogue import load, require_known
from datasets.source import Source
from exports.foreign.parts import Foreign
from exports.foreign.read import DECODER, ENCODER, onnx_model
from exports.foreign.state_dict import Guess, guess
from live.titles import visible
from models import gallery
from models.checkpoint import ENCRYPTED, MAX_BYTES
from models.errors import InputError, require
from models.late import load_torch
from models.run import MAX_TITLE, Run

WEIGHTS = ".safetensors"
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MEASURING = threading.Lock()


@dataclass(frozen=True)
class Upload:
    """A file by its name: weights, or a zip of encoder and decoder."""

    name: str
    content: bytes

    @property
    def is_weights(self) -> bool:
        """Whether it is weights alone, by its name."""
        return self.name.lower().endswith(WEIGHTS)

    def model(self, source: Source, activation: str) -> tuple[Foreign, Guess | None]:
        """The model, of such images; of weights alone also what is guessed of them. Raises InputError that names the
        operator or the tensor.
        """
        if not self.is_weights:
            return onnx_model(*_networks(self.content, self.name), source.image), None
        found = guess(self.content, source.image, len(source.class_names), activation, self.name)
        return found.foreign, found


def foreign_upload(content: bytes, name: str) -> Upload | None:
    """A model of others; None for what can only be a checkpoint. Raises InputError for a zip of half a model."""
    upload = Upload(name, content)
    if upload.is_weights:
        return upload
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            there = {PurePosixPath(one).name for one in archive.namelist()} & {ENCODER, DECODER}
    except Exception:  # whatever zipfile's parts raise: as a checkpoint it is told what is wrong with it
        return None
    require(len(there) != 1, "import.half", source=name, first=ENCODER, second=DECODER)
    return upload if there else None


def take_in(upload: Upload, data: str, activation: str) -> Run:
    """Measures the model on a data set's test images and puts it among the models; raises InputError."""
    if not _MEASURING.acquire(blocking=False):
        raise InputError("import.busy")
    try:
        images = load(data, download=False)
        foreign, _ = upload.model(require_known(data), activation)
        load_torch()
        from exports.foreign.adopt import adopt

        title = visible(PurePosixPath(upload.name).stem)[:MAX_TITLE]
        return gallery.add_foreign(adopt(foreign, images, title))
    finally:
        _MEASURING.release()


def _networks(content: bytes, name: str) -> tuple[bytes, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = {PurePosixPath(one.filename).name: one for one in archive.infolist()}
            return _read(archive, found[ENCODER]), _read(archive, found[DECODER])
    except InputError:
        raise
    except Exception as error:  # zipfile raises whatever its parts do
        raise InputError("checkpoint.no_zip", source=name, problem=str(error)[:200]) from None


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member, however long it says that it is."""
    plain = member.compress_type in PLAIN and not member.flag_bits & ENCRYPTED
    require(plain, "import.packing", source=member.filename[:80])
    with archive.open(member) as file:
        content = file.read(MAX_BYTES + 1)
    size, most = len(content) / 2**20, MAX_BYTES // 2**20
    require(len(content) <= MAX_BYTES, "import.too_long", source=member.filename[:80], size=size, most=most)
    return content
