"""A training as the browser reads it: strict JSON, pictures in their layout, and a sentence for everything else."""

import functools
import io
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from datasets.catalogue import SOURCES
from datasets.data_set import DataSet
from jobs.job import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Job
from live.shelf import Shelf
from live.weights import manifest_of
from models.checkpoint import Checkpoint, load_run
from models.errors import InputError, Reason
from models.latent_model import LatentModel
from models.run import Change, EpochRecord, Metrics
from training.service import open_service
from training.snapshot import Pictures, Recent, TrainingSnapshot
from ui import job_assets, jobs
from ui.job_assets import epoch_row, job_to_json, map_url, picture_bytes, second_term

NAN, INF = float("nan"), float("inf")
IMAGES = 20
SPEC = {"family": "vae", "data": "digits", "training": {"epochs": 4, "batch_size": 32}, "run_id": "digits-vae-1"}


def metrics(likelihood: float = -20.0, kl: tuple[float, ...] | None = (1.0, 2.0), mmd: float | None = 0.25) -> Metrics:
    return Metrics(likelihood, None if kl is None else likelihood - sum(kl), kl, mmd)


def record(epoch: int = 1, train: Metrics | None = None, test: Metrics | None = None) -> EpochRecord:
    return EpochRecord(epoch, 1.0, 1e-3, 1.0, 20.0, train or metrics(-19.0), test or metrics())


def pictures(latents: int = 2, step: int = 45, spread: tuple[float, ...] = ()) -> Pictures:
    mu = np.random.default_rng(0).normal(size=(IMAGES, latents)).astype(np.float32)
    mu *= np.array(spread or (1.0,) * latents, dtype=np.float32)
    samples = np.arange(16 * 64, dtype=np.uint32).astype(np.uint8).reshape(16, 1, 8, 8)
    return Pictures(1, step, mu, samples)


def view(**changes: Any) -> TrainingSnapshot:
    """Of a training of 4 epochs of 45 steps, after the first."""
    labels = (np.arange(IMAGES) % 10).astype(np.uint8)
    made = TrainingSnapshot(
        "digits-vae-1", "VAE", "training", 1, 4, 45, 180, 32, 1e-3, 1.0, 1000.0, labels, history=(record(),)
    )
    return replace(made, **changes)


def job(payload: object = None, status: str = RUNNING, spec: dict[str, Any] | None = None, **changes: Any) -> Job:
    return replace(Job("abc", "me", "k", spec or SPEC, status, Reason("running"), 1.0, 2.0, payload=payload), **changes)


