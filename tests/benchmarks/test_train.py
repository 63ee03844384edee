"""The arithmetic of the training benchmark's table, and what a trainer's clock counts."""

import pytest
import torch

from benchmarks.environments import NotInstalledError, python_of
from benchmarks.machine import Limit, limit
from benchmarks.peers.measuring import BATCH, PROBE, quality, speed
from benchmarks.train import OURS, PEERS, QUICK, Found, table
from models.config import ModelConfig

PEER = PEERS[0].title
REACHED = {"seconds": 3.0, "epochs": 3, "elbo": -147.0, "reached": True}


def _row(lines: list[str], title: str) -> list[str]:
    return next([cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith(f"| {title} |"))


def _found() -> dict[str, Found]:
    return {
        OURS.title: Found({"post-cnn": [9.0, 10.0, 20.0], "mlp": [100.0]}),
        QUICK.title: Found(qualities=[REACHED, REACHED | {"seconds": 5.0}, REACHED | {"seconds": 4.0}]),
        PEER: Found({"post-cnn": [4.0, 5.0, 4.5], "mlp": []}, [REACHED | {"seconds": 40.0}]),
    }


def test_ratios_are_our_median_over_a_peers_best_and_its_seconds_over_ours():
    lines = list(table(_found(), {"limit": {name: Limit(40.0, 1.0) for name in ("post-cnn", "mlp")}}))
    assert len({line.count("|") for line in lines}) == 1
    assert _row(lines, PEER) == [PEER, "4 (5)", "2.00", "—", "—", "40.0 (3 epochs, -147.0)", "10.00"]
    assert _row(lines, QUICK.title)[-2:] == ["4.0 (3 epochs, -147.0)", "1.00"]
    assert _row(lines, "limit")[2] == "0.25"


def test_a_training_that_missed_the_target_gives_a_bound():
    found = _found()
    found[PEER].qualities = [REACHED | {"seconds": 120.0, "reached": False, "elbo": -155.0}]
    row = _row(list(table(found, {})), PEER)
    assert row[-2:] == ["not in 120 (3 epochs, -155.0)", "> 30.0"]


def test_the_table_stands_without_our_own_rows():
    row = _row(list(table({PEER: _found()[PEER]}, {})), PEER)
    assert row[2] == row[-1] == "—"


def test_speed_warms_up_and_then_fills_the_seconds():
    asked = []

    def train(images, epochs, after):
        asked.append((images, epochs))
        for _ in range(epochs):
            after(images / 1000, lambda: 0.0)

    assert speed(train, 4.0) == pytest.approx(1000)
    assert asked == [(PROBE, 2), (4000 // BATCH * BATCH, 1)]


@pytest.mark.parametrize(("target", "cap", "epochs", "reached"), [(-150.0, 99.0, 3, True), (-100.0, 5.0, 3, False)])
def test_quality_stops_at_the_target_or_the_cap(target, cap, epochs, reached):
    def train(_images, most, after):
        for epoch in range(1, most + 1):
            if after(2.0, lambda epoch=epoch: -300.0 + 50 * epoch):
                return

    found = quality(train, target, cap)
    assert (found["epochs"], found["seconds"], found["reached"]) == (epochs, 2.0 * epochs, reached)


def test_a_package_that_does_not_install_gives_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.environments.sys.executable", "/bin/false")
    with pytest.raises(NotInstalledError, match="could not be installed"):
        python_of("peer", ["nothing==1"], tmp_path)
    assert not (tmp_path / "peer.txt").exists()


def test_the_limit_counts_every_product_of_a_step():
    found = limit(ModelConfig(network="post-cnn", widths=(), activation="relu"), 2, torch.float32)
    per_image = found.gflops * 1e9 / found.images_per_second
    # forward, and backward to weights and inputs, but not to the image: 32.7 MFLOP (speed.md)
    assert per_image == pytest.approx(32.7e6, rel=0.02)
