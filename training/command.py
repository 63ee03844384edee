"""The command line of training: its options, and exit code 2 for bad input.

Knows everything in training/; knows no screen but the terminal.
"""

import argparse
import contextlib
import sys
from collections.abc import Callable, Sequence

from datasets.catalogue import load as load_data
from datasets.catalogue import sources
from datasets.data_set import DataSet
from datasets.source import Source, data_folder
from jobs.journal import JOURNAL, Journal
from live.words import refusal, t
from models import gallery
from models.aims import LIKELIHOODS, OBJECTIVES
from models.dial import RANGES
from models.errors import InputError, require
from models.families import FAMILIES
from models.layers import ACTIVATIONS
from models.networks import NETWORKS
from models.run import MAX_EPOCHS, OPTIMIZERS, PRECISIONS, SCHEDULES
from training import alone, jobs_command, sweep_command
from training.chain import models_of
from training.device import use_threads
from training.drive import Task, train_to_checkpoint
from training.heap import keep_heap
from training.pacing import Pacing
from training.plans import Plan, as_dial, make_plan, new_run_id, with_changes
from training.recipes import RECIPES, recipe_parts
from training.several import worker_command
from training.shipped import FILMED, SHIPPED
from training.state import saved_position
from training.terminal import Terminal, stop_signals
from training.unfinished import discard, film_path

EXIT_BAD_INPUT, EXIT_INTERRUPTED = 2, 130
Load = Callable[..., DataSet]


