"""Bare uvicorn: fixed answers, found by their path and nothing else. No Python server that asks more can be faster."""

import sys
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

Fixed = dict[str, tuple[int, list[tuple[bytes, bytes]], bytes]]


def create_app(answers: Fixed) -> Any:
    messages = {
        path: (
            {"type": "http.response.start", "status": status, "headers": headers},
            {"type": "http.response.body", "body": body},
        )
        for path, (status, headers, body) in answers.items()
    }

    async def app(scope: Any, receive: Any, send: Any) -> None:
        start, body = messages[scope["path"]]
        await send(start)
        await send(body)

    return app


if __name__ == "__main__":
    fixed = msgspec.msgpack.decode(Path(sys.argv[1]).read_bytes(), type=Fixed)
    uvicorn.run(
        create_app(fixed),
        port=int(sys.argv[2]),
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
    )
