"""Trains the published programs that are not there yet, measures them all, and prints claim beside measurement.

Can be stopped at any moment: a training goes on where it was, a model that is there is not trained again.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from analysis.measure import measure
from analysis.measurement import Options
from analysis.tested_on import images_tested_on
from live.words import refusal, t, using
from live.words.claims import measured, source_of
from models import gallery
from models.checkpoint import Checkpoint
from models.errors import InputError, require
from published import train
from published.claims import CLAIMS, judged
from published.measured import FILE, MeasuredFile, ProgramMeasurements, load_measured, save_measured
from published.programs import PROGRAMS, Program, run_of

COLUMNS = ("Program", "ELBO", "Bound", "log p(x\\|z)", "KL of each dimension", "MMD²", "Covered", "10-NN", "Minutes")
NONE = "—"
EXIT_INCOMPLETE = 2
Train = Callable[[list[str]], int]


def main(
    arguments: Sequence[str], programs: Mapping[str, Program] = PROGRAMS, train_program: Train = train.main
) -> int:
    """Trains, measures and prints; see `--help`. The exit code is that of a training that was stopped or refused, 2
    where a program could not be measured, and else 0.

    `train_program`: takes the arguments of `python -m published train`.
    """
    options = make_parser(programs).parse_args(arguments)
    names = options.names or [name for name, program in programs.items() if not program.long]
    try:
        default = Options(options.samples, options.images)
        for name in names:
            require(name in programs, "program.unknown", known=list(programs), got=name)
        for name in names if not options.only_measure else ():
            code = _train(name, options.threads, train_program)
            if code:
                print(t("terminal.program.not_done", name=name), file=sys.stderr)
                return code
        content, complete = _measure_all(names, programs, default)
    except InputError as error:
        print(f"error: {refusal(error)}", file=sys.stderr)
        return EXIT_INCOMPLETE
    print(t("terminal.programs", file=str(gallery.checkpoint_folder() / FILE)) + "\n")
    print("\n".join(programs_table(content, programs)))
    with using(layer="field"):
        print("\n" + "\n".join(claims_table(content)))
    return 0 if complete else EXIT_INCOMPLETE


def make_parser(programs: Mapping[str, Program]) -> argparse.ArgumentParser:
    """The options; `--help` names the programs."""
    parser = argparse.ArgumentParser(prog="python -m published reproduce", description=__doc__)
    long = ", ".join(name for name, program in programs.items() if program.long)
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help=f"{', '.join(programs)} (default: all but {long or 'none'})")
    add("--threads", default="", help="CPU threads (default: all cores)")
    add("--samples", type=int, default=100, help="k of the importance-weighted bound (default: 100)")
    add("--images", type=int, default=2000, help="test images that are measured (default: 2000)")
    add("--only-measure", action="store_true", help="train nothing")
    return parser


def _train(name: str, threads: str, train_program: Train) -> int:
    if run_of(name, gallery.list_runs().runs):
        return 0
    goes_on = gallery.unfinished_path(name).exists()
    return train_program([
        name, *(["--resume", name] if goes_on else ["--name", name]), *(["--threads", threads] if threads else [])
    ])  # fmt: skip


def _measure_all(names: Sequence[str], programs: Mapping[str, Program], default: Options) -> tuple[MeasuredFile, bool]:
    """What is in the file, with these programs measured anew, and whether all could be; the rest goes on without one.

    The file is written after each program, so that an hour's measuring outlives a stop.
    """
    path = gallery.checkpoint_folder() / FILE
    known = {model.run_id: model for model in load_measured(path).models} if path.exists() else {}
    content, complete = MeasuredFile(tuple(known.values())), True
    for name in names:
        try:
            known[name] = _measure(name, programs[name].options or default)
        except InputError as error:
            print(t("terminal.program.left_out", name=name, reason=refusal(error)), file=sys.stderr)
            complete = False
            continue
        content = MeasuredFile(tuple(known[name] for name in sorted(known)))
        save_measured(path, content)
    return content, complete


def _measure(name: str, options: Options) -> ProgramMeasurements:
    checkpoint = _open(name)
    rows = tuple(measure(checkpoint, images_tested_on(checkpoint), options))
    return ProgramMeasurements(name, options.samples, options.images, rows)


def _open(name: str) -> Checkpoint:
    run = run_of(name, gallery.list_runs().runs)
    if run is None:
        raise InputError("program.not_trained")
    return gallery.open_run(run.run_id)


def programs_table(content: MeasuredFile, programs: Mapping[str, Program]) -> Iterator[str]:
    """A Markdown table, a row for each program."""
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "| --- |" + " ---: |" * (len(COLUMNS) - 1)
    for name, numbers in content.numbers().items():
        try:
            yield f"| {' | '.join(_cells(_open(name), numbers))} |"
        except InputError:  # measured elsewhere, and too large to ship
            title = programs[name].title if name in programs else name
            yield f"| {t('terminal.program.away', title=title)} |" + f" {NONE} |" * (len(COLUMNS) - 1)


def _cells(checkpoint: Checkpoint, numbers: Mapping[str, float]) -> list[str]:
    run = checkpoint.run

    def cell(value: float | None, form: str) -> str:
        return NONE if value is None else format(value, form)

    return [
        f"{run.title}, {run.data.title}",
        cell(run.test.elbo, ".1f"),
        cell(numbers.get("bound"), ".1f"),
        cell(run.test.log_likelihood, ".1f"),
        ", ".join(f"{nats:.2f}" for nats in run.test.kl[:4]) if run.test.kl else NONE,
        cell(run.test.mmd, "z.4f"),
        cell(numbers.get("coverage"), ".0%"),
        cell(numbers.get("knn_accuracy"), ".0%"),
        f"{run.seconds / 60:.0f}",
    ]


def claims_table(content: MeasuredFile) -> Iterator[str]:
    """A Markdown table, a row for each claim."""
    yield "| Published | Claim | Verdict | Measured |"
    yield "| --- | --- | --- | --- |"
    for claim in CLAIMS:
        try:
            judgement = judged(claim, content.numbers())
            verdict, sentence = t(f"compare.verdict.{judgement.verdict}"), measured(claim.subject, judgement.values)
        except InputError as error:
            verdict, sentence = NONE, refusal(error)
        yield f"| {source_of(claim.source, claim.data)} | {t(f'claim.{claim.subject}')} | {verdict} | {sentence} |"
