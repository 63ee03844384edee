"""Trained models in numbers: one `Summary` a run, and the Markdown table of many.

Knows checkpoints and metrics; knows nothing of files or of the Markdown that shows them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.metrics.knn import knn_accuracy
from models.checkpoint import Checkpoint
from models.families import FAMILIES, family_of

NEIGHBOURS = 10
FIRST = (("mnist", 2), ("fashion-mnist", 2))
COLUMNS = (
    "Model", "Data", "Latents", "ELBO (nats)", "Log-likelihood (nats)", "KL (nats)", "MMD² to the prior",
    f"{NEIGHBOURS}-NN accuracy", "Training (s)", "Parameters",
)  # fmt: skip
TEXT_COLUMNS = 2
MARKS = {"gaussian": "†", "categorical": "‡"}  # of likelihoods whose nats stand for something else
NONE = "—"


@dataclass(frozen=True)
class Summary:
    """One run in numbers, measured on its test set; `elbo`, `log_likelihood` and `kl` (summed) in nats an image.

    `elbo` and `kl` are None for a deterministic encoder, `mmd` where it was not measured, `knn_accuracy` for data
    without classes or with too few images. `seconds`: training time on `device`. `data`: the set's short name.
    """

    run_id: str
    title: str
    family: str
    data: str
    data_title: str
    latent_dim: int
    likelihood: str
    elbo: float | None
    log_likelihood: float
    kl: float | None
    mmd: float | None
    knn_accuracy: float | None
    seconds: float
    device: str
    parameters: int


def summarise(checkpoint: Checkpoint) -> Summary:
    """The summary of a checkpoint; its k-NN accuracy is computed here, from the latents' means."""
    run, latents = checkpoint.run, checkpoint.latents
    labels = latents.class_of_each()
    judged = run.model.class_count >= 2 and len(latents.mu) > NEIGHBOURS
    return Summary(
        run_id=run.run_id,
        title=run.title,
        family=run.model.family,
        data=run.data.name,
        data_title=run.data.title,
        latent_dim=run.model.latent_dim,
        likelihood=run.training.weights.density,
        elbo=run.test.elbo,
        log_likelihood=run.test.log_likelihood,
        kl=None if run.test.kl is None else sum(run.test.kl),
        mmd=run.test.mmd,
        knn_accuracy=knn_accuracy(latents.mu, labels, NEIGHBOURS) if judged else None,
        seconds=run.seconds,
        device=run.device,
        parameters=run.parameter_count,
    )


def table(summaries: Iterable[Summary]) -> str:
    """A Markdown table, a row a run, and below it the lines that its gaps and marks need; ends with a newline.

    First MNIST with 2 latents, then Fashion-MNIST with 2, then the rest by data set and latents; families in the
    order of their table. Runs alike in all of these carry their `run_id`.
    """
    ordered = sorted(summaries, key=_order)
    alike = Counter(_order(row)[:-1] for row in ordered)
    rows = [_cells(row, alike[_order(row)[:-1]] > 1) for row in ordered]
    rule = ["---" if column < TEXT_COLUMNS else "---:" for column in range(len(COLUMNS))]
    lines = ["| " + " | ".join(cells) + " |" for cells in (COLUMNS, rule, *rows)]
    return "\n".join([*lines, *(f"\n{note}" for note in _notes(ordered))]) + "\n"


def _order(row: Summary) -> tuple[int, str, int, int, str]:
    group = (row.data, row.latent_dim)
    rank = FIRST.index(group) if group in FIRST else len(FIRST)
    return (rank, row.data, row.latent_dim, list(FAMILIES).index(row.family), row.run_id)


def _cells(row: Summary, ambiguous: bool) -> tuple[str, ...]:
    mark = MARKS.get(row.likelihood, "")
    return (
        family_of(row.family).title + (f" (`{row.run_id}`)" if ambiguous else ""),
        _plain(row.data_title),
        str(row.latent_dim),
        _number(row.elbo, ".1f") + (mark if row.elbo is not None else ""),
        _number(row.log_likelihood, ".1f") + mark,
        _number(row.kl, ".1f"),
        _number(row.mmd, ".4f"),
        _number(row.knn_accuracy, ".1%"),
        f"{row.seconds:,.0f}",
        f"{row.parameters:,}",
    )


def _notes(rows: Sequence[Summary]) -> list[str]:
    devices = sorted({_plain(row.device) for row in rows})
    notes = [f"Means over each test set. Trained on: {'; '.join(devices)}."] if rows else []
    if any(row.elbo is None or row.kl is None for row in rows):
        notes.append(
            f"{NONE} under ELBO and KL: a deterministic encoder's posterior is a point, so it has no KL and no ELBO."
        )
    if any(row.mmd is None for row in rows):
        notes.append(f"{NONE} under MMD²: not measured.")
    if any(row.knn_accuracy is None for row in rows):
        notes.append(f"{NONE} under {NEIGHBOURS}-NN accuracy: no classes, or too few test images.")
    if any(row.likelihood == "gaussian" for row in rows):
        notes.append("† Gaussian likelihood: these nats can't be compared with the Bernoulli ones.")
    if any(row.likelihood == "categorical" for row in rows):
        notes.append("‡ Categorical likelihood: nats of a bar of 32 notes, each one of 48 pitches.")
    return notes


def _number(value: float | None, form: str) -> str:
    # `z` turns -0.0000 into 0.0000: the unbiased MMD may fall a little below 0
    return NONE if value is None else format(value, "z" + form)


def _plain(text: str) -> str:
    """Text from a run.json, escaped for a table cell: it can neither end it nor be taken for HTML."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
