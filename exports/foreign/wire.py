"""Protocol buffers as they are written down: fields by their number, read without a schema and within bounds.

The format's own library makes an object of every field, about forty times its bytes: a file of 64 MB of empty fields
would take gigabytes. Source: protobuf.dev, Encoding. Knows bytes; knows nothing of what the fields mean.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from models.errors import InputError, require

MOST_FIELDS = 50_000  # of a whole file: a network of ours has fewer than a thousand
MOST_DIGITS = 10  # bytes of one whole number
MOST_TEXT = 500  # bytes
WHOLE, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5
FIXED = {EIGHT_BYTES: 8, FOUR_BYTES: 4}


@dataclass
class Budget:
    """How many fields of a file may still be read. `source`: what refusals call the file."""

    source: str
    left: int


@dataclass(frozen=True)
class Message:
    """The fields of one message by number, in their order: whole numbers, and bytes that nobody has looked into."""

    content: memoryview
    budget: Budget
    fields: dict[int, list[int | memoryview]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, value in _fields(self.content, self.budget):
            self.fields.setdefault(number, []).append(value)

    def whole(self, number: int, missing: int = 0) -> int:
        """The whole number of a field, the last one where there are several, signed as an int64."""
        found = [value for value in self.fields.get(number, []) if isinstance(value, int)]
        return _signed(found[-1]) if found else missing

    def wholes(self, number: int) -> list[int]:
        """All whole numbers of a field, packed or one by one."""
        found: list[int] = []
        for value in self.fields.get(number, []):
            found += [value] if isinstance(value, int) else list(_packed(value, self.budget))
        return [_signed(value) for value in found]

    def parts(self, number: int) -> list[memoryview]:
        """What a field holds as bytes, each time that it is there."""
        return [value for value in self.fields.get(number, []) if not isinstance(value, int)]

    def text(self, number: int) -> str:
        """A field as text, "" where it is not there."""
        return found[-1] if (found := self.texts(number)) else ""

    def texts(self, number: int) -> list[str]:
        """All texts of a field."""
        found = self.parts(number)
        short = all(len(part) <= MOST_TEXT for part in found)
        require(short, "import.long_name", source=self.budget.source, most=MOST_TEXT)
        return [bytes(part).decode("utf-8", "replace") for part in found]

    def messages(self, number: int) -> list["Message"]:
        """All messages of a field."""
        return [Message(part, self.budget) for part in self.parts(number)]


def message_of(content: bytes, source: str) -> Message:
    """The outermost message of a file; raises InputError for anything that is none."""
    return Message(memoryview(content), Budget(source, MOST_FIELDS))


def _fields(content: memoryview, budget: Budget) -> Iterator[tuple[int, int | memoryview]]:
    at = 0
    while at < len(content):
        _spend(budget)
        tag, at = _whole(content, at, budget)
        number, kind = tag >> 3, tag & 7
        if kind == WHOLE:
            value, at = _whole(content, at, budget)
            yield number, value
            continue
        if kind == LENGTH:
            size, at = _whole(content, at, budget)
        elif kind in FIXED:
            size = FIXED[kind]
        else:
            raise InputError("import.garbage", source=budget.source)
        require(at + size <= len(content), "import.garbage", source=budget.source)
        yield number, content[at : at + size]
        at += size


def _packed(content: memoryview, budget: Budget) -> Iterator[int]:
    at = 0
    while at < len(content):
        _spend(budget)
        value, at = _whole(content, at, budget)
        yield value


def _whole(content: memoryview, at: int, budget: Budget) -> tuple[int, int]:
    """A whole number, seven bits a byte, the lowest first; and where it ends."""
    value = 0
    for place, byte in enumerate(content[at : at + MOST_DIGITS]):
        value |= (byte & 127) << (7 * place)
        if byte < 128:
            return value, at + place + 1
    raise InputError("import.garbage", source=budget.source)


def _spend(budget: Budget) -> None:
    budget.left -= 1
    require(budget.left >= 0, "import.too_many_fields", source=budget.source, most=MOST_FIELDS)


def _signed(value: int) -> int:
    value &= 2**64 - 1
    return value - 2**64 if value >= 2**63 else value
