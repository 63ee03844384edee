"""What becomes of odd and hostile uploads: for each the exact verdict, which is what counts are shown or why it is refused."""

import zipfile
from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image

from datasets.own import limits, parquet_child
from datasets.own import parquet as tables
from datasets.own.picture import Look
from datasets.own.upload import read
from live.words import refusal
from live.words.catalogue import catalogue
from models.errors import InputError
from tests.datasets.own_files import (
    again,
    csv,
    encrypted,
    header,
    noise,
    npz,
    parquet,
    png_of,
    saved,
    shape,
    shapes,
    two_kinds,
    with_paths,
    zipped,
)

PICTURES = list(shapes(10).values())
TEN, PIXELS = shapes(10), noise(12, 28, 28).reshape(12, 784)
CIRCLES, BOXES = ("circles", 10), ("boxes", 10)


@dataclass
class Used:
    """How many pictures are used, how many a class has, how many look alike, and what is left out."""

    count: int
    counts: dict[str, int] = field(default_factory=dict)
    alike: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


def with_ten(*names: str, content: bytes = b"", **more: bytes) -> bytes:
    return zipped(TEN | dict.fromkeys(names, content) | {name.replace("_", "."): value for name, value in more.items()})


def odd(content: bytes, name: str = "odd.png") -> bytes:
    return zipped(TEN | {name: content})


def left(**reasons: int) -> Used:
    return Used(10, left_out=reasons)


def turned_about(content: bytes) -> bytes:
    """The file with its first picture spoiled in the middle."""
    place = content.find(b"IDAT") + 30
    return content[:place] + bytes(255 - byte for byte in content[place : place + 8]) + content[place + 8 :]


EXIF = Image.Exif()
EXIF[0x0112] = 6
SHAPES = Image.new("P", (40, 40)), shape("box", 3, mode="RGBA")
SHAPES[1].putalpha(128)
GIF = saved(shape("box", 1), "GIF", save_all=True, append_images=[shape("circle", n) for n in range(3)])
GIANT = zipped({"x.bmp": b"BM" + bytes(limits.UNPACKED_BYTES)})
DEEP = "a/" * 200

