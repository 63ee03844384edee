"""Which models a link asks to see side by side, and a sentence for each that can't be among them.

Knows the library and the ready sets; knows nothing of Streamlit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from live.library import OpenModel, all_runs, open_model
from live.titles import display_titles
from live.words import refusal, t
from models.errors import InputError
from models.run import Run
from published.programs import program_of
from published.ready_sets import READY_SETS, ReadySet, set_of
from ui.page import shown_order

FEWEST, MOST = 2, 4
FIRST_SET = "four-objectives"
MAX_TEXT = 400  # of a link's list of models


@dataclass(frozen=True)
class Compared:
    """Two to four models of one data set; the ready set that they are, if any; sentences about what is left out."""

    models: tuple[OpenModel, ...]
    chosen: ReadySet | None
    problems: tuple[str, ...]

    @property
    def runs(self) -> list[Run]:
        """Their records."""
        return [opened.checkpoint.run for opened in self.models]

    @property
    def key(self) -> str:
        """Their ids, as the link writes them."""
        return ",".join(run.run_id for run in self.runs)

    @property
    def widest(self) -> Run:
        """The run with the most latents, which says how many numbers a code of the shared frame has."""
        return max(self.runs, key=lambda run: run.model.latent_dim)


def compared(asked: Mapping[str, str]) -> Compared | None:
    """What a link's `models` or `set` names, filled up to two; None where there are not two models of one data set."""
    listed = {run.run_id: run for run in shown_order(all_runs().runs)}
    problems: list[str] = []
    wanted = _wanted(asked, listed, problems)
    opened = _of_one_data_set(_opened(wanted, problems), problems)
    if len(opened) < FEWEST:
        if asked.get("models") or asked.get("set"):
            problems.append(t("side.problem.few"))
        opened = _filled_up(opened, list(listed.values()))
    if len(opened) < FEWEST:
        return None
    return Compared(tuple(opened), set_of([one.checkpoint.run.run_id for one in opened]), tuple(problems))


def short_titles(runs: Sequence[Run], kinds: Mapping[str, str]) -> list[str]:
    """What tells the models apart, in as few words as it takes: the first of their traits that differ."""
    whole = display_titles(all_runs().runs)
    columns = zip(*(traits(run, kinds) for run in runs), strict=True)
    apart = (list(column) for column in columns if len(set(column)) == len(runs) and all(column))
    return next(apart, [whole[run.run_id] for run in runs])


def traits(run: Run, kinds: Mapping[str, str]) -> list[str]:
    """What may tell a model from others, the shortest first: kind, beta, seed, program, kind and latents."""
    program = program_of(run)
    kind = kinds[run.model.family]
    return [
        kind,
        t("side.title.beta", beta=f"{run.training.weights.beta:g}"),
        t("side.title.seed", seed=str(run.training.seed)),
        program.what if program else "",
        f"{kind} · {t('title.latents', count=run.model.latent_dim)}",
    ]


def _wanted(asked: Mapping[str, str], listed: Mapping[str, Run], problems: list[str]) -> list[str]:
    """Ids, each once, at most four."""
    names = [name for name in asked.get("models", "")[:MAX_TEXT].split(",") if name]
    named = asked.get("set", "")
    if not names and named and named not in READY_SETS:
        problems.append(t("side.problem.set", name=named[:40]))
    if not names:
        row = READY_SETS.get(named, READY_SETS[FIRST_SET])
        names = [name for name in row.models if name in listed or named]
    names = list(dict.fromkeys(names))
    for name in names:
        if name not in listed:
            problems.append(t("side.problem.gone", name=name[:60]))
    present = [name for name in names if name in listed]
    if len(present) > MOST:
        problems.append(t("side.problem.many", count=len(present)))
    return present[:MOST]


def _opened(names: Sequence[str], problems: list[str]) -> list[OpenModel]:
    found = []
    for name in names:
        try:
            found.append(open_model(name))
        except InputError as error:
            problems.append(t("side.problem.broken", name=name, reason=refusal(error)))
    return found


def _of_one_data_set(opened: Sequence[OpenModel], problems: list[str]) -> list[OpenModel]:
    """Those whose test images are the first one's."""
    if not opened:
        return []
    first = opened[0].checkpoint.run
    kept = [one for one in opened if same_images(first, one.checkpoint.run)]
    left = [one.checkpoint.run for one in opened if one not in kept]
    for run in left:
        problems.append(t("side.problem.data", title=run.title, data=run.data.title, first=first.data.title))
    return kept


def same_images(a: Run, b: Run) -> bool:
    """Whether two models were tested on the same images, as far as their records say."""
    same = (a.data.name, a.data.test_count, a.model.image) == (b.data.name, b.data.test_count, b.model.image)
    return same and (not a.data.digest or not b.data.digest or a.data.digest == b.data.digest)


def _filled_up(opened: Sequence[OpenModel], listed: Sequence[Run]) -> list[OpenModel]:
    """The same and one more of its data set; of none, the first two that belong together."""
    found = list(opened)
    seeds = [one.checkpoint.run for one in found] or listed
    for seed in seeds:
        others = [run for run in listed if same_images(seed, run) and run.run_id != seed.run_id]
        pair = _opened([seed.run_id, *[run.run_id for run in others]][: FEWEST + 2], [])
        if len(pair) >= FEWEST:
            return pair[:FEWEST]
    return found
