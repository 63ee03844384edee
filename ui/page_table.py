"""The five places, each registered once: where it is, what it is called, what its link may hold, what it fetches.

Knows neither Streamlit nor a page's content. A page's words are `page.<name>` and `page.<name>.hint` in the catalogue,
and its state's names are rows of ui/view_state.py. To add a page: a row here, its two entries, its file in pages/.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Preloads = Literal["nothing", "code", "model", "map"]
# what every link may hold beside its page's own: the layer of words, the presenter's screen, controls that are left
# out, a lesson and its step, a class
STICKY = ("words", "present", "hide", "lesson", "step", "join")


@dataclass(frozen=True)
class Page:
    """One place; its name is its file in pages/, its address and its place in the catalogue.

    `view`: the live view of a model that it shows, if any. `state`: what of that view's state the link carries.
    `conditional`: whether it opens on a conditional model where the link names none. `preloads`: what the browser is
    told to fetch before the page runs, each with what stands before it: the views' code, the model, its map's figure.
    `old_names`: what a name in its links was called before. `ways`: the ways of a page that is several, first the one
    that it opens on, as the link's `by` names them.
    """

    name: str
    state: tuple[str, ...] = ()
    view: str = ""
    conditional: bool = False
    preloads: Preloads = "map"
    start: bool = False
    old_names: Mapping[str, str] = field(default_factory=dict)
    ways: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """Where its script is, beside main.py."""
        return f"{self.name}.py"

    @property
    def address(self) -> str:
        """The last part of its URL; nothing for the page that opens first."""
        return "" if self.start else self.name

    @property
    def title(self) -> str:
        """The key of its title in the catalogue."""
        return f"page.{self.name}"

    @property
    def hint(self) -> str:
        """The key of the one sentence that invites an experiment."""
        return f"page.{self.name}.hint"


@dataclass(frozen=True)
class Forward:
    """Where a page of an older link is now: the place, what its link says besides, and names that changed."""

    place: str
    adds: Mapping[str, str] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)

    def query(self, asked: Mapping[str, str]) -> dict[str, str]:
        """What the new link holds for what the old one held."""
        return {**self.adds, **{self.renames.get(name, name): text for name, text in asked.items()}}


_ROWS = (
    Page(
        "explore",
        (
            "tool",
            "z",
            "class",
            "point",
            "without",
            "layers",
            "zoom",
            "a",
            "b",
            "path",
            "plus",
            "minus",
            "times",
            "range",
            "numbers",
        ),
        view="explore",
        start=True,
    ),
    Page(
        "create",
        ("by", "z", "class", "mix", "with", "seed", "a", "b", "guesses", "numbers"),
        view="create",
        conditional=True,
    ),
    Page("train", ("z", "class", "epoch", "point", "numbers"), view="film", preloads="code", old_names={"set": "data"}),
    Page(
        "compare",
        ("cursor", "point", "z", "align", "class", "without", "zoom", "shows", "tell", "guess", "whose"),
        view="compare",
        preloads="code",
        ways=("side", "dial", "claims", "nat"),
    ),
    Page("library", preloads="nothing"),
)
PAGES = {page.name: page for page in _ROWS}
FORWARDS = {
    "explore": Forward("explore"),
    "map": Forward("explore", {"tool": "point"}, {"hide": "without"}),
    "traverse": Forward("explore", {"tool": "slide"}),
    "interpolate": Forward("explore", {"tool": "path"}),
    "generate": Forward("create", {"by": "class"}),
    "draw": Forward("create", {"by": "hand"}),
    "film": Forward("train"),
    "claims": Forward("compare", {"by": "claims"}),
    "gallery": Forward("library"),
    "join": Forward("explore", {"join": "code"}),  # what a pupil types who has no link
}
