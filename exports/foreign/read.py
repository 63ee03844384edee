"""What of others can be taken in: a folder with encoder.onnx and decoder.onnx, or a file of weights in safetensors.

No more of a file is read than a checkpoint may have. Knows files; what is in them is read by its neighbours.
"""

from pathlib import Path

from datasets.data_set import DataSet
from exports.foreign.onnx_layers import read_decoder, read_encoder
from exports.foreign.parts import Foreign
from exports.foreign.state_dict import Guess, guess
from models.checkpoint import MAX_BYTES
from models.errors import InputError, require

ENCODER, DECODER = "encoder.onnx", "decoder.onnx"


def is_onnx(path: Path) -> bool:
    """Whether something is a folder of ONNX, by the names of its files."""
    return (path / ENCODER).exists() or (path / DECODER).exists()


def is_weights(path: Path) -> bool:
    """Whether something is a file of weights, by its name."""
    return path.is_file() and path.suffix == ".safetensors"


def read_onnx(path: Path, data: DataSet) -> Foreign:
    """The model of these images; raises InputError that names the file and what of it can't be read."""
    return onnx_model(_content(path / ENCODER), _content(path / DECODER), data.image)


def onnx_model(encoder: bytes, decoder: bytes, image: tuple[int, int, int]) -> Foreign:
    """The same of the two files' content."""
    first, latents, stochastic = read_encoder(encoder, image, ENCODER)
    return Foreign(first, read_decoder(decoder, latents, image, DECODER), latents, stochastic)


def read_weights(path: Path, data: DataSet, activation: str) -> Guess:
    """What the weights of a file can be, with this activation between the layers. Raises InputError likewise."""
    return guess(_content(path), data.image, len(data.class_names), activation, path.name)


def _content(path: Path) -> bytes:
    try:
        size, most = path.stat().st_size, MAX_BYTES
        require(size <= most, "import.too_long", source=path.name, size=size / 2**20, most=most // 2**20)
        return path.read_bytes()
    except OSError as error:
        raise InputError("import.unreadable", source=path.name, problem=error.strerror) from None