def main(
    arguments: Sequence[str] | None = None,
    base: Plan | None = None,
    load: Load = load_data,
    pacing: Pacing = Pacing(),  # noqa: B008  it is frozen
) -> int:
    """Runs the command line and returns its exit code.

    `base`: what the options change, a published program's plan. `load`: where data sets come from.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["dial"]:
        given = ["--axis", "beta", *given[1:]]
    try:
        if given[:1] == ["jobs"]:
            return jobs_command.main(given[1:])
        if given[:1] == ["sweep"]:
            return sweep_command.main(given[1:])
        if given[:1] == ["worker"]:
            return worker_command.main(given[1:])
        if given[:1] == ["dial-proof"]:
            return alone.main(given[1:], load)
        options = make_parser().parse_args(given)
        use_threads(options.threads)
        keep_heap()
        gallery.prepare()
        if options.shipped is not None:
            return _shipped(options.shipped, options.keep_epochs, load, pacing)
        if options.resume:
            return _resume(options.resume, load, pacing)
        plan = _plan_of(options, base)
        run_id = options.name or new_run_id(plan)
        started = gallery.unfinished_path(run_id).exists()
        require(not started, "command.unfinished", name=run_id)
        taken = (gallery.checkpoint_folder() / run_id).exists()
        require(not taken, "command.name_taken", name=run_id)
        return _train(plan, run_id, False, options.keep_epochs, load, pacing)
    except KeyboardInterrupt:
        unfinished = ", ".join(gallery.unfinished_runs()) or t("unit.none")
        print(t("terminal.stopped", unfinished=unfinished), file=sys.stderr)
        return EXIT_INTERRUPTED
    except InputError as error:
        print(f"error: {refusal(error)}", file=sys.stderr)
        return EXIT_BAD_INPUT


def make_parser() -> argparse.ArgumentParser:
    """The options; `--help` lists families, data sets and networks with a line each."""
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="Trains a latent variable model and puts it into the gallery. `python -m training jobs` shows the "
        "trainings that were begun in the app; `python -m training dial` trains one network for all betas; "
        "`python -m training sweep` trains all combinations of some settings; `python -m training worker` trains for "
        "another computer.",
        epilog=_catalogue(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--family", choices=FAMILIES, help="what is trained (default: vae)")
    add("--data", choices=sources(), help="on what (default: mnist)")
    add("--latent", type=int, metavar="N", help="latent dimensions, 1 to 128 (default: 2)")
    add("--network", choices=NETWORKS, help="default: mlp")
    add("--widths", type=_widths, metavar="A,B,..", help="hidden widths of the mlp (default: 512,512,512)")
    add("--activation", choices=ACTIVATIONS, help="of the mlp (default: gelu)")
    add("--encoder", choices=("deterministic", "stochastic"), help="of an MMD-VAE (default: deterministic)")
    add("--preset", metavar="NAME", help=argparse.SUPPRESS)  # what `python -m published train` was called
    add("--objective", choices=OBJECTIVES, help="default: the family's own")
    add("--likelihood", choices=LIKELIHOODS, help="of the pixels (default: what suits the data set); "
        "the deviation of gaussian-learnt is learnt")  # fmt: skip
    add("--least-std", type=float, metavar="S", help="the least that it is learnt to, of grey levels 0 to 1 (default: "
        "0.1, which drawings and small sets need)")  # fmt: skip
    add("--beta", type=float, help="weight of the KL divergence")
    add("--beta-warmup", type=int, metavar="EPOCHS", help="epochs in which beta rises from 0")
    add("--capacity", type=float, metavar="NATS", help="target of the KL for --objective capacity-elbo")
    add("--capacity-epochs", type=int, metavar="EPOCHS", help="epochs in which the capacity rises from 0")
    add("--alpha", type=float, help="of an InfoVAE: 0 is the VAE, 1 the MMD-VAE")
    add("--pseudo-inputs", type=int, metavar="K", help="components of a VampPrior")
    add("--mmd-weight", type=float, help="weight of the MMD")
    add("--axis", choices=RANGES, help="train a dial: one network for all values of this weight")
    add("--range", type=_ends, metavar="LOW,HIGH", help="of the dial (default: 0.1,50 for beta, 0.01,10000 for lambda)")
    add("--recipe", choices=RECIPES, help="network and schedule, as on the page Train; other options change them")
    add("--epochs", type=int, help=f"1 to {MAX_EPOCHS} (default: 30)")
    add("--batch", type=int, help="images a step, 8 to 1024 (default: 128)")
    add("--learning-rate", type=float, help="default: 1e-3")
    add("--optimizer", choices=OPTIMIZERS)
    add("--schedule", choices=SCHEDULES, help="of the learning rate (default: cosine)")
    add("--precision", choices=PRECISIONS, help="of matrix products in training (default: bfloat16)")
    add("--seed", type=int, help="default: 0")
    add("--held-out", type=float, metavar="SHARE", help="of the training images, by which the best epoch is kept "
        "(default: 0.1 of few own images, else 0)")  # fmt: skip
    add("--shift", type=int, metavar="PIXELS", help="move each image by up to so many, anew each time (default: 0)")
    add("--name", help="the run's name (default: made of data set, family and time)")
    add("--threads", type=int, help="CPU threads (default: all cores)")
    add("--keep-epochs", action="store_true", help="keep up to 30 epochs (32 MB), to look back at the training")
    add("--resume", metavar="NAME", help="go on with a run that was stopped")
    add("--shipped", nargs="*", metavar="NAME", help="rebuild the models that ship with the app, all or some")
    return parser


def _how_it_comes(row: Source) -> str:
    if row.torchvision:
        return f", {row.megabytes} MB to download"
    return f", read from {row.file}" if row.file else ", needs no download"


def _catalogue() -> str:
    sections = {
        "families": {name: f"{row.title}. {t(f'explained.{name}')}" for name, row in FAMILIES.items()},
        f"data sets (from {data_folder()}, or the folder in LATENT_DATA)": {
            name: row.title + _how_it_comes(row) for name, row in sources().items()
        },
        "networks": {
            name: t(f"network.{name}") + (f" ({row.source})" if row.source else "") for name, row in NETWORKS.items()
        },
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


def _ends(text: str) -> tuple[float, float]:
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be two numbers joined by a comma, as in 0.1,50; got {text!r}") from None
    return low, high


def _plan_of(options: argparse.Namespace, base: Plan | None) -> Plan:
    require(not options.preset, "command.preset", name=str(options.preset))
    if base:
        fixed = [name for name in ("family", "data", "network") if getattr(options, name)]
        require(not fixed, "command.fixed_by_program", program=str(base.program), options=fixed)
        plan = base
    else:
        shape = {"network": options.network} if options.network else {}
        family = options.family or ("mmd-vae" if options.axis == "lambda" else "vae")
        plan = make_plan(family, options.data or "mnist", options.latent or 2, shape)
        if options.recipe:
            plan = with_changes(plan, *recipe_parts(options.recipe, plan.training.data), {})
    model = {"latent_dim": options.latent, "widths": options.widths, "activation": options.activation,
             "pseudo_inputs": options.pseudo_inputs}  # fmt: skip
    if options.encoder:
        model["stochastic"] = options.encoder == "stochastic"
    training = {
        name: getattr(options, name)
        for name in ("objective", "beta_warmup", "capacity_epochs", "epochs", "learning_rate", "optimizer",
                     "schedule", "precision", "seed", "held_out", "shift")
    }  # fmt: skip
    training["batch_size"] = options.batch
    weights = {
        name: getattr(options, name) for name in ("beta", "capacity", "mmd_weight", "alpha", "likelihood", "least_std")
    }
    given = [{k: v for k, v in part.items() if v is not None} for part in (model, training, weights)]
    plan = with_changes(plan, *given)
    return as_dial(plan, options.axis, *(options.range or ())) if options.axis else plan


def _train(plan: Plan, run_id: str, replace: bool, filmed: bool, load: Load, pacing: Pacing) -> int:
    discard(gallery.checkpoint_folder(), run_id)  # of a model that ships: it is made anew
    return _run(Task(plan, run_id, gallery.checkpoint_folder(), filmed, replace), load, pacing)


def _resume(run_id: str, load: Load, pacing: Pacing) -> int:
    path = gallery.unfinished_path(run_id)
    known = gallery.unfinished_runs()
    require(path.exists(), "command.not_unfinished", name=run_id, known=known)
    _require_no_job(run_id)
    position = saved_position(path)
    plan, filmed = Plan(position.title, position.model, position.training, position.program), film_path(path).exists()
    return _run(Task(plan, run_id, gallery.checkpoint_folder(), filmed, run_id in SHIPPED), load, pacing)


def _require_no_job(run_id: str) -> None:
    """Raise InputError where the run belongs to a job of the app: its queue alone may go on with it."""
    folder = gallery.checkpoint_folder() / gallery.UNFINISHED
    if not (folder / JOURNAL).exists():
        return
    with contextlib.closing(Journal(folder)) as journal:
        jobs = [job for job in journal.jobs() if run_id in models_of(job.spec) and not job.ended_for_good]
        served = not journal.owner
    for job in jobs:
        require(not (served and job.active), "command.server_trains", name=run_id)
        raise InputError("command.begun_in_app", name=run_id, job=job.job_id)


def _shipped(names: Sequence[str], keep_epochs: bool, load: Load, pacing: Pacing) -> int:
    for name in names:
        require(name in SHIPPED, "command.no_shipped_model", known=list(SHIPPED), got=name)
    for name in names or SHIPPED:
        code = _train(SHIPPED[name], name, True, keep_epochs or name in FILMED, load, pacing)
        if code:
            return code
    return 0


def _run(task: Task, load: Load, pacing: Pacing) -> int:
    data = load(task.plan.training.data)
    with stop_signals() as stopped, contextlib.closing(Terminal(stopped)) as terminal:
        checkpoint = train_to_checkpoint(task, data, terminal, pacing)
    if checkpoint is None:
        epoch = terminal.state.epoch + 1 if terminal.state else 1
        print(t("terminal.stopped.epoch", epoch=epoch, name=task.run_id))
        return EXIT_INTERRUPTED
    run, test = checkpoint.run, checkpoint.run.test
    done = {"seconds": run.seconds, "folder": str(task.folder / task.run_id)}
    if test.elbo is None:
        print(t("terminal.done", likelihood=test.log_likelihood, **done))
    else:
        print(t("terminal.done.elbo", elbo=test.elbo, **done))
    return 0