def read(found: dict[str, Any]) -> Any:
    """As a browser reads it: NaN and Infinity are not JSON."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    return json.loads(json.dumps(found, allow_nan=False), parse_constant=refuse)


class TestState:
    def test_of_a_job_that_waits(self) -> None:
        found = read(job_to_json(job(status=QUEUED), 2))
        assert found == {
            "version": 0, "status": "queued", "reason": "Training.", "resumable": False, "position": 2, "epochs": 4, "slow": False,
            "title": "VAE on Digits 8x8, 2 latents", "class_names": list("0123456789"), "image": [1, 8, 8], "model": "digits-vae-1",
            "latent_dim": 2, "conditional": False, "stochastic": True, "numbers": True,
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("status", "code", "resumable"),
        [(FAILED, "failed.time_limit", True), (CANCELLED, "cancelled", True), (CANCELLED, "cancelled.cleared", False),
         (CANCELLED, "text", False), (DONE, "done.elbo", False), (QUEUED, "queued", False)],
    )  # fmt: skip
    def test_says_what_can_go_on(self, status: str, code: str, resumable: bool) -> None:
        assert read(job_to_json(job(status=status, reason=Reason(code)), None))["resumable"] is resumable

    def test_of_one_that_an_older_version_trained_from_a_preset(self) -> None:
        old = {"preset": "book-mlp", "training": {"epochs": 3}, "run_id": "mnist-vae-1"}
        found = job_to_json(job(status=DONE, spec=old), None)
        assert (found["title"], found["epochs"], found["model"]) == ("Book's MLP VAE", 3, "mnist-vae-1")

    def test_of_one_that_trains(self) -> None:
        found = read(job_to_json(job(view(
            pictures=pictures(), images_per_second=1000.5, seconds_left=3.5, recent=(Recent(9, 25.0, -22.0, 3.0), Recent(90, 20.0, -19.0, 1.0)),
            health=(Reason("health.gap", {"gap": 5.0}),), notes=(Reason("note.batch_halved", {"batch": 32, "wanted": 64}),), kept=(0, 1), changes=(Change(90, "learning_rate", 5e-4),),
        ), slow=0.3), None))  # fmt: skip
        assert (found["phase"], found["epoch"], found["step"], found["steps"]) == ("training", 1, 45, 180)
        assert (found["images_per_second"], found["seconds_left"]) == (1000.5, 3.5)
        assert found["recent"] == [[0.2, -22.0, 3.0], [2.0, -19.0, 1.0]]
        assert found["history"] == [[1, -19.0, -20.0, 3.0, 3.0]]
        assert found["kl"] == [1.0, 2.0]
        assert found["elbo"] == -23.0
        assert found["health"][0].startswith("The training images do 5.0 nats better")
        assert found["notes"] == ["The device ran out of memory: the batch is now 32 images, not 64."]
        assert found["kept"] == [0, 1]
        assert found["changes"] == [[2.0, "learning_rate", 5e-4]]
        assert found["slow"] is True
        assert found["second"] == "kl"
        assert (found["axes"], found["pictures"], found["points"]) == (["z₁", "z₂"], "jobs/abc/45.bin", IMAGES)

    def test_a_finished_one_has_the_numbers_of_its_record(self, make_checkpoint: Callable[..., Checkpoint]) -> None:
        done = job(view(history=(record(1), record(2)), pictures=pictures()), status=DONE)
        run = replace(make_checkpoint().run, test=metrics(-21.5, (0.5, 1.0)), epochs_done=2)
        kept = read(job_to_json(done, None, replace(run, kept_epoch=1)))
        assert kept["history"] == [[1, -19.0, -21.5, 3.0, 1.5], [2, -19.0, -20.0, 3.0, 3.0]], "the epoch that was kept"
        found = read(job_to_json(done, None, run))
        assert found["history"] == [[1, -19.0, -20.0, 3.0, 3.0], [2, -19.0, -21.5, 3.0, 1.5]]
        assert (found["elbo"], found["kl"]) == (-23.0, [0.5, 1.0])

    @pytest.mark.parametrize(
        ("family", "weight"),
        [("vae", None), ("cvae", None), ("autoencoder", None), ("beta-vae", {"name": "beta", "value": 1.0}),
         ("beta-cvae", {"name": "beta", "value": 1.0}), ("mmd-vae", {"name": "mmd_weight", "value": 1000.0}),
         ("mmd-cvae", {"name": "mmd_weight", "value": 1000.0})],
    )  # fmt: skip
    def test_only_a_weight_that_counts_can_change(self, family: str, weight: object) -> None:
        assert job_to_json(job(view(), spec=SPEC | {"family": family}), None)["weight"] == weight

    @pytest.mark.parametrize("family", ["autoencoder", "mmd-vae"])
    def test_a_deterministic_encoder_has_mmd_and_no_kl(self, family: str) -> None:
        plain = record(train=metrics(-9.0, None, 0.5), test=metrics(-10.0, None, 0.25))
        found = read(job_to_json(job(view(history=(plain,), recent=(Recent(45, 9.0, -9.0, None),), pictures=pictures()),
                                     spec=SPEC | {"family": family}), None))  # fmt: skip
        assert found["second"] == "mmd"
        assert found["history"] == [[1, -9.0, -10.0, 0.5, 0.25]]
        assert found["recent"] == [[1.0, -9.0, None]]
        assert found["kl"] is None
        assert found["elbo"] is None

    @pytest.mark.parametrize("bad", [NAN, INF, -INF])
    def test_numbers_that_are_not_finite_are_null(self, bad: float) -> None:
        worst = record(train=metrics(bad, (bad, 1.0), bad), test=metrics(bad, (1.0, bad), bad))
        found = read(job_to_json(job(view(
            history=(record(), worst), recent=(Recent(45, bad, bad, bad),), images_per_second=bad, seconds_left=bad,
            pictures=replace(pictures(10), mu=np.full((IMAGES, 10), bad, np.float32)),
        )), None))  # fmt: skip
        assert found["history"] == [[1, -19.0, -20.0, 3.0, 3.0], [1, None, None, None, None]]
        assert found["recent"] == [[1.0, None, None]]
        assert found["kl"] == [1.0, None]
        assert found["elbo"] is found["images_per_second"] is found["seconds_left"] is None

    @pytest.mark.parametrize(
        "title", ["<img src=x onerror=alert(1)>", "</script>", "\u202eevil", "a\x00b", "\ud800", "'\";--"]
    )
    def test_a_hostile_title_is_a_text_in_json(self, title: str) -> None:
        found = read(job_to_json(job(view(), spec=SPEC | {"title": title}), None))
        assert found["title"] == title

    def test_before_the_first_batch_nothing_divides_by_zero(self) -> None:
        found = read(job_to_json(job(view(steps=0, step=0, recent=(Recent(0, 1.0, -1.0, 0.0),), history=())), None))
        assert found["recent"] == [[0.0, -1.0, 0.0]]
        assert (found["elbo"], found["kl"], found["pictures"], found["axes"]) == (None, None, None, [])

    def test_who_asked_for_it_is_nobodys_business(self) -> None:
        text = json.dumps(
            job_to_json(job(view(pictures=pictures()), session="a-secret-name", key="a-secret-key"), None)
        )
        assert "secret" not in text

    def test_a_row_an_epoch(self) -> None:
        assert epoch_row(record(3)) == [3, -19.0, -20.0, 3.0, 3.0]
        assert epoch_row(record(3, metrics(-1.0, None, None), metrics(NAN, None, 0.5))) == [3, -1.0, None, None, 0.5]
        assert (second_term(True), second_term(False)) == ("kl", "mmd")


class TestPictures:
    @staticmethod
    def parts(found: bytes) -> tuple[Any, list[int], Any]:
        """Places, labels and samples in the layout that view_train.js reads."""
        assert len(found) == 9 * IMAGES + 16 * 64
        places = np.frombuffer(found, "<f4", 2 * IMAGES).reshape(IMAGES, 2)
        samples = np.frombuffer(found, np.uint8, offset=9 * IMAGES).reshape(16, 1, 8, 8)
        return places, list(found[8 * IMAGES : 9 * IMAGES]), samples

    def test_of_two_latents_are_both(self) -> None:
        shown = pictures()
        places, labels, samples = self.parts(picture_bytes(view(pictures=shown)))
        assert np.array_equal(places, shown.mu)
        assert labels == [i % 10 for i in range(IMAGES)]
        assert np.array_equal(samples, shown.samples)

    def test_of_one_latent_lie_on_a_line(self) -> None:
        shown = view(pictures=pictures(1), history=(record(test=metrics(kl=(1.0,))),))
        places, _, _ = self.parts(picture_bytes(shown))
        assert shown.pictures is not None
        assert np.array_equal(places[:, 0], shown.pictures.mu[:, 0])
        assert not places[:, 1].any()
        assert job_to_json(job(shown), None)["axes"] == ["z₁"]

    @pytest.mark.parametrize(
        ("kl", "dims"),
        [((0, 0, 5, 0, 0, 0, 0, 3, 0, 0), (2, 7)), ((9, 0, 0, 0, 0, 0, 0, 0, 0, 8), (0, 9)),
         ((0.1, NAN, 0.2, 0, 0, 0, 0, 0, 0, 0), (0, 2)), ((0,) * 10, (8, 9))],
    )  # fmt: skip
    def test_of_ten_latents_are_the_two_with_most_nats(self, kl: tuple[float, ...], dims: tuple[int, int]) -> None:
        shown = view(pictures=pictures(10), history=(record(test=metrics(kl=kl)),))
        places, _, _ = self.parts(picture_bytes(shown))
        assert shown.pictures is not None
        assert np.array_equal(places, shown.pictures.mu[:, list(dims)])
        assert job_to_json(job(shown), None)["axes"] == [f"z{'₁₂₃₄₅₆₇₈₉'[d]}" if d < 9 else "z₁₀" for d in dims]

    @pytest.mark.parametrize("history", [(), (record(test=metrics(kl=None)),)], ids=["epoch 0", "deterministic"])
    def test_of_ten_latents_without_kl_are_the_two_with_most_spread(self, history: tuple[EpochRecord, ...]) -> None:
        shown = view(pictures=pictures(10, spread=(1, 1, 1, 9, 1, 8, 1, 1, 1, 1)), history=history)
        places, _, _ = self.parts(picture_bytes(shown))
        assert shown.pictures is not None
        assert np.array_equal(places, shown.pictures.mu[:, [3, 5]])

    def test_what_is_not_finite_lies_in_the_middle(self) -> None:
        shown = pictures()
        shown.mu[:3, 0] = NAN, INF, -INF
        places, _, _ = self.parts(picture_bytes(view(pictures=shown)))
        assert places[:3, 0].tolist() == [0, 0, 0]
        assert np.array_equal(places[3:], shown.mu[3:])

    def test_without_any_are_nothing(self) -> None:
        assert picture_bytes(view()) == b""


class Service:
    """A service that knows one job."""

    refusal = None
    folder = Path("nowhere")

    def __init__(self, job: Job) -> None:
        self.job = job
        self.place: int | None = None

    def snapshot(self, job_id: str) -> Job:
        if job_id != self.job.job_id:
            raise InputError("jobs.unknown", name=job_id[:60])
        return self.job

    def position(self, _job_id: str) -> int | None:
        return self.place


class TestRoutes:
    @pytest.fixture
    def service(self, monkeypatch: pytest.MonkeyPatch) -> Service:
        made = Service(job(view(pictures=pictures()), version=3))
        monkeypatch.setattr(jobs, "service", lambda: made)
        for shelf in ("_answers", "_pictures"):
            monkeypatch.setattr(job_assets, shelf, Shelf(4))
        return made

    def test_the_state_is_json_that_nobody_keeps(self, client: TestClient, service: Service) -> None:
        found = client.get(job_assets.job_url("abc"))
        assert found.status_code == 200
        assert found.headers["Content-Type"] == "application/json"
        assert found.headers["Cache-Control"] == "no-store"
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert found.json()["step"] == 45

    def test_a_browser_that_knows_it_is_told_nothing(self, client: TestClient, service: Service) -> None:
        since = client.get("jobs/abc.json").json()["since"]
        again = client.get(f"jobs/abc.json?since={since}")
        assert (again.status_code, again.content) == (204, b"")
        assert again.headers["Cache-Control"] == "no-store"
        service.job = replace(service.job, version=4, payload=view(step=46))
        assert client.get(f"jobs/abc.json?since={since}").json()["step"] == 46

    def test_another_place_in_the_line_is_news(self, client: TestClient, service: Service) -> None:
        service.job, service.place = job(status=QUEUED), 2
        since = client.get("jobs/abc.json").json()["since"]
        assert client.get(f"jobs/abc.json?since={since}").status_code == 204
        service.place = 1
        assert client.get(f"jobs/abc.json?since={since}").json()["position"] == 1

    @pytest.mark.parametrize("since", ["", "x", "3", "99999", "3-None-", "%00", "<b>", "9" * 5000])
    def test_any_other_since_gets_the_whole(self, client: TestClient, service: Service, since: str) -> None:
        assert client.get(f"jobs/abc.json?since={since}").status_code == 200

    def test_another_server_is_news_even_with_the_same_version(
        self, client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After a restart versions begin anew; a page that was open must not take a new state for the one it knows."""
        since = client.get("jobs/abc.json").json()["since"]
        service.job = job(view(step=99), version=3)
        monkeypatch.setattr(job_assets, "STARTED", "another")
        assert client.get(f"jobs/abc.json?since={since}").json()["step"] == 99

    def test_pictures_are_served_while_they_are_the_newest(self, client: TestClient, service: Service) -> None:
        url = client.get("jobs/abc.json").json()["pictures"]
        found = client.get(url)
        assert found.status_code == 200
        assert found.headers["Content-Type"] == "application/octet-stream"
        assert found.headers["Cache-Control"] == "no-store"
        assert found.content == picture_bytes(service.job.payload)
        service.job = replace(service.job, version=4, payload=view(step=90, pictures=pictures(step=90)))
        gone = client.get(url)
        assert (gone.status_code, gone.content) == (204, b""), (
            "no error for the console: the next state names newer ones"
        )
        assert client.get("jobs/abc/90.bin").status_code == 200

    def test_the_decoder_of_the_pictures_is_served_with_how_to_read_it(
        self, client: TestClient, service: Service
    ) -> None:
        model = job_assets.plan_of(SPEC).model
        weights = {name: tensor for name, tensor in LatentModel(model).state_dict().items() if "decoder." in name}
        held = {name: tensor.numpy() for name, tensor in weights.items()}
        service.job = replace(service.job, payload=view(pictures=replace(pictures(), networks=held)))
        url = client.get("jobs/abc.json").json()["decoder"]
        assert url == "jobs/abc/45-decoder.bin"
        manifest = client.get("jobs/abc/decoder.json").json()
        assert manifest == json.loads(json.dumps(manifest_of(model, held, "decoder")))
        numbers = np.frombuffer(client.get(url).content, "<f2")
        first = manifest["layers"][0]["weight"]
        assert len(numbers) == manifest["count"]
        assert np.array_equal(
            numbers[first["offset"] :][: math.prod(first["shape"])], held["decoder.0.weight"].astype("<f2").ravel()
        )
        assert client.get("jobs/abc/90-decoder.bin").status_code == 204, "its decoder would be that of another map"

    def test_the_numbers_of_the_pictures_have_the_weights_of_their_moment(
        self, client: TestClient, service: Service
    ) -> None:
        spec = SPEC | {"family": "beta-vae", "training": {"epochs": 4, "batch_size": 8, "beta_warmup": 2}}
        weights = LatentModel(job_assets.plan_of(spec).model).state_dict()
        shown = replace(pictures(), networks={name: tensor.numpy() for name, tensor in weights.items()})
        images = np.arange(IMAGES * 64, dtype=np.uint32).astype(np.uint8).reshape(IMAGES, 1, 8, 8)
        changed = (Change(40, "beta", 6.0), Change(60, "beta", 9.0))
        service.job = job(view(pictures=shown, changes=changed, images=images), spec=spec)
        found = client.get("jobs/abc/45-code.json").json()
        beta = next(term["weight"] for term in found["objective"]["terms"] if term["name"] == "kl")
        assert beta == 3.0, "at step 45 of 45 an epoch: half of its warm-up to the 6 that it was changed to"
        assert found["codes"] == shown.mu[:8].tolist()
        assert (found["snippet"], found["gates"]) == ("", False)
        manifest = client.get("jobs/abc/encoder.json").json()
        assert len(client.get("jobs/abc/45-encoder.bin").content) == 2 * manifest["count"]
        assert client.get("jobs/abc/90-code.json").status_code == 204
        assert client.get("jobs/abc/test-3.bin").content == images[3].tobytes()
        gone = client.get(f"jobs/abc/test-{IMAGES}.bin")
        assert (gone.status_code, gone.text) == (404, f"There is no test image {IMAGES}; there are {IMAGES}.")

    def test_a_decoder_that_runs_away_is_left_out(self, client: TestClient, service: Service) -> None:
        model = job_assets.plan_of(SPEC).model
        held = {name: np.full(tensor.shape, NAN, "<f4") for name, tensor in LatentModel(model).state_dict().items()}
        service.job = replace(service.job, payload=view(pictures=replace(pictures(), networks=held)))
        found = client.get("jobs/abc/45-decoder.bin")
        assert (found.status_code, found.content) == (200, b"")

    @pytest.mark.parametrize("dark", [False, True])
    def test_a_small_map_is_served_for_the_matrix_of_a_sweep(
        self, client: TestClient, service: Service, dark: bool
    ) -> None:
        service.job = job(view(pictures=pictures()))
        found = client.get(map_url(service.job, dark))
        assert (found.status_code, found.headers["content-type"]) == (200, "image/webp")
        assert Image.open(io.BytesIO(found.content)).size == (160, 160)
        assert map_url(job(view()), dark) == map_url(job(None), dark) == ""

    def test_a_job_that_has_shown_nothing_has_no_pictures(self, client: TestClient, service: Service) -> None:
        service.job = job(status=QUEUED)
        for name in ("0.bin", "0-decoder.bin", "decoder.json", "0-code.json", "encoder.json", "test-0.bin"):
            assert client.get(f"jobs/abc/{name}").status_code == 404

    @pytest.mark.parametrize(
        "name", ["gone", "ABC", "..", "%2e%2e", "a%00b", "x" * 5000, "<img src=x>", "%F0%9F%99%82"]
    )
    def test_unknown_jobs_are_refused_in_words(self, client: TestClient, service: Service, name: str) -> None:
        for url in (f"jobs/{name}.json", f"jobs/{name}/45.bin"):
            found = client.get(url)
            assert found.status_code == 404
            assert found.text.startswith("there is no training job called") or found.text == "Not Found"
            assert len(found.text) < 140
            assert found.headers["Content-Type"].startswith("text/plain")

    @pytest.mark.parametrize(
        "url", ["jobs", "jobs/abc", "jobs/abc/45", "jobs/abc/x.bin", "jobs/abc/-1.bin", "jobs/abc/1/2.bin"]
    )
    def test_other_urls_are_not_there(self, client: TestClient, service: Service, url: str) -> None:
        assert client.get(url).status_code == 404

    def test_a_spec_of_another_version_of_the_app_is_a_sentence(self, client: TestClient, service: Service) -> None:
        service.job = job(spec=SPEC | {"family": "gan"})
        found = client.get("jobs/abc.json")
        assert found.status_code == 404
        assert "family must be one of" in found.text

    def test_only_reading_is_allowed(self, client: TestClient, service: Service) -> None:
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert client.request(method, "jobs/abc.json").status_code == 405


