"""The command line of exports.

    python -m exports site FOLDER [--models NAME,...] [--images] [--force]
    python -m exports html WHAT FILE.html [--draw] [--train] [--film] [--images] [--force]
    python -m exports codes MODEL FILE.parquet [--force]
    python -m exports projector MODEL FOLDER [--images] [--force]
    python -m exports hub MODEL FOLDER [--licence NAME] [--force]
    python -m exports onnx MODEL FOLDER [--force]
    python -m exports import PATH [--data NAME] [--title TITLE] [--activation NAME] [--yes]

`site` writes the playground without training as plain files: for any static host, under any path, or from a USB stick
through `python -m http.server`. `html` writes one file that opens without any server: of a model (`mnist-vae`), of
models side by side (`mnist-vae,mnist-cvae` or `set:three-seeds`), of `dial:NAME`, `series:NAME` or `lesson:NAME`.
`codes` and `projector` write the codes of a model's test set for other tools. `hub` writes a model's files with a card,
`onnx` its two networks; `import` puts a model from elsewhere among those here. Knows argparse; what is written is in
site.py, one_file.py, tables.py, hub.py and onnx_files.py, what is read in foreign/.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from datasets.catalogue import load as load_data
from exports.contents import WISHES, named, run_named
from exports.folder import write_one, write_tree
from exports.foreign.adopt import adopt
from exports.foreign.read import is_onnx, is_weights, read_onnx, read_weights
from exports.foreign.state_dict import layers_text
from exports.hub import UNSAID, hub_files, read
from exports.one_file import OneFile
from exports.onnx_files import onnx_files
from exports.site import Site, first_view_sizes
from exports.tables import parquet_of, projector_files
from live.library import open_model
from live.titles import visible
from live.words import refusal
from models import gallery
from models.errors import InputError
from models.layers import ACTIVATIONS
from models.run import MAX_TITLE

EXIT_BAD_INPUT = 2


def main(arguments: Sequence[str]) -> int:
    """Runs the command; returns the exit status, 2 for bad input, which is said in one line."""
    options = _parser().parse_args(arguments)
    try:
        said: str = options.run(options)
    except InputError as error:
        print(f"error: {refusal(error)}", file=sys.stderr)
        return EXIT_BAD_INPUT
    print(said)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m exports", description=__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(required=True, metavar="site | html | codes | projector | hub | onnx | import")
    site = commands.add_parser("site", help="the playground as plain files that need no server of ours")
    site.add_argument("folder", type=Path, help="where it goes; it must be empty, or not there")
    site.add_argument("--models", help="their names, with commas between (default: those that ship and fit into 80 MB)")
    site.set_defaults(run=_site)
    html = commands.add_parser("html", help="one file that needs no server and no network")
    html.add_argument(
        "what",
        help="a model's name; two to four with commas between, or set:NAME, side by side; "
        "dial:NAME, series:NAME or lesson:NAME",
    )
    html.add_argument("file", type=Path, help="where it goes; it must not be there")
    html.add_argument("--draw", action="store_true", help="its encoder too, so that one can draw: about twice the size")
    html.add_argument(
        "--train",
        action="store_true",
        help="of one model: Train too, on drawings that are made in it: 0.07 MB more",
    )
    html.add_argument(
        "--film", action="store_true", help="of one model: the film of its training, where it has one: some 2 MB more"
    )
    html.set_defaults(run=_html)
    codes = commands.add_parser("codes", help="the codes of a test set as Parquet: Embedding Atlas, pandas, R")
    codes.add_argument("model", help="its name")
    codes.add_argument("file", type=Path, help="where it goes; it must not be there")
    codes.set_defaults(run=_codes)
    projector = commands.add_parser("projector", help="the same as files for the Embedding Projector, with drawings")
    projector.add_argument("model", help="its name")
    projector.add_argument("folder", type=Path, help="where it goes; it must be empty, or not there")
    projector.set_defaults(run=_projector)
    hub = commands.add_parser("hub", help="a model's files and its card, as hubs of models have them")
    hub.add_argument("model", help="its name")
    hub.add_argument("folder", type=Path, help="where it goes; it must be empty, or not there")
    hub.add_argument("--licence", default=UNSAID, help="of the model, as the card says it: mit, cc-by-4.0, …")
    hub.set_defaults(run=_hub)
    onnx = commands.add_parser("onnx", help="its encoder and decoder as ONNX (needs the extra: pip install '.[onnx]')")
    onnx.add_argument("model", help="its name")
    onnx.add_argument("folder", type=Path, help="where it goes; it must be empty, or not there")
    onnx.set_defaults(run=_onnx)
    taken_in = commands.add_parser("import", help="puts a model from elsewhere among the models here")
    taken_in.add_argument(
        "path",
        type=Path,
        help="a hub's folder, a model's zip, a folder with two files of ONNX, or weights in safetensors",
    )
    taken_in.add_argument(
        "--data", default="mnist", help="of a model of others: what it has learnt from (default: mnist)"
    )
    taken_in.add_argument("--title", help="of a model of others: what it is called (default: the folder's name)")
    taken_in.add_argument(
        "--activation", choices=ACTIVATIONS, default="relu", help="of weights: what stands between the layers"
    )
    taken_in.add_argument("--yes", action="store_true", help="of weights: the guess of their layers is right")
    taken_in.set_defaults(run=_import)
    for command in (site, html, projector):
        command.add_argument("--images", action="store_true", help="test images too, where they are on this computer")
    for command in (site, html, codes, projector, hub, onnx):
        command.add_argument("--force", action="store_true", help="replace what is there")
    return parser


def _site(options: argparse.Namespace) -> str:
    named = [name.strip() for name in options.models.split(",")] if options.models else None
    made = Site(named, options.images)
    size = write_tree(options.folder, made.files(), options.force)
    out = made.fitted.left_out
    left = f" Left out, for they would make it larger than 80 MB: {', '.join(out)}." if out else ""
    whole, sent = first_view_sizes(made.first_view())
    return (
        f"{len(made.runs)} models, {size / 1e6:.1f} MB, in {options.folder}.{left}{_rounded(made)}\n"
        f"First view: {sent / 1e3:.0f} KB where the host packs text, as most do; "
        f"{whole / 1e3:.0f} KB where it does not.\n"
        f"Look at it: python -m http.server --directory {options.folder} 8000, then open http://127.0.0.1:8000"
    )


def _rounded(made: Site) -> str:
    if not made.error:
        return ""
    mean, most = made.error.mean, made.error.most
    return (
        f"\nRounded to fit, by {mean:.2f} of 255 grey levels on average and at most {most:.0f} in 99 of 100 pixels "
        f"where it changes most: {', '.join(sorted(made.fitted.rounded))}."
    )


def _html(options: argparse.Namespace) -> str:
    wishes = [wish for wish in WISHES if getattr(options, wish)]
    made = OneFile(named(options.what, wishes), options.images)
    size = write_one(options.file, made.content, options.force)
    return f"{made.title}, {size / 1e6:.2f} MB, in {options.file}. {made.error_in_words()} Open it in a browser."


def _codes(options: argparse.Namespace) -> str:
    opened = open_model(run_named(options.model).run_id)
    size = write_one(options.file, lambda: parquet_of(opened), options.force)
    count = len(opened.checkpoint.latents.mu)
    return f"{opened.checkpoint.run.title}: {count} codes, {size / 1e6:.2f} MB, in {options.file}."


def _projector(options: argparse.Namespace) -> str:
    opened = open_model(run_named(options.model).run_id)
    size = write_tree(options.folder, projector_files(opened, options.images), options.force)
    return f"{opened.checkpoint.run.title}: {size / 1e6:.2f} MB, in {options.folder}. Load its files in the projector."


def _hub(options: argparse.Namespace) -> str:
    run = run_named(options.model)
    size = write_tree(options.folder, hub_files(run.run_id, options.licence).items(), options.force)
    return f"{run.title}: {size / 1e6:.2f} MB, in {options.folder}. Read its README.md before you publish it."


def _onnx(options: argparse.Namespace) -> str:
    opened = open_model(run_named(options.model).run_id)
    size = write_tree(options.folder, onnx_files(opened.checkpoint), options.force)
    return f"{opened.checkpoint.run.title}: encoder.onnx and decoder.onnx, {size / 1e6:.2f} MB, in {options.folder}."


def _import(options: argparse.Namespace) -> str:
    if not is_onnx(options.path) and not is_weights(options.path):
        run = gallery.add_foreign(read(options.path))
        return f"{run.title} is among the models now, as {run.run_id}."
    data = load_data(options.data, download=False)
    if is_onnx(options.path):
        foreign = read_onnx(options.path, data)
    else:
        found = read_weights(options.path, data, options.activation)
        if not options.yes:
            return f"{layers_text(found)}\nIs this right? Then say the same with --yes. Else: --activation, --data."
        foreign = found.foreign
    title = options.title or visible(options.path.absolute().stem)[:MAX_TITLE]
    run = gallery.add_foreign(adopt(foreign, data, title))
    measured = f"log p(x|z) of its test images: {run.test.log_likelihood:.1f} nats"
    return f"{run.title} is among the models now, as {run.run_id}. {measured}."
