"""Text for the screen: whatever came from a file or a link is escaped here, and numbers get their units here."""

import html
import re
from collections import Counter
from collections.abc import Mapping

from models.families import family_of
from models.run import Run

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")
# Streamlit looks for addresses, icons and arrows once more in what Markdown left; a word joiner, which has no width,
# between their parts hides them
_JOINER = "\u2060"
_FOUND_LATER = re.compile(r"(?<=:)(?=[\w/+-])|(?<=www)(?=\.)|(?=@)|(?<=-)(?=[->])|(?<=<)(?=-)", re.IGNORECASE)
# control characters, and those that turn the direction of the text that follows
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """The text on one line without the characters that nobody sees and that change how the rest is read."""
    return _INVISIBLE.sub("", " ".join(text.split()))


def for_markdown(text: str) -> str:
    """The text with everything escaped that Markdown, LaTeX or Streamlit's directives would interpret."""
    return _MARKDOWN.sub(r"\\\1", _FOUND_LATER.sub(_JOINER, visible(text)))


def for_html(text: str) -> str:
    """The text with everything escaped that HTML would interpret, also inside quotes."""
    return html.escape(visible(text), quote=True)


def picker_labels(titles: Mapping[str, str]) -> dict[str, str]:
    """What a picker calls each name: its title, with the name behind it where another has the same title.

    Streamlit's pickers tell their options apart by this text alone.
    """
    shown = {name: visible(title) for name, title in titles.items()}
    count = Counter(shown.values())
    return {name: f"{title} ({name})" if count[title] > 1 else title for name, title in shown.items()}


def nats(value: float | None) -> str:
    """A number of nats with one digit, or a dash where it is not defined."""
    return "—" if value is None else f"{value:.1f} nats".replace("-", "−")


def card_title(run: Run) -> str:
    """Family and latents, for a card that stands under its data set's name."""
    return f"{family_of(run.model.family).title}, {run.model.latent_dim} latents"


def duration(seconds: float) -> str:
    """`48 s` or `3 min 20 s`."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def latent_name(dim: int) -> str:
    """`z₁` for dimension 0."""
    return "z" + str(dim + 1).translate(SUBSCRIPTS)
