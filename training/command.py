"""The command line of training: options, a progress bar, a clean stop on Ctrl-C, exit code 2 for bad input.

Knows everything in training/; knows no screen but the terminal.
"""

import argparse
import contextlib
import dataclasses
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from models.errors import InputError, require
from models.families import FAMILIES
from models.layers import ACTIVATIONS
from models.networks import NETWORKS
from models.objectives import OBJECTIVES
from models.run import MAX_EPOCHS, OPTIMIZERS, PRECISIONS, SCHEDULES
from training import jobs_command, store
from training.data import SOURCES, DataSet, data_folder
from training.data import load as load_data
from training.device import keep_heap, pick_device, use_threads
from training.epochs import EpochStore, film_path, start_film
from training.finish import finish
from training.loop import EpochDone, Finished, Progress, Stopped, steps_per_epoch, train
from training.plans import PRESETS, Plan, make_plan, preset_plan, with_changes
from training.shipped import FILMED, SHIPPED
from training.state import TrainState, load_state

SAVE_SECONDS = 30.0
EXIT_BAD_INPUT, EXIT_INTERRUPTED = 2, 130
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
BAR = "{percentage:3.0f}% |{bar}| {postfix}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["jobs"]:
            return jobs_command.main(given[1:])
        options = make_parser().parse_args(given)
        use_threads(options.threads)
        keep_heap()
        store.prepare()
        if options.shipped is not None:
            return _shipped(options.shipped, options.keep_epochs)
        if options.resume:
            return _resume(options.resume)
        plan = _plan_of(options)
        run_id = options.name or store.new_run_id(plan)
        started = store.unfinished_path(run_id).exists()
        require(not started, f"{run_id} is unfinished. Go on with --resume {run_id}, or choose another --name.")
        taken = (store.checkpoint_folder() / run_id).exists()
        require(not taken, f"there is already a model called {run_id}; choose another --name.")
        return _train(plan, run_id, False, options.keep_epochs)
    except KeyboardInterrupt:
        unfinished = ", ".join(store.unfinished_runs()) or "none"
        print(f"Stopped. Unfinished runs, for --resume: {unfinished}.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT


def make_parser() -> argparse.ArgumentParser:
    """The options; `--help` lists families, data sets, networks and presets with a line each."""
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="Trains a latent variable model and puts it into the gallery. `python -m training jobs` shows the "
        "trainings that were asked for in the app.",
        epilog=_catalogue(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--family", choices=FAMILIES, help="what is trained (default: vae)")
    add("--data", choices=SOURCES, help="on what (default: mnist)")
    add("--latent", type=int, metavar="N", help="latent dimensions, 1 to 128 (default: 2)")
    add("--network", choices=NETWORKS, help="default: mlp")
    add("--widths", type=_widths, metavar="A,B,..", help="hidden widths of the mlp (default: 512,512,512)")
    add("--activation", choices=ACTIVATIONS, help="of the mlp (default: gelu)")
    add("--encoder", choices=("deterministic", "stochastic"), help="of an MMD-VAE (default: deterministic)")
    add("--preset", choices=PRESETS, help="the settings of a published program; other options change them")
    add("--objective", choices=OBJECTIVES, help="default: the family's own")
    add("--beta", type=float, help="weight of the KL divergence")
    add("--beta-warmup", type=int, metavar="EPOCHS", help="epochs in which beta rises from 0")
    add("--capacity", type=float, metavar="NATS", help="target of the KL for --objective capacity-elbo")
    add("--capacity-epochs", type=int, metavar="EPOCHS", help="epochs in which the capacity rises from 0")
    add("--mmd-weight", type=float, help="weight of the MMD")
    add("--epochs", type=int, help=f"1 to {MAX_EPOCHS} (default: 30)")
    add("--batch", type=int, help="images a step, 8 to 1024 (default: 128)")
    add("--learning-rate", type=float, help="default: 1e-3")
    add("--optimizer", choices=OPTIMIZERS)
    add("--schedule", choices=SCHEDULES, help="of the learning rate (default: cosine)")
    add("--precision", choices=PRECISIONS, help="of matrix products in training (default: bfloat16)")
    add("--seed", type=int, help="default: 0")
    add("--name", help="the run's name (default: made of data set, family and time)")
    add("--threads", type=int, help="CPU threads (default: all cores)")
    add("--keep-epochs", action="store_true", help="keep up to 30 epochs (32 MB), to look back at the training")
    add("--resume", metavar="NAME", help="go on with a run that was stopped")
    add("--shipped", nargs="*", metavar="NAME", help="rebuild the models that ship with the app, all or some")
    return parser


def _catalogue() -> str:
    sections = {
        "families": {name: f"{row.title}. {row.sentence}" for name, row in FAMILIES.items()},
        f"data sets (from {data_folder()}, or the folder in LATENT_DATA)": {
            name: row.title + (f", {row.megabytes} MB to download" if row.torchvision else ", needs no download")
            for name, row in SOURCES.items()
        },
        "networks": {name: f"{row.title} ({row.source})" for name, row in NETWORKS.items()},
        "presets": {name: f"{row.title}. {row.note}" for name, row in PRESETS.items()},
    }
    blocks = []
    for title, rows in sections.items():
        lines = [f"  {name:<20} {text}" for name, text in rows.items()]
        blocks.append("\n".join([f"{title}:", *lines]))
    return "\n\n".join(blocks)


def _widths(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        message = f"must be whole numbers joined by commas, as in 512,256; got {text!r}"
        raise argparse.ArgumentTypeError(message) from None


def _plan_of(options: argparse.Namespace) -> Plan:
    if options.preset:
        fixed = [name for name in ("family", "data", "network") if getattr(options, name)]
        require(not fixed, f"--preset {options.preset} names its own {' and '.join(fixed)}; leave out that option.")
        plan = preset_plan(options.preset)
    else:
        shape = {"network": options.network} if options.network else {}
        plan = make_plan(options.family or "vae", options.data or "mnist", options.latent or 2, shape)
    model = {"latent_dim": options.latent, "widths": options.widths, "activation": options.activation}
    if options.encoder:
        model["stochastic"] = options.encoder == "stochastic"
    training = {
        name: getattr(options, name)
        for name in ("objective", "beta_warmup", "capacity_epochs", "epochs", "learning_rate", "optimizer",
                     "schedule", "precision", "seed")
    }  # fmt: skip
    training["batch_size"] = options.batch
    weights = {name: getattr(options, name) for name in ("beta", "capacity", "mmd_weight")}
    given = [{k: v for k, v in part.items() if v is not None} for part in (model, training, weights)]
    return with_changes(plan, *given)


def _train(plan: Plan, run_id: str, replace: bool, keep_epochs: bool = False) -> int:
    data = load_data(plan.training.data)
    state = TrainState(run_id, plan.title, plan.model, plan.training, data.record(), pick_device())
    return _run(state, data, replace, keep_epochs)


def _resume(run_id: str) -> int:
    path = store.unfinished_path(run_id)
    known = ", ".join(store.unfinished_runs()) or "none"
    require(path.exists(), f"there is no unfinished run called {run_id!r}. Unfinished: {known}.")
    state = load_state(path, pick_device())
    data = load_data(state.training.data)
    require(
        data.record() == state.data,
        f"{run_id} was started on {state.data.train_count:,} images of {state.data.title}, but the data set now has "
        f"{len(data.train_x):,}. Put the old data back, or train anew.",
    )
    return _run(state, data, run_id in SHIPPED, film_path(path).exists())


def _shipped(names: Sequence[str], keep_epochs: bool = False) -> int:
    for name in names:
        require(name in SHIPPED, f"shipped model must be one of {', '.join(SHIPPED)}; got {name!r}.")
    for name in names or SHIPPED:
        code = _train(SHIPPED[name], name, True, keep_epochs or name in FILMED)
        if code:
            return code
    return 0


def _run(state: TrainState, data: DataSet, replace: bool, keep_epochs: bool = False) -> int:
    path = store.unfinished_path(state.run_id)
    film = start_film(path, state, data) if keep_epochs else None
    print(f"{state.run_id}: {state.title}, {state.model.parameter_count():,} parameters.")
    with _stop_signals() as should_stop:
        stopped = _consume(state, data, path, should_stop, film)
        _save(state, path, film)  # also when finished: until its checkpoint is written, the run can be resumed
    if stopped:
        print(f"Stopped in epoch {state.epoch + 1}. Go on with: python -m training --resume {state.run_id}")
        return EXIT_INTERRUPTED
    checkpoint = dataclasses.replace(finish(state, data), epochs=film.collect() if film else None)
    kept = store.keep(checkpoint, replace=replace)
    path.unlink(missing_ok=True)
    if film:
        film.remove()
    test = checkpoint.run.test
    quality = f"reconstruction {test.log_likelihood:.1f} nats" if test.elbo is None else f"ELBO {test.elbo:.1f} nats"
    print(f"Test {quality}, trained in {state.seconds:.0f} s, written to {kept}")
    return 0


def _consume(
    state: TrainState, data: DataSet, path: Path, should_stop: Callable[[], bool], film: EpochStore | None
) -> bool:
    """Shows the events as they come and saves the state now and then; returns whether the run was stopped."""
    saved = time.monotonic()
    steps = state.training.epochs * steps_per_epoch(len(data.train_x), state.training.batch_size)
    with tqdm(total=steps, initial=state.step, unit="step", dynamic_ncols=True, bar_format=BAR) as bar:
        for event in train(state, data, should_stop):
            bar.update(state.step - bar.n)
            match event:
                case Progress():
                    bar.set_postfix_str(_describe(event))
                case EpochDone():
                    tqdm.write(_epoch_line(event, state.training.epochs))
                    if film:
                        film.add(state.epoch, state.model, event.evaluation.latents.mu)
                    if time.monotonic() - saved > SAVE_SECONDS:
                        _save(state, path, film)
                        saved = time.monotonic()
                case Stopped():
                    return True
                case Finished():
                    pass
    return False


def _describe(event: Progress) -> str:
    kl = "" if event.kl is None else f", KL {event.kl:.2f}"
    terms = f"loss {event.loss:.1f} (log-likelihood {event.log_likelihood:.1f}{kl}) nats"
    return f"{terms}, {event.images_per_second:,.0f} images/s, {event.seconds_left:.0f} s left"


def _epoch_line(event: EpochDone, epochs: int) -> str:
    test = event.record.test
    if test.elbo is None or test.kl is None:
        return f"epoch {event.record.epoch}/{epochs}: test log-likelihood {test.log_likelihood:.2f} nats"
    return (
        f"epoch {event.record.epoch}/{epochs}: test ELBO {test.elbo:.2f} nats "
        f"= log-likelihood {test.log_likelihood:.2f} - KL {sum(test.kl):.2f}"
    )


def _save(state: TrainState, path: Path, film: EpochStore | None) -> None:
    try:
        if film:
            film.flush()
        state.save(path)
    except OSError as error:
        raise InputError(
            f"the unfinished run can't be saved to {path}: {error.strerror}. Free some space, or name a writable "
            "folder in LATENT_CHECKPOINTS."
        ) from None


@contextlib.contextmanager
def _stop_signals() -> Iterator[Callable[[], bool]]:
    """Inside, Ctrl-C and SIGTERM only raise a flag, which the loop reads between two batches."""
    flag: list[int] = []
    before = {number: signal.signal(number, lambda got, _: flag.append(got)) for number in STOP_SIGNALS}
    try:
        yield lambda: bool(flag)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
