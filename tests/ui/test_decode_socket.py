"""The server's decoder: the right grey levels, and no message that stops it."""

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from analysis.decoding import decode_images
from live.library import OpenModel
from ui import assets

Open = Callable[..., OpenModel]
HOST = "127.0.0.1:8501"


def url(model: OpenModel) -> str:
    return f"ws://{HOST}/{assets.model_url(model)}decode"


def ask(socket: WebSocketTestSession, z: Sequence[float], y: Sequence[float] = ()) -> list[int]:
    """The grey levels of an image, row by row."""
    socket.send_text(json.dumps({"z": list(z), "y": list(y)}))
    return list(socket.receive_bytes())


def levels(model: OpenModel, z: Sequence[float], y: int | None = None) -> torch.Tensor:
    image = decode_images(model.checkpoint.model, np.array([z], np.float32), y)[0]
    return torch.from_numpy(image * 255).flatten()


def assert_levels(found: list[int], expected: torch.Tensor) -> None:
    assert len(found) == expected.numel()
    assert (torch.tensor(found) - expected).abs().max() <= 1


@pytest.mark.parametrize("network", ["mlp", "book-cnn"])
def test_draws_what_the_model_draws(client: TestClient, opened: Open, network: str) -> None:
    model = opened(network=network)
    with client.websocket_connect(url(model)) as socket:
        for z in ([0.0, 0.0], [1.5, -2.25], [-3.0, 100.0]):
            assert_levels(ask(socket, z), levels(model, z))
    assert (levels(model, [0.0, 0.0]) - levels(model, [1.5, -2.25])).abs().max() > 2  # it matters which


def test_draws_the_class_that_it_is_told(client: TestClient, opened: Open) -> None:
    model = opened("cvae", latent_dim=3)
    with client.websocket_connect(url(model)) as socket:
        for label in (0, 7, 9):
            assert_levels(ask(socket, [0.1, 0.2, 0.3], [label]), levels(model, [0.1, 0.2, 0.3], label))


def test_mixes_two_classes(client: TestClient, opened: Open) -> None:
    model = opened("cvae")
    weights = [0.0] * 10
    weights[3], weights[8] = 0.25, 0.75
    expected = torch.sigmoid(model.checkpoint.model.decode(torch.tensor([[0.5, -0.5]]), torch.tensor([weights])))
    with client.websocket_connect(url(model)) as socket:
        mixed = ask(socket, [0.5, -0.5], weights)
        assert_levels(mixed, (expected * 255).flatten())
        weights[3], weights[8] = 0.0, 1.0
        assert_levels(ask(socket, [0.5, -0.5], weights), levels(model, [0.5, -0.5], 8))


