"""A scenario that goes on over several boots of one disk, with reboots and power cuts between them."""

import os
import random
import re
import subprocess
import time
from pathlib import Path

from cache import LabError
from machine import Machine, command

MARK = "@@lab "
# A busy machine boots slowly, and one boot that is given up costs all that were before it.
BOOT_LIMIT = 300
# An emulated machine now and then does not get as far as its kernel's first word: it is started again.
SILENCE = 150
STARTS = 3
# Beyond its own limit in the guest, so that the guest has the first word on a hanging scenario.
GRACE = 60
COMPLAINT = re.compile(r"BUG:|Oops|WARNING:|general protection|refcount_t|EXT4-fs error")


class Silent(Exception):
    """A machine whose guest never said anything."""


def formatted(path, size):
    """An empty ext4 file system of so many MiB in a file."""
    with open(path, "wb") as image:
        image.truncate(size << 20)
    made = subprocess.run(
        ["mkfs.ext4", "-q", "-F", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    if made.returncode != 0:
        raise LabError(f"mkfs.ext4 failed:\n{made.stdout}")


def run(kernel, scenario, archive):
    """Runs it to its end: (status, seconds, output).

    The disk is written through the host's memory, so what a machine that is killed has lost is what
    its kernel had not yet written: just what a host without power loses.
    """
    stem = archive.removesuffix(".cpio")
    disk = f"{stem}.disk"
    formatted(disk, scenario.disk)
    try:
        return Series(kernel, scenario, archive, disk, stem).run()
    finally:
        os.unlink(disk)


class Series:
    """The boots of one scenario."""

    def __init__(self, kernel, scenario, archive, disk, stem):
        self.kernel = kernel
        self.scenario = scenario
        self.archive = archive
        self.disk = disk
        self.stem = stem
        self.output = []
        self.kept = {}
        self.status = None

    def run(self):
        started = time.monotonic()
        deadline = started + self.scenario.limit + GRACE
        number, added, starts = 1, "", 1
        while added is not None:
            try:
                added = self.boot(number, added, deadline, starts < STARTS)
                number, starts = number + 1, 1
            except Silent:
                self.output.append(f"(boot {number}: not a word for {SILENCE} s; it is started again)")
                starts += 1
        return self.status or "FAILED", time.monotonic() - started, tuple(self.output)

    def boot(self, number, added, end, again):
        """One boot. Returns what the next one has on its command line besides; None: the end.

        again: whether it may be started again where it never begins, which raises Silent.
        """
        kept = " ".join(f"lab.keep.{name}={value}" for name, value in self.kept.items())
        console = Path(f"{self.stem}.console.{number}")
        machine = Machine(
            command(self.kernel, self.archive, "test",
                    f"{self.scenario.cmdline} lab.boot={number} {kept} {added}",
                    self.scenario.cpus, self.scenario.memory, self.disk), console)
        limit = time.monotonic() + (SILENCE if again else BOOT_LIMIT)
        cut, next_boot, why = None, None, "the guest ended"
        silent = True
        try:
            while True:
                try:
                    line = machine.line(min(limit, end) if cut is None else cut)
                except TimeoutError:
                    if cut is not None:
                        next_boot = ""
                        break
                    if silent and again and time.monotonic() < end:
                        raise Silent from None
                    why = "the guest hangs"
                    line = None
                if line is None:
                    break
                if silent:
                    silent, limit = False, time.monotonic() + BOOT_LIMIT
                if not line.startswith(MARK):
                    self.output.append(line)
                    continue
                word, *rest = line.removeprefix(MARK).split()
                if word == "begin":
                    limit = end
                elif word == "keep":
                    self.kept[rest[0]] = rest[1]
                elif word == "restart":
                    next_boot = " ".join(rest)
                    limit = time.monotonic() + BOOT_LIMIT
                elif word == "cut":
                    after = random.uniform(0, int(rest[0]))
                    cut = time.monotonic() + after / 1000
                    self.output.append(f"(boot {number}: the power is cut after {after:.0f} ms)")
                elif word == "end":
                    self.status = "ok" if rest[1] == "0" else "FAILED"
                    return None
        finally:
            said = machine.stop()
        complaints = [line for line in said if COMPLAINT.search(line)]
        if next_boot is None or complaints:
            self.output += [f"boot {number}: {why}; the kernel's last words:", *said]
            return None
        return next_boot
