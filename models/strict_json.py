"""Frozen dataclasses to JSON and back; whatever is unknown, missing, of the wrong type or not finite is refused.

Knows pydantic; knows nothing of what the dataclasses mean.
"""

import dataclasses
import functools
import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar, cast, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import from_json

from models.errors import InputError

T = TypeVar("T")
PLAIN = re.compile(r"\w+", re.ASCII)
ADDED_LATER = "added_later"  # in a field's metadata: files without it exist, and mean its default


@functools.cache
def _adapter(cls: Any) -> Any:  # a TypeAdapter, whose type beartype cannot check
    _forbid_extras(cls)
    return TypeAdapter(cls)


def _forbid_extras(cls: Any) -> None:
    """Sets pydantic's configuration on a dataclass and on the dataclasses among its fields."""
    cls.__pydantic_config__ = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    for field in dataclasses.fields(cls):
        for kind in _dataclasses_in(field.type):
            _forbid_extras(kind)


def _dataclasses_in(kind: Any) -> Iterator[Any]:
    """The dataclasses that a type is made of: itself, the parts of a tuple, the members of a union."""
    if dataclasses.is_dataclass(kind):
        yield kind
    for part in get_args(kind):
        yield from _dataclasses_in(part)


def read(cls: type[T], text: bytes | str, where: str) -> T:
    """The dataclass in a JSON text; raises InputError that names `where`, the field and what was found."""
    try:
        value: T = _adapter(cast(Any, cls)).validate_json(text)
    except ValidationError as error:
        raise _described(error, where) from None
    # a field with a default may be left out in code, but not in a file: the default may be another one tomorrow;
    # unless it was added later, when files without it were there already
    for missing in _missing(value, from_json(text)):
        raise InputError("record.missing", where=where, field=missing)
    return value


def write(value: Any) -> str:
    """The dataclass as JSON text, indented, with a newline at its end; refuses NaN and infinity."""
    return json.dumps(dataclasses.asdict(value), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def write_line(value: Any) -> str:
    """The dataclass as one line of JSON with a newline at its end; refuses NaN and infinity."""
    return json.dumps(dataclasses.asdict(value), allow_nan=False, ensure_ascii=False) + "\n"


def _described(error: ValidationError, where: str) -> InputError:
    first = error.errors(include_url=False)[0]
    path = _shortened(".".join(str(part) if PLAIN.fullmatch(str(part)) else repr(part) for part in first["loc"]))
    at = f"{where}: {path}" if path else where
    match first["type"]:
        case "value_error":  # a dataclass's own check: its sentence names the field and the value
            return InputError("record.refused", where=at, why=first["ctx"]["error"])
        case "missing":
            return InputError("record.missing", where=where, field=path)
        case "json_invalid":
            return InputError("record.no_json", where=at, problem=first["msg"])
    return InputError("record.wrong", where=at, problem=first["msg"], found=_shown(first["input"]))


def _missing(value: Any, given: Any, path: str = "") -> Iterator[str]:
    """The paths of the dataclass's fields that its JSON, already found valid, leaves out."""
    if isinstance(value, tuple):
        for place, (part, found) in enumerate(zip(value, given, strict=True)):
            yield from _missing(part, found, f"{path}{place}.")
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name in given:
                yield from _missing(getattr(value, field.name), given[field.name], f"{path}{field.name}.")
            elif not field.metadata.get(ADDED_LATER):
                yield path + field.name


def _shown(value: object) -> str:
    return _shortened(repr(value))


def _shortened(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 3] + "..."