CASES = {
    # layouts
    "flat": (zipped(TEN), Used(10)),
    "in one folder": (zipped(shapes(10, folder="mine/")), Used(10)),
    "a folder a label": (zipped(two_kinds()), Used(20, dict([BOXES, CIRCLES]))),
    "in a folder of all": (zipped(two_kinds(root="mine/")), Used(20, dict([BOXES, CIRCLES]))),
    "train": (zipped(two_kinds(root="train/")), Used(20, dict([BOXES, CIRCLES]))),
    "train and test": (zipped(two_kinds(6, "train/") | two_kinds(10, "test/")), Used(32, {"boxes": 16, "circles": 16}, 12)),
    "Train in a folder of all": (zipped(two_kinds(root="Mine/Train/")), Used(20, dict([BOXES, CIRCLES]))),
    "only parts are no labels": (zipped(shapes(6, folder="train/") | shapes(6, "box", "test/")), Used(12)),
    "very deep": (zipped(two_kinds(root=DEEP)), Used(20, dict([BOXES, CIRCLES]))),
    "backslashes": (zipped({name.replace("/", "\\"): c for name, c in two_kinds().items()}), Used(20, dict([BOXES, CIRCLES]))),
    "some beside the folders": (zipped(two_kinds() | {"x.png": TEN["circle0.png"]}), Used(20, dict([BOXES, CIRCLES]), 0, {"beside": 1})),
    "markup in names": (zipped(shapes(5, folder="<b>x/") | shapes(5, "box", "$a_b$/")), Used(10, {"$a_b$": 5, "<b>x": 5})),
    "spaces and accents in names": (zipped(shapes(5, folder=" ça va /") | shapes(5, "box", "日本/")), Used(10, {"ça va": 5, "日本": 5})),
    "numbers count": (zipped({f"{n}/{n}.png": saved(shape("box", n)) for n in range(11)}), Used(11, {str(n): 1 for n in range(11)})),
    "a label turns the text": (zipped(two_kinds() | shapes(2, folder="\u202eevil/")), Used(20, dict([BOXES, CIRCLES]), 0, {"label": 2})),
    "a long label": (zipped(two_kinds() | shapes(3, folder="x" * 41 + "/")), Used(20, dict([BOXES, CIRCLES]), 0, {"label": 3})),
    "64 labels": (zipped({f"{n}/x.png": saved(Image.fromarray(noise(28, 28, seed=n))) for n in range(64)}), Used(64, {str(n): 1 for n in range(64)}, 0)),
    "65 labels": (zipped({f"{n}/x.png": saved(Image.fromarray(noise(28, 28, seed=n))) for n in range(65)}), "classes"),
    # paths
    "a way out": (odd(TEN["circle0.png"], "../../odd.png"), left(path=1)),
    "an absolute path": (odd(TEN["circle0.png"], "/etc/odd.png"), left(path=1)),
    "a way out by backslashes": (odd(TEN["circle0.png"], "..\\odd.png"), left(path=1)),
    "a way out by a label": (zipped(two_kinds() | {"../x.png": TEN["circle0.png"]}), Used(20, dict([BOXES, CIRCLES]), 0, {"path": 1})),
    "rubbish of systems": (with_ten("__MACOSX/a.png", ".DS_Store", "._a.png", "Thumbs.db", "x/"), Used(10)),
    # files that are no pictures
    "no name": (odd(b"hello", "none.txt").replace(b"none.txt", b"\0one.txt"), left(no_image=1)),
    "text": (odd(b"hello"), left(no_image=1)),
    "an empty file": (odd(b""), left(no_image=1)),
    "a page": (odd(b"<svg onload=alert(1)>", "x.svg"), left(no_image=1)),
    "a program": (odd(b"MZ" + bytes(99), "x.exe"), left(no_image=1)),
    "a sound": (odd(b"RIFF" + bytes(4) + b"WAVE", "x.wav"), left(no_image=1)),
    "only the first bytes": (odd(b"\x89PNG\r\n\x1a\n"), left(no_image=1)),
    "a zip in it": (odd(zipped(TEN), "more.zip"), left(nested=1)),
    "a zip called png": (odd(zipped(TEN)), left(nested=1)),
    "a wrong ending": (odd(saved(shape("box", 1), "JPEG"), "x.png"), Used(11)),
    "no ending": (odd(saved(shape("box", 1)), "x"), Used(11)),
    # pictures that are damaged
    "a PNG cut off": (odd(saved(shape("box", 1))[:-60]), left(damaged=1)),
    "a JPEG cut off": (odd(saved(shape("box", 1), "JPEG")[:-90]), left(damaged=1)),
    "a GIF cut off": (odd(GIF[:60]), left(damaged=1)),
    "noise in a PNG": (odd(TEN["circle0.png"][:50] + bytes(80)), left(damaged=1)),
    "a JPEG of 1,000 scans": (odd(b"\xff\xd8\xff" + b"\xff\xda" * 1000), left(damaged=1)),
    # sizes
    "1x1": (odd(saved(Image.new("L", (1, 1)))), left(too_small=1)),
    "7x100": (odd(saved(Image.new("L", (7, 100)))), left(too_small=1)),
    "8x8": (odd(saved(shape("box", 1, (8, 8)))), Used(11)),
    "8x4000": (odd(saved(shape("box", 1, (8, 4000)))), Used(11)),
    "5001x5000": (odd(png_of(5001, 5000)), left(too_large=1)),
    "20,000x20,000": (odd(png_of(20_000, 20_000)), left(too_large=1)),
    "no width": (odd(png_of(0, 40)), left(no_image=1)),
    # forms
    "colour": (odd(saved(shape("box", 1, mode="RGB"))), Used(11)),
    "16 bits": (odd(saved(Image.fromarray(np.asarray(shape("box", 1)).astype(np.uint16) * 257))), Used(11)),
    "1 bit": (odd(saved(shape("box", 1, mode="1"))), Used(11)),
    "a palette": (odd(saved(shape("box", 1, mode="RGB").convert("P"))), Used(11)),
    "a palette that is transparent": (odd(saved(shape("box", 1, mode="RGB").convert("P"), transparency=0)), Used(11)),
    "transparent": (odd(saved(SHAPES[1])), Used(11)),
    "CMYK": (odd(saved(shape("box", 1, mode="CMYK"), "JPEG")), Used(11)),
    "moving": (odd(GIF), Used(11)),
    "BMP": (odd(saved(shape("box", 1), "BMP")), Used(11)),
    "WebP": (odd(saved(shape("box", 1, mode="RGB"), "WEBP")), Used(11)),
    "TIFF": (odd(saved(shape("box", 1), "TIFF")), left(no_image=1)),
    "a turned photograph": (odd(saved(shape("box", 1), "JPEG", exif=EXIF)), Used(11)),
    # how many
    "one picture": (zipped(shapes(1)), "too_few"),
    "nine": (zipped(shapes(9)), "too_few"),
    "nothing but text": (zipped({"a.txt": b"a", "b.txt": b"b"}), "nothing"),
    "an empty zip": (zipped({}), "nothing"),
    "all equal": (zipped({f"{n}.png": TEN["circle0.png"] for n in range(12)}), "all_alike"),
    "nine equal and one other": (zipped({f"{n}.png": TEN["circle0.png"] for n in range(9)} | shapes(2)), Used(11, alike=9)),
    "one label of ten": (zipped(shapes(10, folder="train/circles/")), Used(10)),
    # the zip
    "encrypted": (encrypted(TEN), "nothing"),
    "bzip2": (zipped(TEN, zipfile.ZIP_BZIP2), "nothing"),
    "LZMA": (zipped(TEN, zipfile.ZIP_LZMA), "nothing"),
    "stored": (zipped(TEN, zipfile.ZIP_STORED), Used(10)),
    "a sum that is wrong": (turned_about(zipped(TEN | {"z.png": TEN["circle1.png"]}, zipfile.ZIP_STORED)), Used(10, alike=1, left_out={"damaged": 1})),
    "a zip cut off": (zipped(TEN)[:-30], "damaged_zip"),
    "PK alone": (b"PK", "damaged_zip"),
    "a bomb": (GIANT, "unpacked"),
    "too many files": (b"PK\x03\x04" + b"PK\x01\x02" * (limits.ENTRIES + 1), "entries"),
    # arrays
    "an npz": (npz(x=noise(12, 30, 40)), Used(12)),
    "an npz in colour": (npz(x=noise(12, 30, 40, 3)), Used(12)),
    "one channel": (npz(x=noise(12, 30, 40, 1)), Used(12)),
    "with labels": (npz(images=noise(12, 28, 28), labels=np.arange(12) % 3), Used(12, {"0": 4, "1": 4, "2": 4})),
    "labels that are words": (npz(images=noise(12, 28, 28), labels=np.array(["cat", "dog"] * 6)), Used(12, {"cat": 6, "dog": 6})),
    "labels in a column": (npz(images=noise(12, 28, 28), labels=np.arange(12)[:, None] % 2), Used(12, {"0": 6, "1": 6})),
    "labels of another count": (npz(images=noise(12, 28, 28), labels=np.arange(11)), Used(12)),
    "as Keras has MNIST": (
        npz(x_train=noise(12, 28, 28), y_train=np.arange(12) % 2, x_test=noise(6, 28, 28, seed=1), y_test=np.arange(6) % 2),
        Used(18, {"0": 9, "1": 9}),
    ),
    "columns first": (npz(x=np.asfortranarray(noise(12, 30, 40))), Used(12)),
    "an npz of objects": (npz(x=np.array([{}] * 12, object)), "objects"),
    "objects beside images": (npz(a=noise(12, 28, 28), x=np.array([print], object)), "objects"),
    "floats": (npz(x=np.zeros((12, 28, 28))), "not_bytes"),
    "truth values": (npz(x=np.zeros((12, 28, 28), bool)), "not_bytes"),
    "no images": (npz(x=np.zeros(12), y=np.arange(3)), "no_images"),
    "too small": (npz(x=noise(12, 4, 4)), "nothing"),
    "empty arrays": (npz(x=noise(0, 28, 28)), "no_images"),
    "a header that lies": (header("(1000000, 28, 28)", body=bytes(784)), "damaged_array"),
    "a header of 10^18 bytes": (header("(1000000, 1000000, 1000000)"), "damaged_array"),
    "a negative size": (header("(-1, 28, 28)", body=bytes(7840)), "damaged_array"),
    "a header that is code": (header("__import__('os').getpid()"), "damaged_array"),
    "a header of objects": (header("(12,)", "|O", b"cos\nsystem\n(S'true'\ntR."), "objects"),
    "an unknown type": (header("(12, 28, 28)", "|Z9"), "damaged_array"),
    "an array cut off": (zipped({"x.npy": b"\x93NUMPY"}), "damaged_array"),
    "a npz with bombs": (zipped({"x.npy": bytes(limits.UNPACKED_BYTES // 2), "y.npy": bytes(limits.UNPACKED_BYTES // 2 + 1)}), "unpacked"),
    # Parquet
    "a Parquet of a hub": (parquet({"image": with_paths(PICTURES), "label": [0, 1] * 5}, ["cat", "dog"]), Used(10, {"cat": 5, "dog": 5})),
    "a Parquet of bytes": (parquet({"id": range(10), "png": PICTURES, "label": ["a", "b"] * 5}), Used(10, {"a": 5, "b": 5})),
    "in several row groups": (parquet({"img": PICTURES, "label": [7, 12] * 5}, row_group_size=3, compression="none"), Used(10, {"7": 5, "12": 5})),
    "one image many times": (parquet({"image": PICTURES * 3}), Used(30, alike=20)),
    "a Parquet without labels": (parquet({"image": PICTURES, "label": [0.5] * 10}), Used(10)),
    "rows without images": (parquet({"image": with_paths([*PICTURES, None, b"text"])}), Used(10, left_out={"no_image": 2})),
    "a label of the hub that it does not name": (parquet({"image": PICTURES, "label": [0, 5] * 5}, ["cat"]), Used(10, {"5": 5, "cat": 5})),
    "a label too long": (parquet({"image": [*PICTURES, PICTURES[0]], "label": ["a", "b"] * 5 + ["x" * 41]}), Used(10, {"a": 5, "b": 5}, left_out={"label": 1})),
    "no image column": (parquet({"text": ["a"] * 10, "label": [1] * 10}), "no_image_column"),
    "images as nested lists": (parquet({"image": [[[1, 2], [3, 4]]] * 10}), "no_image_column"),
    "only paths": (parquet({"image": [{"path": "a.png"}] * 10}), "no_image_column"),
    "lists of files": (parquet({"image": [PICTURES]}), "no_image_column"),
    "no image at all": (parquet({"image": [None]}), "no_image_column"),
    "too many rows": (parquet({"image": [PICTURES[0]] * (limits.ENTRIES + 1)}), "rows"),
    "a megabyte written once and meant 300 times": (again(bytes(limits.MEGABYTE), 300), "unpacked"),
    "packed by zstd": (parquet({"image": PICTURES}, compression="zstd"), "packed_table"),
    "packed by gzip": (parquet({"image": PICTURES}, compression="gzip"), "packed_table"),
    "an encrypted Parquet": (b"PARE" + bytes(100) + b"PARE", "encrypted_table"),
    "a Parquet cut off": (parquet({"image": PICTURES})[:-20], "damaged_table"),
    "a Parquet without its end": (parquet({"image": PICTURES})[:300], "damaged_table"),
    "PAR1 alone": (b"PAR1", "damaged_table"),
    "a picture cut off in a Parquet": (parquet({"image": [*PICTURES, PICTURES[0][:60]]}), Used(10, left_out={"damaged": 1})),
    # tables
    "a CSV": (csv(PIXELS), Used(12)),
    "a CSV with labels": (csv(PIXELS, ["3", "10"] * 6), Used(12, {"3": 6, "10": 6})),
    "a CSV with a header": (csv(PIXELS, ["a", "b"] * 6, ",".join(["label", *(f"pixel{n}" for n in range(784))])), Used(12, {"a": 6, "b": 6})),
    "a CSV of Windows": (b"\xef\xbb\xbf" + csv(PIXELS).replace(b"\n", b"\r\n") + b"\r\n\r\n", Used(12)),
    "decimals": (csv((PIXELS + 0.25).clip(0, 255)), Used(12)),
    "NaN": (csv([*PIXELS[:11], ["nan"] * 784]), Used(11, left_out={"numbers": 1})),
    "infinity": (csv([*PIXELS[:11], ["inf", *PIXELS[0][1:]]]), Used(11, left_out={"numbers": 1})),
    "256": (csv([*PIXELS[:11], [256, *PIXELS[0][1:]]]), Used(11, left_out={"numbers": 1})),
    "-1": (csv([*PIXELS[:11], [-1, *PIXELS[0][1:]]]), Used(11, left_out={"numbers": 1})),
    "words": (csv([*PIXELS[:11], ["=cmd()", *PIXELS[0][1:]]]), Used(11, left_out={"numbers": 1})),
    "a hole": (csv([*PIXELS[:11], ["", *PIXELS[0][1:]]]), Used(11, left_out={"numbers": 1})),
    "a short row": (csv([*PIXELS[:11], PIXELS[0][1:]]), Used(11, left_out={"columns": 1})),
    "a row without a label": (csv(PIXELS[:11], ["a", "b"] * 5 + ["a"]) + b"\n" + csv(PIXELS[11:]), Used(11, {"a": 6, "b": 5}, 0, {"columns": 1})),
    "an empty label": (csv(PIXELS, ["a", "b"] * 5 + ["a", ""]), Used(11, {"a": 6, "b": 5}, 0, {"label": 1})),
    "10^7 columns": (b"0," * 10**7, "columns"),
    "783 columns": (csv(PIXELS[:, 1:]), "columns"),
    "semicolons": (csv(PIXELS).replace(b",", b";"), "unknown"),
    # neither
    "nothing at all": (b"", "empty"),
    "spaces": (b"  \n ", "unknown"),
    "one image": (TEN["circle0.png"], "unknown"),
    "zeros": (bytes(1000), "unknown"),
    "text with a zero": (b"1,2,\0", "unknown"),
    "Latin 1": ("é,".encode("latin-1"), "unknown"),
    "a pickle": (b"\x80\x04\x95" + bytes(20), "unknown"),
    "too long": (bytes(limits.UPLOAD_BYTES + 1), "too_long"),
}  # fmt: skip


UPLOAD = "refusal.upload."


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 60
    known = {key.removeprefix(UPLOAD) for key in catalogue("en") if key.startswith(UPLOAD)}
    assert {expected for _, expected in CASES.values() if isinstance(expected, str)} == known - {"prepared"}


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are read in this process, which costs no second each; tests/datasets/test_own_parquet.py reads as the app."""
    monkeypatch.setattr(tables, "_frames", parquet_child.frames)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CASES)
def test_the_verdict(name: str) -> None:
    content, expected = CASES[name]
    if isinstance(expected, str):
        with pytest.raises(InputError) as refused:
            read(content, Look())
        assert refused.value.reason.code == f"upload.{expected}"
        assert refusal(refused.value).endswith(".")
    else:
        found = read(content, Look())
        assert Used(len(found.pixels), found.counts, found.duplicates, dict(found.left_out)) == expected
        assert list(found.counts) == list(expected.counts), "the order of the labels"
