"""safetensors with the limits of the app: headers, names, shapes, types and values, each refused with its reason."""

import json
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from live.words import refusal
from models.errors import InputError
from models.tensors import MAX_HEADER_BYTES, MAX_TENSORS, read_tensors, tensors_to_bytes

TENSORS = {"a": np.arange(6.0, dtype=np.float32).reshape(2, 3), "b": np.array([1, 2, 255], np.uint8)}
SHAPES = {"a": (2, 3), "b": (3,)}
TYPES = ("F32", "U8")


def _file(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def _entry(dtype: object = "F32", shape: object = (2, 3), offsets: object = (0, 24)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


def _refused(content: bytes, sentence: str, shapes: dict[str, tuple[int, ...]] | None = None) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        read_tensors(content, shapes or {"a": (2, 3)}, TYPES, "x.safetensors")
    assert refusal(caught.value).startswith("x.safetensors: ")
    assert len(refusal(caught.value)) < 300


def test_tensors_come_back_equal() -> None:
    back = read_tensors(tensors_to_bytes(TENSORS), SHAPES, TYPES, "x")
    assert set(back) == set(TENSORS)
    for name, tensor in TENSORS.items():
        assert np.array_equal(back[name], tensor)
        assert back[name].dtype == tensor.dtype


def test_the_same_tensors_give_the_same_bytes() -> None:
    assert tensors_to_bytes(TENSORS) == tensors_to_bytes({name: t.copy() for name, t in TENSORS.items()})


def test_other_memory_layouts_are_written_in_reading_order() -> None:
    image = np.arange(24.0, dtype=np.float32).reshape(1, 2, 3, 4)
    strange = {"a": np.asfortranarray(image), "b": image.swapaxes(1, 2)[0]}
    back = read_tensors(tensors_to_bytes(strange), {"a": (1, 2, 3, 4), "b": (3, 2, 4)}, TYPES, "x")
    assert all(np.array_equal(back[name], strange[name]) for name in strange)


@pytest.mark.parametrize("count", range(8))
def test_a_file_shorter_than_its_length_field_is_refused(count: int) -> None:
    _refused(b"\0" * count, r"tensors\.too_short")


@pytest.mark.parametrize("length", [MAX_HEADER_BYTES + 1, 2**32, 2**63, 2**64 - 1])
def test_an_oversized_header_is_refused_before_it_is_read(length: int) -> None:
    _refused(length.to_bytes(8, "little") + b"{}", r"tensors\.header_length")


def test_a_header_that_is_there_but_too_large_is_refused() -> None:
    padded = _file(json.dumps({"a": _entry()}).encode().ljust(MAX_HEADER_BYTES + 1), b"\0" * 24)
    _refused(padded, r"tensors\.header_length: source=x\.safetensors, length=262145, size=262177, most=262144")
    largest = _file(json.dumps({"a": _entry()}).encode().ljust(MAX_HEADER_BYTES), b"\0" * 24)
    assert read_tensors(largest, {"a": (2, 3)}, TYPES, "x")["a"].shape == (2, 3)


def test_too_many_tensors_are_refused() -> None:
    many = {f"t{i}": _entry("U8", [0], [0, 0]) for i in range(MAX_TENSORS + 1)}
    _refused(_file(many), r"tensors\.too_many: source=x\.safetensors, count=513, most=512")


@pytest.mark.parametrize("header", [b"", b"{", b"\xff\xfe\x00", b"[" * 5000, b'{"a": ' * 5000, b"9" * 5000])
def test_a_header_that_is_not_json_is_refused(header: bytes) -> None:
    _refused(_file(header), r"tensors\.header_no_json: source=x\.safetensors")


@pytest.mark.parametrize("header", [[], 1, "a", None])
def test_a_header_that_is_no_object_is_refused(header: object) -> None:
    _refused(_file(header), r"tensors\.header_no_object: source=x\.safetensors")


def test_missing_and_unknown_tensors_are_named() -> None:
    content = tensors_to_bytes(TENSORS)
    _refused(content, r"tensors\.unknown: source=x\.safetensors, names=\['b'\]", {"a": (2, 3)})
    _refused(content, r"tensors\.missing", {**SHAPES, "c": (1,)})


@pytest.mark.parametrize(("entry", "sentence"), [
    (_entry(shape=[3, 2]), r"tensors\.shape"),
    (_entry(shape=[6]), r"tensors\.shape"),
    (_entry(shape=[2**40, 2**40]), r"tensors\.shape"),
    (_entry(shape=[-2, -3]), r"tensors\.shape"),
    (_entry(shape="\ud800"), r"tensors\.shape: .*found='\\ud800'"),
    (_entry(shape=None), r"tensors\.shape: .*found=None"),
    (_entry(shape=list(range(2000))), r"tensors\.shape"),
    (_entry(dtype="F64"), r"tensors\.type: .*found='F64'"),
    (_entry(dtype="I64"), r"tensors\.type: .*found='I64'"),
    (_entry(dtype=["F32"]), r"tensors\.type"),
    (_entry(dtype=None), r"tensors\.type: .*found=None"),
    (1, r"tensors\.entry"),
    ({}, r"tensors\.shape: source=x\.safetensors, name=a, wanted=\[2, 3\], found=None"),
])  # fmt: skip
def test_wrong_shapes_and_types_are_refused(entry: object, sentence: str) -> None:
    _refused(_file({"a": entry}, b"\0" * 24), sentence)


@pytest.mark.parametrize("offsets", [
    (0, 23), (0, 25), (4, 24), (0, 2**60), (24, 0), (-24, 0), None, (0,), "ab", (0.0, 24.0),
])  # fmt: skip
def test_offsets_that_do_not_fit_are_refused(offsets: object) -> None:
    _refused(_file({"a": _entry(offsets=offsets)}, b"\0" * 24), r"tensors\.unreadable")


@pytest.mark.parametrize("size", [0, 1, 23, 25, 48])
def test_data_of_another_length_is_refused(size: int) -> None:
    _refused(_file({"a": _entry()}, b"\0" * size), r"tensors\.unreadable")


def test_overlapping_tensors_are_refused() -> None:
    header = {"a": _entry(), "b": _entry("U8", [3], [0, 3])}
    _refused(_file(header, b"\0" * 24), r"tensors\.unreadable", SHAPES)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_values_that_are_not_finite_are_refused(bad: float, dtype: type[np.floating]) -> None:
    tensor = np.zeros((2, 3), dtype)
    tensor[1, 2] = bad
    content = safetensors.numpy.save({"a": tensor})
    with pytest.raises(InputError, match=r"tensors\.not_finite: source=x, name=a"):
        read_tensors(content, {"a": (2, 3)}, ("F16", "F32"), "x")


def test_metadata_is_ignored_and_must_be_text() -> None:
    read_tensors(safetensors.numpy.save({"a": np.zeros((2, 3), np.float32)}, {"x": "y"}), {"a": (2, 3)}, TYPES, "x")
    _refused(_file({"a": _entry(), "__metadata__": 5}, b"\0" * 24), r"tensors\.unreadable")


def test_names_twice_do_not_smuggle_another_shape_in() -> None:
    """Python and the library may each keep another of two entries; what comes out must have been checked."""
    two = json.dumps(_entry()), json.dumps(_entry(shape=[6]))
    for first, second in (two, two[::-1]):
        text = f'{{"a": {first}, "a": {second}}}'.encode()
        try:
            assert read_tensors(_file(text, b"\0" * 24), {"a": (2, 3)}, TYPES, "x")["a"].shape == (2, 3)
        except InputError:
            continue


def test_shapes_of_no_tensors() -> None:
    assert read_tensors(_file({}), {}, TYPES, "x") == {}
