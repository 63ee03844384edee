"""Browsing needs no torch: in a process where importing it fails, all of it works."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(tmp_path: Path, *program: str) -> str:
    """What a process of the app's folder says; the models are those that ship, in a folder of its own."""
    models, data = tmp_path / "models", tmp_path / "data"
    models.mkdir()
    for path in (ROOT / "checkpoints").glob("[!.]*"):
        (models / path.name).symlink_to(path)
    folders = {"LATENT_CHECKPOINTS": str(models), "LATENT_DATA": str(data)}
    done = subprocess.run(
        [sys.executable, *program], cwd=ROOT, capture_output=True, text=True, timeout=280,
        env=os.environ | folders | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_who_only_looks_never_asks_for_it(tmp_path: Path) -> None:
    assert "walked" in run(tmp_path, "tests/ui/browse.py")
