"""Where a class is reached: a socket for each browser, polling where sockets are blocked, and how a class begins.

Tokens and keys travel in messages and bodies, never in an address, which others write into their logs. Knows Starlette.
"""

import asyncio
import contextlib
import json
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from ui import limits, visitors
from ui.classroom.hub import Client, Live, classes
from ui.classroom.messages import Hello, Poll, opening, read
from ui.classroom.room import RefusedError

GREETING_SECONDS = 10.0  # that a socket may take to say who it is
OVER, NO_CLASS = 4410, 4404  # close codes: the browser need not come again
ENDED = '{"ended":true}'
STATUS = {"unknown": 404, "damaged": 404, "message": 400, "key": 403}  # of refusals; else 409
NOT_KEPT = {"Cache-Control": "no-store"}


async def _open(request: Request) -> Response:
    """`POST class` with a lesson's name, or a lesson: the code of a new class and its teacher's key, said this once."""
    try:
        opened = opening(await request.body())
        live, key = classes().open(opened.lesson, _visitor(request), own=opened.own)
    except RefusedError as refused:
        return _refusal(refused)
    teacher = Client(None, "", said_at=live.version)
    live.clients.add(teacher)
    await live.settled(teacher)
    live.clients.discard(teacher)
    return JSONResponse({"code": live.room.code, "key": key}, 201, NOT_KEPT)


async def _poll(request: Request) -> Response:
    """`POST class/CODE`: what a socket would say and hear, once, with all that there is."""
    try:
        poll: Poll = read(Poll, await request.body())
        live = classes().find(request.path_params["code"])
        client = live.enter(poll.hello, _visitor(request))
    except RefusedError as refused:
        return _refusal(refused)
    try:
        _hear(live, client, poll.message)
        with contextlib.suppress(TimeoutError):
            await live.settled(client)
        return Response(ENDED if live.is_over else live.news(client), 200, NOT_KEPT, "application/json")
    finally:
        live.clients.discard(client)


async def _socket(socket: WebSocket) -> None:
    """`class/CODE/live`: says who it is first; then each side says what is new."""
    await socket.accept()
    try:
        live, client = await _entered(socket)
    except RefusedError as refused:
        await socket.send_text(json.dumps({"refused": refused.code}))
        await socket.close(NO_CLASS)
        return
    except (WebSocketDisconnect, TimeoutError):
        return
    try:
        async with asyncio.TaskGroup() as both:
            telling = both.create_task(_tell(socket, live, client))
            await _listen(socket, live, client)
            telling.cancel()
    finally:
        live.clients.discard(client)


async def _entered(socket: WebSocket) -> tuple[Live, Client]:
    async with asyncio.timeout(GREETING_SECONDS):
        hello: Hello = read(Hello, await _text(socket))
    live = classes().find(socket.path_params["code"])
    return live, live.enter(hello, _visitor(socket))


async def _listen(socket: WebSocket, live: Live, client: Client) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            _hear(live, client, await _text(socket))


async def _tell(socket: WebSocket, live: Live, client: Client) -> None:
    """What is new, as soon as it is and as fast as this browser takes it: what is old by then is never sent."""
    with contextlib.suppress(WebSocketDisconnect):
        while not live.is_gone:
            await client.woken.wait()
            client.woken.clear()
            if text := live.news(client):
                await socket.send_text(text)
            await asyncio.sleep(1 / limits.CLASS_NEWS)
        await socket.send_text(ENDED)
        await socket.close(OVER)


def _hear(live: Live, client: Client, text: str) -> None:
    try:
        if text:
            live.hear(client, text)
    except RefusedError as refused:
        client.refuse(refused)


async def _text(socket: WebSocket) -> str:
    message: Any = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    return message.get("text") or "?"


def _visitor(connection: HTTPConnection) -> str:
    return visitors.known(connection.cookies) or (connection.client.host if connection.client else "")


def _refusal(refused: RefusedError) -> Response:
    return JSONResponse({"refused": refused.code}, STATUS.get(refused.code, 409), NOT_KEPT)


ROUTES: list[BaseRoute] = [
    Route("/class", _open, methods=["POST"]),
    Route("/class/{code}", _poll, methods=["POST"]),
    WebSocketRoute("/class/{code}/live", _socket),
]
