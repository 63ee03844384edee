"""Loads mutated checkpoints and prints as JSON what became of them. Run by test_checkpoint_fuzz.py, in its own process.

Usage: fuzz_checkpoints.py COUNT [SEED]. Of COUNT mutations, most are loaded from memory, some hundreds as a zip and as
a folder. An audit hook lists every event that would mean that something was executed, imported or opened elsewhere.
"""

import collections
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import safetensors.torch
import torch
from conftest import _make_checkpoint

from live.words.refusals import sentence
from models.checkpoint import (
    FILES,
    HISTORY,
    LATENTS,
    RUN,
    WEIGHTS,
    Checkpoint,
    from_files,
    from_zip,
    load,
    to_files,
    to_zip,
)
from models.errors import InputError

Files = dict[str, bytes]
FORBIDDEN = (
    "exec", "compile", "import", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "subprocess.Popen",
    "pickle.find_class", "marshal.", "ctypes.", "code.__new__", "function.__new__", "socket.", "urllib.Request",
    "os.remove", "os.rename", "os.mkdir", "os.chmod", "os.symlink", "shutil.",
)  # fmt: skip
VALUES = [
    None, True, -1, 0, 1, 3, 255, 10**9, 10**30, -(10**18), 2**63, 0.5, -0.0, 1e308, 5e-324, float("nan"), float("inf"),
    "", "x", "x" * 5000, "../../etc/passwd", "\u0000", "\u202e", "<script>", "__import__('os').system('true')", "a\nb",
    [], {}, [[]], [1, 2], [None], {"a": 1}, {"a\nb": 1}, [1e9] * 3, "vae", "cvae", "mlp", "post-cnn", "elbo",
]  # fmt: skip
WORDS = [
    b"\0", b"\xff", b"{", b"}", b"[", b"]", b'"', b",", b":", b"-", b"1e999", b"NaN", b"Infinity", b"null", b"\n",
    b"\\u0000", b"\\n",
]  # fmt: skip
LENGTHS = [0, 1, 7, 8, 255, 256 * 2**10, 256 * 2**10 + 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1]


