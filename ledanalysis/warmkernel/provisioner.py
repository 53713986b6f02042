"""The provisioner: what jupyter_client calls to start a kernel, wait for it and end it."""

from __future__ import annotations

import asyncio
import logging
import os
import pathlib
import sys
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from traitlets import Float, List, Unicode

NAME = "warm-provisioner"
PRELOAD = ["numpy", "pandas", "pyarrow.parquet", "matplotlib.pyplot", "seaborn"]
TAKEN = {"env", "cwd", "stdout", "stderr", "independent"}
log = logging.getLogger("warmkernel")
_said: set[str] = set()


def say_once(reason: str) -> None:
    """Say why kernels start as usual: once for each reason, however many kernels there are."""
    if reason not in _said:
        _said.add(reason)
        log.warning("kernels start as usual, not from a warm process: %s", reason)


def use() -> None:
    """Kernels that this process starts from now on are warm, if their kernelspec does not name a provisioner.

    Which modules they have imported can be said in the `KernelManager`'s configuration, as `WarmProvisioner.preload`.
    """
    factory = KernelProvisionerFactory.instance()
    factory.provisioners.setdefault(NAME, EntryPoint(NAME, f"{__name__}:WarmProvisioner", factory.GROUP_NAME))
    factory.default_provisioner_name = NAME


def warm_up() -> None:
    """Start a kernel and end it: the next that are started like it need not wait for the imports. For a thread of its own."""
    manager = KernelManager()
    try:
        manager.start_kernel()
        manager.shutdown_kernel(now=True)
    except Exception as error:
        say_once(str(error) or type(error).__name__)


class WarmProvisioner(LocalProvisioner):
    """Forks the kernel from a process that has its libraries imported; where that cannot be, starts it as usual."""

    preload = List(Unicode(), default_value=PRELOAD, config=True, help="Modules to have imported; those that are not there are left out.")
    idle = Float(300.0, config=True, help="Seconds that the process with the imports stays when no kernel of it runs.")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict:
        """Start a kernel. Whatever goes wrong on the way to a warm one, there will be a kernel."""
        wanted = {name: value for name, value in LocalProvisioner._scrub_kwargs(kwargs).items() if value is not None}
        try:
            self.process = await self._fork(cmd, wanted)
        except Exception as error:
            say_once(str(error) or type(error).__name__)
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd", pathlib.Path.cwd())
        return self.connection_info

    async def _fork(self, command: list[str], wanted: dict[str, Any]):
        if sys.platform != "linux":
            raise OSError(f"there is no safe fork on {sys.platform}")
        if unknown := wanted.keys() - TAKEN:
            raise OSError(f"a kernel is asked for with {', '.join(sorted(unknown))}")
        from ledanalysis.warmkernel import client  # its modules are not there on every system

        env = wanted.pop("env", None) or dict(os.environ)
        asked = env.get("WARMKERNEL_PRELOAD")
        preload = [name.strip() for name in asked.split(",") if name.strip()] if asked is not None else list(self.preload)
        idle = float(env.get("WARMKERNEL_IDLE") or self.idle)
        return await asyncio.to_thread(client.start, command, env, preload, idle, client.inherited(), **wanted)

    async def wait(self) -> int | None:
        """Wait for the end, and be there at once when it comes."""
        await self._end()
        return await super().wait()

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel; it is gone within milliseconds, and who looks each 0.1 s next need not look twice."""
        await super().kill(restart)
        await self._end(1.0)

    async def _end(self, seconds: float | None = None) -> None:
        """Wait until a forked kernel has ended."""
        process = self.process
        if process is None or not hasattr(process, "fileno") or process.poll() is not None:
            return
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        number = process.fileno()
        loop.add_reader(number, ended.set)
        try:
            await asyncio.wait_for(ended.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            loop.remove_reader(number)
