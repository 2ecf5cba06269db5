"""Scenarios on machines: which share a boot, how each of them ends, what a crash costs."""

import math
import os
import queue
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import initramfs
import powercycles
from cache import say
from machine import Machine, command
from powercycles import BOOT_LIMIT, GRACE, MARK, SILENCE, STARTS, Silent


@dataclass(frozen=True)
class Result:
    kernel: str
    name: str
    status: str  # ok, FAILED, skipped
    seconds: float = 0.0
    output: tuple = ()
    whole: bool = False  # all of the output is to be shown, also where the status is ok


@dataclass(frozen=True)
class Boot:
    """Scenarios that run one after another on one machine."""
    kernel: object
    scenarios: tuple


def arrange(selected, kernels, jobs):
    """The boots that run every selected scenario on every kernel that it is for."""
    shared, own = [], []
    for kernel in kernels:
        groups = {}
        for scenario in selected:
            if scenario.boot == "none" or kernel.series not in scenario.kernels:
                continue
            if scenario.boot == "own":
                own.append(Boot(kernel, (scenario,)))
            else:
                groups.setdefault(scenario.machine, []).append(scenario)
        for members in groups.values():
            # With one kernel there are cores left: split its scenarios, but not into crumbs.
            parts = max(1, min(jobs // len(kernels), len(members) // 4))
            size = math.ceil(len(members) / parts)
            for start in range(0, len(members), size):
                shared.append(Boot(kernel, tuple(members[start:start + size])))
    shared.sort(key=lambda boot: -len(boot.scenarios))
    return shared + own


class Runner:
    """Runs boots, several at a time, and reports each scenario's end as it comes."""

    def __init__(self, modules, program, tools, report, folder):
        """modules: by series; program: path or None; tools: paths by name; report: called with
        each Result; folder: where archives and consoles go."""
        self.tools = tools
        self.modules = modules
        self.program = program
        self.folder = Path(folder)
        self.lock = threading.Lock()
        self.report_one = report
        self.waiting = queue.Queue()

    def report(self, result):
        with self.lock:
            self.report_one(result)

    def run(self, boots, jobs):
        for boot in boots:
            self.waiting.put(boot)
        workers = [threading.Thread(target=self.work, daemon=True) for _ in range(jobs)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def work(self):
        while True:
            try:
                boot = self.waiting.get_nowait()
            except queue.Empty:
                return
            try:
                while boot.scenarios:
                    left = self.run_boot(boot)
                    boot = Boot(boot.kernel, left)
            except Exception as error:
                for scenario in boot.scenarios:
                    self.report(Result(boot.kernel.series, scenario.name, "FAILED",
                                       output=(f"the lab failed: {error!r}",)))

    def run_boot(self, boot):
        """Run one boot; returns the scenarios that still want one, because it ended early."""
        series = boot.kernel.series
        others = [self.modules[name] for name in self.modules if name != series]
        handle, archive = tempfile.mkstemp(prefix=f"{series}-", suffix=".cpio", dir=self.folder)
        os.close(handle)
        initramfs.write(Path(archive), boot.kernel, self.modules[series], others[0], self.program,
                        boot.scenarios, boot.scenarios,
                        [self.tools[name] for name in {one.tool for one in boot.scenarios} if name])
        first = boot.scenarios[0]
        if first.disk:
            try:
                ended = powercycles.run(boot.kernel, first, archive)
            finally:
                os.unlink(archive)
            self.report(Result(series, first.name, *ended, first.prints == "always"))
            return ()
        try:
            for start in range(1, STARTS + 1):
                machine = Machine(
                    command(boot.kernel, archive, "test", first.cmdline, first.cpus, first.memory),
                    archive.removesuffix(".cpio") + ".console")
                try:
                    return self.follow(boot, machine, start < STARTS)
                except Silent:
                    say(f"{series}: not a word from the guest for {SILENCE} s; it is started again")
                finally:
                    machine.stop()
        finally:
            os.unlink(archive)

    def follow(self, boot, machine, again):
        """Reports the scenarios as they end; returns those that want another boot.

        again: whether it may be started again where it never begins, which raises Silent.
        """
        waiting = list(boot.scenarios)
        running, output = None, []
        deadline = time.monotonic() + (SILENCE if again else BOOT_LIMIT)
        reason = "the guest ended"
        silent = True
        while True:
            try:
                line = machine.line(deadline)
            except TimeoutError:
                if silent and again:
                    raise Silent from None
                reason = "the guest hangs"
                line = None
            if line is None:
                break
            if silent:
                silent, deadline = False, time.monotonic() + BOOT_LIMIT
            if not line.startswith(MARK):
                output.append(line)
                continue
            word, *rest = line.removeprefix(MARK).split()
            if word == "begin":
                running, output = waiting[0], []
                deadline = time.monotonic() + running.limit + GRACE
            elif word == "end":
                waiting.pop(0)
                status = "ok" if rest[1] == "0" else "FAILED"
                self.report(Result(boot.kernel.series, running.name, status, float(rest[2]),
                                   tuple(output), running.prints == "always"))
                running, output = None, []
                deadline = time.monotonic() + BOOT_LIMIT
            elif word == "dirty" and len(waiting) < len(boot.scenarios):
                # A scenario left something that cannot be cleaned up: the rest gets a new boot.
                return tuple(waiting)
        if not waiting:
            return ()
        console = machine.stop()
        if running is None and len(waiting) < len(boot.scenarios):
            # It died between two scenarios: the last one may have done it, the next is innocent.
            return tuple(waiting)
        failed = [waiting.pop(0)]
        if running is None:
            # It never got to the first one; another boot would end no better.
            failed, waiting = [*failed, *waiting], []
        told = tuple([*output, f"{reason}; the kernel's last words:", *console])
        for scenario in failed:
            self.report(Result(boot.kernel.series, scenario.name, "FAILED", output=told))
        return tuple(waiting)


def run_here(scenario, modules, program):
    """Run a scenario with "boot: none" on this machine. Exit status 80 means skipped."""
    with tempfile.TemporaryDirectory(prefix="klpolicy-lab-") as folder:
        path = os.environ["PATH"]
        if program is not None:
            path = f"{program.parent}:{path}"
        for name in ("policies", "scratch"):
            os.mkdir(f"{folder}/{name}")
        started = time.monotonic()
        try:
            done = subprocess.run(
                ["sh", scenario.path], cwd=f"{folder}/policies", stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=scenario.limit,
                env={"PATH": path, "LAB_LIBRARY": str(initramfs.GUEST / "lib.sh"),
                     "POLICIES": f"{folder}/policies", "SCRATCH": f"{folder}/scratch",
                     "MODULES": str(modules)})
            code, output = done.returncode, done.stdout
        except subprocess.TimeoutExpired as error:
            code = 1
            output = (error.stdout or b"") + f"\nstill running after {scenario.limit} s".encode()
        status = {0: "ok", 80: "skipped"}.get(code, "FAILED")
        return Result("host", scenario.name, status, time.monotonic() - started,
                      tuple(output.decode(errors="replace").splitlines()))
