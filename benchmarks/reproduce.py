"""Trains the published programs that are not there yet, measures them all, and prints claim beside measurement.

Can be stopped at any moment: a training goes on where it was, a model that is there is not trained again.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from analysis.claims import CLAIMS, FILE, Measured, MeasuredModel, judged, load_measured, save_measured
from analysis.measure import Options
from benchmarks.measure import measured
from models.checkpoint import Checkpoint
from models.errors import InputError
from training import command, store
from training.plans import PRESETS

LONG = ("zhao-eval",)  # hours on two cores
AS_PUBLISHED = {"burda-vae": Options(5000, 10_000)}  # their bound; a quarter of an hour on one core
NAMES = tuple(name for name in PRESETS if name not in LONG)
COLUMNS = ("Program", "ELBO", "Bound", "log p(x\\|z)", "KL of each dimension", "MMD²", "Covered", "10-NN", "Minutes")


def main(arguments: list[str]) -> int:
    """Trains, measures and prints; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks reproduce", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"programs: {', '.join(PRESETS)} (default: all but {', '.join(LONG)})")
    parser.add_argument("--threads", default="", help="CPU threads (default: all cores)")
    parser.add_argument("--samples", type=int, default=100, help="k of the importance-weighted bound (default: 100)")
    parser.add_argument("--images", type=int, default=2000, help="test images that are measured (default: 2000)")
    parser.add_argument("--only-measure", action="store_true", help="train nothing")
    options = parser.parse_args(arguments)
    names = options.names or NAMES
    for name in names if not options.only_measure else ():
        _train(name, options.threads)
    path = store.checkpoint_folder() / FILE
    found = _measured(path, names, Options(options.samples, options.images))
    save_measured(path, found)
    print(f"The measurements are in {path}.\n")
    print("\n".join(programs_table(found)))
    print("\n" + "\n".join(claims_table(found)))
    return 0


def _train(name: str, threads: str) -> None:
    folder = store.checkpoint_folder()
    if (folder / name).is_dir():
        return
    started = store.unfinished_path(name).exists()
    ask = ["--resume", name] if started else ["--preset", name, "--name", name]
    if command.main([*ask, *(["--threads", threads] if threads else [])]):
        raise SystemExit(f"{name} was stopped; the same command goes on with it.")


def _measured(path: Path, names: tuple[str, ...], options: Options) -> Measured:
    """What is in the file, with these programs measured anew; one that can't be is named, and the rest goes on."""
    known = {model.run_id: model for model in load_measured(path).models} if path.exists() else {}
    for name in names:
        try:
            asked = AS_PUBLISHED.get(name, options)
            rows = tuple(measured(store.open_run(name), asked))
            known[name] = MeasuredModel(name, asked.samples, asked.images, rows)
        except InputError as error:
            print(f"{name} is left out: {error}")
    return Measured(tuple(known[name] for name in sorted(known)))


def programs_table(measured: Measured) -> Iterator[str]:
    """A Markdown table, a row a program."""
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "| --- |" + " ---: |" * (len(COLUMNS) - 1)
    for name, numbers in measured.numbers().items():
        try:
            yield f"| {' | '.join(_cells(store.open_run(name), dict(numbers)))} |"
        except InputError:  # measured elsewhere, and too large to ship
            yield f"| {PRESETS[name].title} is not on this computer |" + " — |" * (len(COLUMNS) - 1)


def _cells(checkpoint: Checkpoint, numbers: dict[str, float]) -> list[str]:
    run, kl = checkpoint.run, checkpoint.run.test.kl
    shown = "—" if kl is None else ", ".join(f"{nats:.2f}" for nats in kl[:4])
    return [
        f"{run.title}, {run.data.title}",
        "—" if run.test.elbo is None else f"{run.test.elbo:.1f}",
        f"{numbers['bound']:.1f}" if "bound" in numbers else "—",
        f"{run.test.log_likelihood:.1f}",
        shown,
        "—" if run.test.mmd is None else f"{run.test.mmd:z.4f}",
        f"{numbers['coverage']:.0%}",
        f"{numbers['knn_accuracy']:.0%}",
        f"{run.seconds / 60:.0f}",
    ]


def claims_table(measured: Measured) -> Iterator[str]:
    """A Markdown table, a row a claim."""
    yield "| Published | Claim | Verdict | Measured |"
    yield "| --- | --- | --- | --- |"
    for claim in CLAIMS:
        try:
            verdict, sentence = judged(claim, measured.numbers())
        except InputError as error:
            verdict, sentence = "—", str(error)
        yield f"| {claim.source} | {claim.text} | {verdict} | {sentence} |"
