"""Ten thousand small uploads, each spoiled somewhere: they are read, or refused with a sentence, and soon."""

import random
import time
import zipfile

import numpy as np
import pytest

from datasets.own import upload
from datasets.own.picture import Look
from models.errors import InputError
from tests.datasets.own_files import csv, noise, npz, saved, shape, zipped

LOOK, MUTANTS, SECONDS = Look(), 10_000, 1.0
FORMS = {"a.png": "PNG", "b.jpg": "JPEG", "c.gif": "GIF", "d.bmp": "BMP", "e.webp": "WEBP"}
FILES = {name: saved(shape("box", number, (12, 12)), form) for number, (name, form) in enumerate(FORMS.items())}
SEEDS = [
    zipped(FILES),
    zipped({f"x/{name}": content for name, content in FILES.items()} | {"y/f.png": FILES["a.png"]}, zipfile.ZIP_STORED),
    npz(x=noise(10, 9, 9), y=np.arange(10) % 2),
    npz(x=noise(10, 8, 8, 3)),
    csv(noise(2, 784) // 32, ["a", "b"], "label" + ",p" * 784),
]
TELLING = [
    b"\0",
    b"\xff",
    b"PK",
    b"PK\x03\x04",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"nan",
    b"1e999",
    b",",
    b"\n",
    b"|O",
    b"(-1,",
]


def mutant(chance: random.Random) -> bytes:
    """A seed with one to six places overwritten, cut out, doubled, or written over by what parsers stumble on."""
    content = bytearray(chance.choice(SEEDS))
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        at = chance.randrange(len(content) or 1)
        length = chance.choice((1, 1, 2, 4, 30))
        match chance.randrange(5):
            case 0:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del content[at : at + length]
            case 2:
                content[at:at] = content[at : at + length]
            case 3:
                content[at : at + 4] = chance.choice(TELLING)
            case _:
                content[at : at + 1] = bytes([(content[at] if content else 0) ^ (1 << chance.randrange(8))])
    return bytes(content)


@pytest.mark.filterwarnings("ignore")
def test_ten_thousand_spoiled_uploads_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # a few pictures are enough, so that those that are left reach the end
    monkeypatch.setattr(upload, "LEAST_PICTURES", 2)
    chance, slowest, read, refused = random.Random(13), 0.0, 0, dict[str, int]()
    for number in range(MUTANTS):
        content, began = mutant(chance), time.process_time()
        try:
            found = upload.read(content, LOOK)
            assert found.pixels.shape == (len(found.labels), 1, 28, 28)
            read += 1
        except InputError as error:
            refused[error.reason.code] = refused.get(error.reason.code, 0) + 1
        except BaseException as error:
            raise AssertionError(f"mutant {number} raises {type(error).__name__}: {error}") from error
        slowest = max(slowest, time.process_time() - began)
    assert slowest < SECONDS
    assert read > MUTANTS / 5, "the mutants are too broken to reach the readers"
    assert len(refused) >= 6, refused
