"""A bell by which our processes wake each other, so that nobody waits for a poll.

A ring is an empty UDP datagram on loopback: it carries nothing and proves nothing. Whoever hears it
looks into the database, which is the truth; a ring that is lost costs one slow poll.
"""

from __future__ import annotations

import asyncio
import socket
from enum import IntEnum


class Bell(IntEnum):
    """Who is to be woken: the offset of his port."""

    GATEWAY = 0
    WEB_CHAT = 1


def ring(first_port: int, bell: Bell) -> None:
    """Wake a process; it does not matter whether it runs."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.setblocking(False)
        try:
            out.sendto(b"", ("127.0.0.1", first_port + bell))
        except OSError:
            return  # nobody listens, or the buffer is full: the poll will find it


class Listener(asyncio.DatagramProtocol):
    """Sets an event whenever the bell rings."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()
        self._transport: asyncio.BaseTransport | None = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Somebody rang."""
        self.rung.set()

    @classmethod
    async def open(cls, first_port: int, bell: Bell) -> Listener:
        """Listen on loopback; raises OSError if the port is in use."""
        transport, listener = await asyncio.get_running_loop().create_datagram_endpoint(
            cls, local_addr=("127.0.0.1", first_port + bell)
        )
        listener._transport = transport
        return listener

    async def wait(self, at_most: float) -> None:
        """Return when the bell rings, or after so many seconds."""
        try:
            await asyncio.wait_for(self.rung.wait(), at_most)
        except TimeoutError:
            return
        finally:
            self.rung.clear()

    def close(self) -> None:
        """Stop listening."""
        if self._transport is not None:
            self._transport.close()