@pytest.mark.parametrize("family", ["cvae", "autoencoder"])
def test_a_real_training_is_shown_to_its_end(
    client: TestClient, few_digits: DataSet, checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    monkeypatch.setattr(jobs, "open_service", functools.partial(open_service, load=lambda *_, **__: few_digits))
    assert checkpoint_folder.is_dir()
    spec = {
        "family": family,
        "data": "digits",
        "model": {"widths": [8], "latent_dim": 3},
        "training": {"epochs": 2, "batch_size": 32},
    }
    job_id = jobs.service().submit("me", "k", spec)
    assert jobs.service().wait(job_id, 30).status == DONE
    found = client.get(job_assets.job_url(job_id)).json()
    assert [row[0] for row in found["history"]] == [1, 2]
    measured = [0, 1, 2, 3, 4] if family == "cvae" else [0, 1, 2, 4]  # the MMD of the training set is not
    test = load_run(checkpoint_folder / found["model"]).test
    assert found["history"][-1][2] == test.log_likelihood, "two values for one number"
    assert found["elbo"] == test.elbo
    assert all(math.isfinite(row[place]) for row in found["history"] for place in measured)
    assert found["class_names"] == list(SOURCES["digits"].class_names)
    content = client.get(found["pictures"]).content
    assert len(content) == 9 * found["points"] + 16 * 64
    assert found["points"] == 40
    assert max(content[8 * 40 : 9 * 40]) < 10


def test_urls_are_relative_so_that_a_prefix_survives() -> None:
    assert job_assets.job_url("abc") == "jobs/abc.json"
    assert not str(job_to_json(job(view(pictures=pictures())), None)["pictures"]).startswith("/")