MIXTURE = [0.1] * 10
HOSTILE: dict[str, str] = {
    "no JSON": "z=1,2",
    "empty": "",
    "a number": "5",
    "null": "null",
    "a list": "[1, 2]",
    "a text": '"z"',
    "no z": '{"y": []}',
    "no y": '{"z": [0, 0]}',
    "z null": '{"z": null, "y": []}',
    "z a number": '{"z": 1, "y": []}',
    "z of objects": '{"z": [{}, {}], "y": []}',
    "z of texts": '{"z": ["a", "b"], "y": []}',
    "z of nulls": '{"z": [null, null], "y": []}',
    "z nested": '{"z": [[0, 0]], "y": []}',
    "z ragged": '{"z": [[0], [0, 0]], "y": []}',
    "z empty": '{"z": [], "y": []}',
    "z too short": '{"z": [0], "y": []}',
    "z too long": '{"z": [0, 0, 0], "y": []}',
    "z NaN": '{"z": [NaN, 0], "y": []}',
    "z Infinity": '{"z": [0, -Infinity], "y": []}',
    "z 1e400": '{"z": [1e400, 0], "y": []}',
    "z 1e300": '{"z": [1e300, 0], "y": []}',
    "z a huge whole number": f'{{"z": [1{"0" * 400}, 0], "y": []}}',
    "y null": '{"z": [0, 0], "y": null}',
    "y a text": '{"z": [0, 0], "y": ["seven"]}',
    "y NaN": '{"z": [0, 0], "y": [NaN]}',
    "y Infinity": '{"z": [0, 0], "y": [Infinity]}',
    "y no class": '{"z": [0, 0], "y": [10]}',
    "y below 0": '{"z": [0, 0], "y": [-1]}',
    "y huge": '{"z": [0, 0], "y": [1e30]}',
    "y missing": '{"z": [0, 0], "y": []}',
    "mixture too short": '{"z": [0, 0], "y": [0.5, 0.5]}',
    "mixture too long": json.dumps({"z": [0, 0], "y": [*MIXTURE, 0.1]}),
    "mixture NaN": f'{{"z": [0, 0], "y": [NaN, {", ".join(["0.1"] * 9)}]}}',
    "mixture with z too short": json.dumps({"z": [0], "y": MIXTURE}),
    "mixture with z too long": json.dumps({"z": [0, 0, 0], "y": MIXTURE}),
    "mixture with z NaN": f'{{"z": [NaN, 0], "y": {MIXTURE}}}',
    "deep": "[" * 8000,
    "too long": json.dumps({"z": [0, 0], "y": [1], "more": "x" * 16_384}),
    "surrogate": '{"z": [0, 0], "y": ["\\ud800"]}',
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_bad_message_closes_its_socket_and_no_other(client: TestClient, opened: Open, text: str) -> None:
    model = opened("cvae")
    with client.websocket_connect(url(model)) as other:
        before = ask(other, [0.0, 0.0], [1])
        with client.websocket_connect(url(model)) as socket:
            socket.send_text(text)
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_bytes()
        assert closed.value.code == 4400
        assert "z and y" in closed.value.reason
        assert ask(other, [0.0, 0.0], [1]) == before
    assert client.get("/healthz").status_code == 200


def test_bytes_are_a_bad_message(client: TestClient, opened: Open) -> None:
    with client.websocket_connect(url(opened())) as socket:
        socket.send_bytes(b'{"z": [0, 0], "y": []}')
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
    assert closed.value.code == 4400


def test_the_longest_message_that_a_model_needs_is_not_too_long(client: TestClient, opened: Open) -> None:
    model = opened("cvae", latent_dim=128)
    z = [-1.2345678901234567e-05] * 128
    with client.websocket_connect(url(model)) as socket:
        assert_levels(ask(socket, z, [3]), levels(model, z, 3))


def status_of(client: TestClient, address: str, **headers: str) -> int:
    """The code with which the connection is refused before it is opened."""
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect(address, headers=headers):
        pass
    return closed.value.code


@pytest.mark.parametrize("run_id", ["gone", "TINY-VAE", "x" * 500, "a%00b"])
def test_unknown_models_are_refused(client: TestClient, opened: Open, run_id: str) -> None:
    assert status_of(client, f"ws://{HOST}/assets/model/{run_id}/{opened().digest}/decode") == 4404


def test_a_replaced_model_is_refused(client: TestClient, opened: Open) -> None:
    old, new = url(opened(seed=0)), url(opened(seed=1))
    assert status_of(client, old) == 4404
    with client.websocket_connect(new) as socket:
        assert len(ask(socket, [0.0, 0.0])) == 64


def test_two_sockets_are_answered_apart(client: TestClient, opened: Open) -> None:
    model = opened("cvae", latent_dim=2)
    wrong: list[Any] = []

    def walk(label: int) -> None:
        with client.websocket_connect(url(model)) as socket:
            for step in range(30):
                z = [step / 10 - 1.5, 0.5]
                found = torch.tensor(ask(socket, z, [label]))
                if (found - levels(model, z, label)).abs().max() > 1:
                    wrong.append((label, step))

    threads = [threading.Thread(target=walk, args=(label,)) for label in (2, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


def test_a_socket_that_is_left_open_can_be_closed(client: TestClient, opened: Open) -> None:
    model = opened()
    for _ in range(5):
        with client.websocket_connect(url(model)) as socket:
            ask(socket, [0.0, 0.0])
    assert client.get("/healthz").status_code == 200