def flip_bits(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 8, 64])):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def delete(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + content[start + rng.choice([1, 1, 2, 8, 100, 1000]) :]


def insert(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    word = rng.choice([*WORDS, rng.randbytes(rng.choice([1, 8, 300])), content[: rng.randrange(200)]])
    return content[:at] + word * rng.choice([1, 1, 3, 1000]) + content[at:]


def overwrite(content: bytes, rng: random.Random) -> bytes:
    at, word = rng.randrange(len(content) + 1), rng.choice(WORDS)
    return content[:at] + word + content[at + len(word) :]


BYTES = (flip_bits, cut, delete, insert, overwrite)


def change_json(value: object, rng: random.Random) -> object:
    """Walks down a random path and changes, drops, adds or swaps what is there."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        match rng.randrange(8):
            case 0:
                return {k: v for k, v in value.items() if k != key}
            case 1:
                return value | {
                    rng.choice(["more", "__class__", key + " ", "", "__reduce__", "a\nb"]): rng.choice(VALUES)
                }
            case 2:
                other = rng.choice(list(value))
                return value | {key: value[other], other: value[key]}
            case _:
                return value | {key: change_json(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.7:
        at = rng.randrange(len(value))
        match rng.randrange(4):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return value * rng.choice([2, 50])
            case _:
                return [*value[:at], change_json(value[at], rng), *value[at + 1 :]]
    if isinstance(value, int | float) and not isinstance(value, bool) and rng.random() < 0.5:
        return rng.choice([value + 1, value - 1, -value, value * 2, value * 10**6, str(value), float(value)])
    return rng.choice(VALUES)


def json_file(files: Files, rng: random.Random) -> Files:
    name = rng.choice([RUN, RUN, HISTORY])
    value = json.loads(files[name])
    for _ in range(rng.choice([1, 1, 2, 5])):
        value = change_json(value, rng)
    return files | {name: json.dumps(value, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")}


def header(files: Files, rng: random.Random) -> Files:
    name = rng.choice([WEIGHTS, LATENTS])
    content = files[name]
    length = int.from_bytes(content[:8], "little")
    parsed: object = json.loads(content[8 : 8 + length])
    for _ in range(rng.choice([0, 1, 1, 2])):
        parsed = change_json(parsed, rng)
    text = json.dumps(parsed).encode()
    claimed = len(text) if rng.random() < 0.8 else rng.choice(LENGTHS)
    return files | {name: claimed.to_bytes(8, "little") + text + content[8 + length :]}


def tensor_values(files: Files, rng: random.Random) -> Files:
    name = rng.choice([WEIGHTS, LATENTS])
    tensors = safetensors.torch.load(files[name])
    key = rng.choice(list(tensors))
    value = rng.choice([torch.nan, torch.inf, 1e38, -1e30, 0.0, 9.0, 10.0, 255.0])
    tensor = tensors[key].clone()
    if not tensor.is_floating_point():
        value = rng.randrange(256)
    tensor.view(-1)[rng.randrange(tensor.numel())] = value
    if rng.random() < 0.4:
        tensor = rng.choice([
            lambda t: t.to(torch.float16), lambda t: t.to(torch.float64), lambda t: t.to(torch.int64), lambda t: t[:-1],
            lambda t: t.flatten(), lambda t: t.reshape(*t.shape[::-1]), lambda t: t[None],
        ])(tensor)  # fmt: skip
    return files | {name: safetensors.torch.save(tensors | {key: tensor})}


def one_files_bytes(files: Files, rng: random.Random) -> Files:
    name = rng.choice(FILES)
    return files | {name: rng.choice(BYTES)(files[name], rng)}


def whole_files(files: Files, rng: random.Random) -> Files:
    one, other = rng.sample(FILES, 2)
    match rng.randrange(3):
        case 0:
            return {name: content for name, content in files.items() if name != one}
        case 1:
            return files | {one: files[other]}
        case _:
            return files | {one: rng.randbytes(rng.randrange(300))}


MUTATIONS: tuple[Callable[[Files, random.Random], Files], ...] = (
    one_files_bytes, one_files_bytes, json_file, json_file, header, tensor_values, whole_files,
)  # fmt: skip


def from_folder(files: Files, root: Path) -> Checkpoint:
    return load(write(files, root))


def write(files: Files, root: Path) -> Path:
    folder = root / "tiny-vae"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


class Watch:
    """Notes audit events while it is on; a hook can't be removed again."""

    def __init__(self) -> None:
        self.on, self.seen = False, collections.Counter[str]()
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.on:
            return
        written = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        if event.startswith(FORBIDDEN) or written:
            self.seen[f"{event} {str(arguments)[:100]}"] += 1


def main(count: int, seed: int) -> None:
    torch.set_num_threads(1)
    made = {family: _make_checkpoint(family, run_id="tiny-vae") for family in ("vae", "autoencoder", "cvae")}
    base = [to_files(checkpoint) for checkpoint in made.values()]
    archives = [to_zip(checkpoint) for checkpoint in made.values()]
    watch = Watch()
    outcome: collections.Counter[str] = collections.Counter()
    ways: collections.Counter[str] = collections.Counter()
    strange: list[str] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        from_folder(base[0], root)  # warm: whatever is imported late is imported now
        from_zip(archives[0], "x")
        resident = 0
        for number in range(count):
            rng = random.Random(seed * 10**6 + number)
            which = rng.randrange(len(base))
            way = "memory" if number % 25 else ("zip" if number % 50 else "folder")
            if way == "zip":
                content = rng.choice(BYTES)(archives[which], rng)
                task = lambda content=content: from_zip(content, "upload")  # noqa: E731
            else:
                files = rng.choice(MUTATIONS)(base[which], rng)
                if way == "folder":
                    folder = write(files, root)
                    task = lambda folder=folder: load(folder)  # noqa: E731
                else:
                    task = lambda files=files: from_files(files, "upload")  # noqa: E731
            ways[way] += 1
            watch.on, started = True, time.process_time()
            try:
                checkpoint = task()
                verdict = "loaded"
            except InputError as error:
                watch.on = False  # the catalogue opens its tables of numbers
                verdict, text = "refused", sentence(error.reason)
                if "\n" in text or not text.startswith(("upload: ", "tiny-vae: ")) or len(text) > 600:
                    strange.append(f"{number}: unclear: {text[:200]!r}")
            except BaseException:
                verdict = "crashed"
                strange.append(f"{number}: {traceback.format_exc()[-600:]}")
            finally:
                watch.on = False
            slowest = max(slowest, time.process_time() - started)
            outcome[verdict] += 1
            if verdict == "loaded" and number % 10 == 0:
                z = torch.zeros(1, checkpoint.run.model.latent_dim)
                checkpoint.model.decode(z, torch.zeros(1, dtype=torch.int64))
            if number == 200:
                resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - resident) / 1024
    print(json.dumps({
        "outcome": outcome, "ways": ways, "strange": strange[:10], "slowest": slowest, "executed": watch.seen,
        "grown_mb": grown,
    }))  # fmt: skip


def prove_the_watch() -> None:
    """Prints what the hook notes of a pickle that runs a command: the watch must be able to bark."""
    import pickle

    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return os.system, ("true",)

    content = pickle.dumps(Evil())
    watch = Watch()
    watch.on = True
    pickle.loads(content)
    watch.on = False
    print(json.dumps(watch.seen))


if __name__ == "__main__":
    if sys.argv[1] == "prove":
        prove_the_watch()
    else:
        main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
