"""Which process holds a lease, and whether it still runs, as far as that can be known from here.

Of a holder on another computer, or in another container, it can't: there its lease has to expire.
"""

from __future__ import annotations

import os
import socket
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """A process, told apart from later ones with the same id.

    Attributes:
        pid: the operating system's id.
        host: the computer's name, for people.
        machine: what is equal only where process ids mean the same: one boot of one kernel and
            one pid namespace on Linux, one computer elsewhere.
        started: when it started, as the system tells; empty where it doesn't.
    """

    pid: int
    host: str
    machine: str
    started: str


def this_process() -> Process:
    """The process that asks."""
    pid = os.getpid()
    return Process(pid, socket.gethostname(), _machine(), _started(pid) or "")


def is_alive(process: Process, here: Process) -> bool | None:
    """Whether a process still runs.

    Args:
        process: the one in question.
        here: the process that asks.

    Returns:
        True and False where it is certain, None where it can't be known from here.
    """
    if process.machine != here.machine:
        return None
    started = _started(process.pid)
    if started is None:
        return False
    if "" in {started, process.started}:
        return None
    return started == process.started


def _machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{socket.gethostname()} {uuid.getnode():012x}"


if sys.platform == "win32":  # pragma: no cover - os.kill(pid, 0) would end the process there
    import ctypes
    from ctypes import wintypes

    _QUERY = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
    _NO_SUCH_PROCESS = 87  # ERROR_INVALID_PARAMETER
    _STILL_ACTIVE = 259

    def _started(pid: int) -> str | None:
        """The moment of creation; empty where unknown, None where there is no such process."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = wintypes.HANDLE
        handle = kernel.OpenProcess(_QUERY, False, pid)
        if not handle:
            return None if ctypes.get_last_error() == _NO_SUCH_PROCESS else ""
        try:
            code = wintypes.DWORD()
            known = kernel.GetExitCodeProcess(wintypes.HANDLE(handle), ctypes.byref(code))
            if known and code.value != _STILL_ACTIVE:
                return None
            times = [wintypes.FILETIME() for _ in range(4)]
            pointers = [ctypes.byref(time) for time in times]
            if not kernel.GetProcessTimes(wintypes.HANDLE(handle), *pointers):
                return ""
            return f"{times[0].dwHighDateTime:08x}{times[0].dwLowDateTime:08x}"
        finally:
            kernel.CloseHandle(wintypes.HANDLE(handle))

else:

    def _started(pid: int) -> str | None:
        """Clock ticks since boot; empty where unknown, None where there is no such process."""
        try:
            status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return _started_without_proc(pid)
        # The second field is the program's name in brackets and may hold anything.
        fields = status.rpartition(")")[2].split()
        if fields[0] in "ZX":  # ended, and only not yet collected by its parent
            return None
        return fields[19]

    def _started_without_proc(pid: int) -> str | None:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except OSError:
            return ""
        return ""
