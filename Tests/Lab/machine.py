"""A virtual machine: one boot of a kernel, and what comes out of it."""

import atexit
import selectors
import subprocess
import time
from pathlib import Path

COMMON = [
    "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-nodefaults", "-display", "none",
    "-no-reboot",
]
# Watchdogs measure time that an emulated CPU does not have; so does the check of the timer at boot,
# which gives the kernel up on a busy machine.
CMDLINE = (
    "quiet panic=-1 printk.devkmsg=on nowatchdog no_timer_check "
    "rcupdate.rcu_cpu_stall_suppress=1"
)


def command(kernel, initramfs, mode, cmdline="", cpus=1, memory=512, disk=None):
    """QEMU's arguments but for the serial ports: the first is the kernel's, the second the lab's.

    disk: the path of an image; the kernels have the driver of NVMe built in.
    """
    drive = [] if disk is None else [
        "-drive", f"file={disk},format=raw,if=none,id=disk,cache=writeback",
        "-device", "nvme,drive=disk,serial=lab",
    ]
    return [
        *COMMON, "-smp", str(cpus), "-m", str(memory), "-kernel", str(kernel.image),
        "-initrd", str(initramfs), *drive,
        "-append", f"console=ttyS0 {CMDLINE} lab.mode={mode} {cmdline}".strip(),
    ]


_running = set()
_closed = False


@atexit.register
def stop_all():
    """Leave no machine behind, however the lab ends; from now on none can be started."""
    global _closed
    _closed = True
    for machine in list(_running):
        machine.process.kill()


class Machine:
    """A running machine whose second serial port is read line by line."""

    def __init__(self, arguments, console):
        """arguments: of `command`; console: the file that takes what the kernel prints."""
        if _closed:
            raise RuntimeError("the lab is ending")
        self.console = Path(console)
        self.process = subprocess.Popen(
            [*arguments, "-serial", f"file:{console}", "-serial", "stdio"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        _running.add(self)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.rest = b""
        self.lines = []

    def line(self, deadline):
        """The next line; None at the end of the machine; TimeoutError at `deadline` (monotonic)."""
        while not self.lines:
            if not self.selector.select(max(0, deadline - time.monotonic())):
                raise TimeoutError
            data = self.process.stdout.read1(65536)
            if not data:
                return None
            *lines, self.rest = (self.rest + data).split(b"\n")
            self.lines = [line.rstrip(b"\r").decode(errors="replace") for line in lines]
        return self.lines.pop(0)

    def stop(self):
        """End it, whatever it is doing. Returns the last lines that the kernel printed."""
        self.process.kill()
        self.process.wait()
        _running.discard(self)
        self.selector.close()
        self.process.stdout.close()
        if not self.console.exists():
            return []
        return self.console.read_text(errors="replace").splitlines()[-60:]
