"""A slow network: a door before a node's own, through which everything comes later."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

CHUNK_BYTES = 65_536  # what a socket gives at a time


class SlowLink:
    """Passes bytes on to ``port`` of this machine, each piece ``delay_s`` later; 0 until a test says otherwise."""

    def __init__(self, port: int) -> None:
        self.delay_s = 0.0
        self.port = 0
        self._to = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def slower(self, seconds: float) -> Iterator[None]:
        """Hold each piece back for so long while the block lasts."""
        self.delay_s = seconds
        try:
            yield
        finally:
            self.delay_s = 0.0

    @contextmanager
    def open(self) -> Iterator[SlowLink]:
        """Listen for the length of the block."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), loop).result()
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(_hang_up(server), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            their_reader, their_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:  # the node is gone: so is its door
            writer.close()
            return
        await asyncio.gather(self._pass(reader, their_writer), self._pass(their_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError), closing(writer):
            while data := await reader.read(CHUNK_BYTES):
                await asyncio.sleep(self.delay_s)
                writer.write(data)
                await writer.drain()


async def _hang_up(server: asyncio.Server) -> None:
    """Nobody new, and those that are there end."""
    server.close()
    calls = asyncio.all_tasks() - {asyncio.current_task()}
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await asyncio.sleep(0)  # closed sockets are let go of in the next round of the loop
