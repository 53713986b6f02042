"""The kernels of visitors: one each, as many as there are seats, and gone soon after their page is."""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

from jupyter_core.utils import run_sync
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.websocket import WebSocketClosedError, WebSocketHandler
from traitlets import Dict, Float, Int

LOOK = 1.0  # seconds between two looks at who is there
AWAY = 15.0  # seconds that a kernel waits for its page: of one that is loading, or whose network was gone for a moment
IDLE = 3600.0  # seconds that a seat is kept for a page on which nothing happens


class Visitors(AsyncMappingKernelManager):
    """Keeps the kernel of each visitor as long as the visitor is there."""

    seats = Int(1, config=True, help="Visitors at once.")
    away = Float(AWAY, config=True, help="Seconds that a kernel waits for its page.")
    idle = Float(IDLE, config=True, help="Seconds that a seat is kept for a page on which nothing happens.")
    came = Dict()  # visitor -> when, of all who hold a seat
    seen = Dict()  # visitor -> when a page last said that it is there, or was sent
    pages = Dict()  # visitor -> the websocket of the page
    _looking: asyncio.Task | None = None
    _leaving: set[asyncio.Task] = set()

    async def keep_warm(self, **how: Any) -> None:
        """Start a kernel that nobody gets: as long as it is there, so is the process that others are forked from."""
        try:
            await self.start_kernel(**how)
        except Exception:  # the first visitor will wait longer, and be told if there is nothing to wait for
            self.log.exception("no kernel could be started before the first visitor")

    def take_seat(self, visitor: str) -> bool:
        """Whether there was a seat left for a visitor, who now has it."""
        if len(self.came) >= self.seats:
            return False
        self.came[visitor], self.seen[visitor] = time.monotonic(), math.inf  # the page is being made
        self._looking = self._looking or asyncio.ensure_future(self._look_on())
        return True

    async def start(self, visitor: str, **how: Any):
        """Start the kernel of a visitor who has a seat, and nobody else's; its manager."""
        await self.start_kernel(kernel_id=visitor, **how)
        if visitor not in self.came:  # who left while it started
            await self._end(visitor)
        return self.get_kernel(visitor)

    def arrive(self, visitor: str) -> None:
        """A visitor's page is there, or on its way."""
        if visitor in self.came:
            self.seen[visitor] = time.monotonic()

    def connect(self, visitor: str, page: WebSocketHandler) -> None:
        """The page of a visitor, to be asked whether it is there; the one before it is no longer."""
        before, self.pages[visitor] = self.pages.get(visitor), page
        if before is not None:
            before.close()

    def dismiss(self, visitor: str) -> None:
        """Have a visitor leave, without waiting for it."""
        task = asyncio.ensure_future(self.leave(visitor))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def leave(self, visitor: str) -> None:
        """End a visitor's kernel now, whatever it is doing; does nothing where it has ended already."""
        came = self.came.pop(visitor, None)
        self.seen.pop(visitor, None)
        page = self.pages.pop(visitor, None)
        if page is not None:
            page.close()
        await self._end(visitor)
        if came is not None:
            self.log.warning("a visitor left after %.0f s; %d of %d seats taken", time.monotonic() - came, len(self.came), self.seats)

    async def _end(self, visitor: str) -> None:
        with suppress(KeyError):
            if visitor in self:
                await self.shutdown_kernel(visitor, now=True)

    def stop(self) -> None:
        """End all kernels, in whatever state they are."""
        if self._looking:
            self._looking.cancel()
        run_sync(self.shutdown_all)(now=True)

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            for visitor in list(self.came):
                try:
                    if await self._gone(visitor):
                        await self.leave(visitor)
                except Exception:
                    self.log.exception("a visitor's kernel could not be looked after")

    async def _gone(self, visitor: str) -> bool:
        """Whether the page of a visitor is gone, or its kernel, or whoever sat before it."""
        with suppress(KeyError, WebSocketClosedError):
            self.pages[visitor].ping(b"")
        if time.monotonic() - self.seen.get(visitor, math.inf) > self.away:
            return True
        if visitor not in self:
            return self.seen.get(visitor, math.inf) < math.inf  # else it is still starting
        kernel = self.get_kernel(visitor)
        if getattr(kernel, "last_activity", None) and utcnow() - kernel.last_activity > timedelta(seconds=self.idle):
            return True
        return bool(kernel.has_kernel) and not await kernel.is_alive()
