"""What a file shows: a model, several side by side, a dial, a series, or a lesson; its views, and its parts of models.

Knows models, records and addresses; knows no bytes.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import parse_qsl, urlencode

from exports.lessons import models_of
from live.lessons import FOLDER, lessons
from live.library import all_runs, has_film, open_model
from live.words import t
from models.errors import InputError, require
from models.model_series import list_series
from models.run import Run
from published.ready_sets import READY_SETS, set_of
from ui.compared import FEWEST, MOST, same_images, short_titles
from ui.page_table import PAGES
from ui.panes_data import KINDS
from ui.series_data import series_title
from ui.turnables import is_dial

T = TypeVar("T")
Goes = Literal["decoder", "encoder", "dial", "pairs", "film"]  # of a model: networks, values, what differences need
Wish = Literal["draw", "train", "film"]  # what goes along where it is asked for
Parts = Mapping[str, frozenset[Goes]]  # by the model's name
WISHES: tuple[Wish, ...] = ("draw", "train", "film")
MAX_NAME = 100


@dataclass(frozen=True)
class Contents:
    """`name`: of the file, without its ending. `views`: each with what it opens on. `parts`: of each model."""

    name: str
    title: str
    views: Mapping[str, str]
    parts: Parts
    opens: str = ""  # the address that it opens at, if that says more than its first place
    lesson: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def encodes(self) -> bool:
        """Whether every model can encode."""
        return all("encoder" in goes for goes in self.parts.values())


def named(what: str, wishes: Collection[Wish] = ()) -> Contents:
    """What the command line and an address call `NAME`, `NAME,NAME`, `set:NAME`, `dial:NAME`, `series:NAME` or
    `lesson:NAME`. `wishes`: "draw", encoders too; of one model also "train", on drawings made in the file, and "film".
    Raises InputError with those that there are, or for a wish that has no place in it.
    """
    kind, _, name = what.rpartition(":")
    names = [part.strip() for part in what.split(",")]
    if not kind and len(names) == 1:
        return of_model(names[0], wishes)
    require(not kind or kind in NAMED, "export.kind", kind=kind[:20], known=[f"{known}:" for known in NAMED])
    for wish in ("train", "film"):
        require(wish not in wishes, "export.of_one_model", wish=f"--{wish}", what=what[:60])
    draw = "draw" in wishes
    return NAMED[kind](name, draw) if kind else side_by_side(names, draw)


def of_model(name: str, wishes: Collection[Wish] = ()) -> Contents:
    """Explore, Create where it may draw, and Train: the film, the form that trains on drawings, or both."""
    run = run_named(name)
    draw, train, film = (wish in wishes for wish in WISHES)
    require(not film or has_film(run), "export.no_film", name=name, known=_with_film())
    views = {"explore": name} | ({"create": name} if draw else {})
    if train:
        views |= {"learn": "", "train": ""}
    if train or film:
        views["film"] = name if film else ""
    marks = "".join(f"-{wish}" for wish in WISHES if wish in wishes)
    parts = {name: _goes("decoder", *(("film",) if film else ()), draw=draw)}
    return Contents(f"{name}{marks}", run.title, views, parts)


def _with_film() -> list[str]:
    return [run.run_id for run in all_runs().runs if has_film(run)]


def side_by_side(names: Sequence[str], draw: bool = False) -> Contents:
    """Two to four models of one data set; if they are a ready set, with its question."""
    runs = [run_named(name) for name in names]
    fits = FEWEST <= len(set(names)) == len(names) <= MOST
    require(fits, "export.side_by_side", fewest=FEWEST, most=MOST, got=", ".join(names)[:200])
    for run in runs:
        alike, first = same_images(runs[0], run), runs[0].data.title
        require(alike, "export.other_data", title=run.title, data=run.data.title, first=first)
    chosen = set_of(names)
    title = t(f"side.set.{chosen.name}") if chosen else t("file.side", titles=", ".join(short_titles(runs, KINDS)))
    goes = _goes("decoder", "pairs", draw=draw)
    name = f"compare-{'-'.join(names)}"[:MAX_NAME] + ("-draw" if draw else "")
    return Contents(name, title, {"compare": ",".join(names)}, dict.fromkeys(names, goes))


def _set(name: str, draw: bool) -> Contents:
    return side_by_side(_known(READY_SETS, name, "ready set").models, draw)


def _dial(name: str, _draw: bool) -> Contents:
    dials = {run.run_id: run for run in all_runs().runs if is_dial(run)}
    run = _known(dials, name, "dial")
    return Contents(f"dial-{name}", run.title, {"dial": name}, {name: _goes("dial")})


def _series(name: str, _draw: bool) -> Contents:
    lined = _known({lined.series.name: lined for lined in list_series()[0]}, name, "series")
    parts = {run.run_id: _goes("decoder") for _, run in lined.steps}
    return Contents(f"series-{name}", series_title(lined), {"series": name}, parts)


def _lesson(name: str, _draw: bool) -> Contents:
    """All its steps but those at a place that needs a server."""
    lesson = _known(lessons(), name, "lesson")
    for model in sorted(models_of(lesson)):
        run_named(model)
    told = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    told["steps"] = [step for step in told["steps"] if _Asked(step["view"]).place in _PLACES]
    views: dict[str, str] = {}
    parts: dict[str, frozenset[Goes]] = {}
    for asked in map(_Asked, _views_of(told["steps"])):
        views.setdefault(asked.view, asked.first)
        for model, goes in asked.parts.items():
            parts[model] = parts.get(model, frozenset()) | goes
    return Contents(f"lesson-{name}", lesson.title, views, parts, _first_address(name, told["steps"][0]), told)


NAMED: Mapping[str, Callable[[str, bool], Contents]] = {
    "set": _set, "dial": _dial, "series": _series, "lesson": _lesson,
}  # fmt: skip
_PLACES = ("explore", "create", "compare")


class _Asked:
    """The address of a view of a lesson: its place, its view, and what it asks of models."""

    def __init__(self, address: str) -> None:
        path, _, query = address.partition("?")
        asked = dict(parse_qsl(query))
        turned = path == "compare" and asked.get("by") == "dial"
        self.place = next((page.name for page in PAGES.values() if page.address == path), "")
        self.view = "dial" if turned else self.place
        self.first = asked.get("models") or asked.get("model", "")
        models = self.first.split(",")
        goes: tuple[Goes, ...] = ("dial",) if turned else ("decoder",)
        if self.view == "create":
            goes += ("encoder",)  # whoever is there may draw
        if self.view == "compare" and len(models) >= FEWEST:
            goes += ("pairs",)
        self.parts = dict.fromkeys(models, frozenset(goes))


def _views_of(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    shown = [(step["view"], (step["reveal"] or {}).get("view")) for step in steps]
    return [view for pair in shown for view in pair if view]


def _first_address(name: str, step: Mapping[str, Any]) -> str:
    asked = _Asked(step["view"])
    query = dict(parse_qsl(step["view"].partition("?")[2]))
    hide = {"hide": ",".join(step["hide"])} if step["hide"] else {}
    return f"?{urlencode({'view': asked.place, **query, **hide, 'lesson': name, 'step': 1}, safe=',')}"


def _goes(*goes: Goes, draw: bool = False) -> frozenset[Goes]:
    return frozenset((*goes, *(("encoder",) if draw else ())))


def run_named(name: str) -> Run:
    """The record of the model of this name; raises InputError that lists those that are there."""
    runs = {run.run_id: run for run in all_runs().runs}
    require(name in runs, "export.no_model", name=name[:60], known=list(runs))
    return open_model(name).checkpoint.run


def _known(there: Mapping[str, T], name: str, what: str) -> T:
    if name not in there:
        raise InputError("export.none_of_kind", kind=what, name=name[:60], known=list(there))
    return there[name]
