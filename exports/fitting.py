"""What goes into so many bytes: which models are rounded for it, and which then still stay out.

Knows names and sizes alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Weighed:
    """The bytes of a model as it is, and with its networks rounded."""

    exact: int
    rounded: int


@dataclass(frozen=True)
class Fitted:
    """The models that go in, those of them that are rounded, and the models that stay out."""

    kept: tuple[str, ...]
    rounded: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()


def fitted(models: Mapping[str, Weighed], room: int) -> Fitted:
    """Rounds one model after the other, first where that saves most, until all fit; of those that don't even then, as
    many go in as fit, in the order in which they are given.
    """
    saves = {name: one.exact - one.rounded for name, one in models.items()}
    over = sum(one.exact for one in models.values()) - room
    rounded = set()
    for name, saved in sorted(saves.items(), key=lambda pair: -pair[1]):
        if over <= 0 or saved <= 0:
            break
        rounded.add(name)
        over -= saved
    kept = []
    for name, one in models.items():
        size = one.rounded if name in rounded else one.exact
        if size <= room:
            room -= size
            kept.append(name)
    return Fitted(tuple(kept), frozenset(rounded & set(kept)), tuple(name for name in models if name not in kept))
