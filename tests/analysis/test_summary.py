"""Summaries and their table: numbers in their columns, gaps explained, order fixed, foreign text harmless."""

from dataclasses import replace

import pytest

from analysis.summary import COLUMNS, summarise, table
from models.aims import Weights
from models.checkpoint import Latents
from models.run import TrainingConfig

FASHION = ("fashion-mnist", "Fashion-MNIST")


def rows_of(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_a_summary_holds_the_test_metrics(blob_checkpoint):
    checkpoint = blob_checkpoint()
    summary = summarise(checkpoint)
    assert (summary.elbo, summary.log_likelihood, summary.kl, summary.mmd) == (-21.5, -20.0, 1.5, 0.0125)
    assert summary.knn_accuracy == 1
    assert summary.parameters == checkpoint.run.parameter_count


def test_a_set_too_small_for_neighbours_has_no_accuracy(blob_checkpoint):
    checkpoint = blob_checkpoint()
    few = Latents(checkpoint.latents.mu[:10], None, checkpoint.latents.labels[:10])
    summary = summarise(replace(checkpoint, latents=few))
    assert summary.knn_accuracy is None
    assert "too few test images" in table([summary])


def test_a_row_shows_every_number_under_its_column(blob_checkpoint):
    summary = replace(summarise(blob_checkpoint()), parameters=2210)
    text = table([summary])
    assert text.splitlines()[0] == "| " + " | ".join(COLUMNS) + " |"
    assert rows_of(text) == [["VAE", "MNIST", "2", "-21.5", "-20.0", "1.5", "0.0125", "100.0%", "1,234", "2,210"]]
    assert "Trained on: a CPU." in text
    assert "—" not in text
    assert text.endswith("\n")


def test_a_deterministic_encoder_has_gaps_and_their_reason(blob_checkpoint):
    text = table([summarise(blob_checkpoint(family="autoencoder"))])
    assert rows_of(text)[0][3:6] == ["—", "-20.0", "—"]
    assert "deterministic encoder" in text


def test_a_small_negative_mmd_is_zero_and_none_is_explained(blob_checkpoint):
    summary = summarise(blob_checkpoint())
    assert rows_of(table([replace(summary, mmd=-0.00001)]))[0][6] == "0.0000"
    assert "not measured" in table([replace(summary, mmd=None)])


def test_mnist_comes_first_then_fashion_then_the_rest_whatever_the_order(blob_checkpoint):
    made = [
        blob_checkpoint("e", latent_dim=10),
        blob_checkpoint("d", data=("digits", "Digits")),
        blob_checkpoint("c", data=FASHION),
        blob_checkpoint("b", family="cvae"),
        blob_checkpoint("a", family="autoencoder"),
        blob_checkpoint("f", family="vae"),
    ]
    summaries = [summarise(checkpoint) for checkpoint in made]
    text = table(summaries)
    assert [row[:3] for row in rows_of(text)] == [
        ["Autoencoder", "MNIST", "2"],
        ["VAE", "MNIST", "2"],
        ["CVAE", "MNIST", "2"],
        ["VAE", "Fashion-MNIST", "2"],
        ["VAE", "Digits", "2"],
        ["VAE", "MNIST", "10"],
    ]
    assert table(reversed(summaries)) == text


def test_runs_alike_carry_their_name(blob_checkpoint):
    summaries = [summarise(blob_checkpoint(name)) for name in ("two", "one")]
    assert [row[0] for row in rows_of(table(summaries))] == ["VAE (`one`)", "VAE (`two`)"]


def test_a_gaussian_likelihood_is_marked(blob_checkpoint):
    training = TrainingConfig(weights=Weights(likelihood="gaussian"))
    text = table([summarise(blob_checkpoint(training=training))])
    assert rows_of(text)[0][3:5] == ["-21.5†", "-20.0†"]
    assert "† Gaussian" in text


@pytest.mark.parametrize("title", ["a | b", "<!-- table:end -->", "two\nlines", "tail \\"])
def test_foreign_text_stays_in_its_cell(blob_checkpoint, title):
    text = table([summarise(blob_checkpoint(data=("own", title)))])
    assert "<!--" not in text
    assert text.splitlines()[2].replace("\\\\", "").replace("\\|", "").count("|") == len(COLUMNS) + 1


def test_no_run_gives_a_table_without_rows():
    assert rows_of(table([])) == []
    assert table([]).splitlines()[0].startswith("| Model")
