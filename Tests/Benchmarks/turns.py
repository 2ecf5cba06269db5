"""Commands that take turns, measured by measure.c, on this machine."""

import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Missing(Exception):
    """Something that a benchmark needs is not there; the message says what, and what to do."""


@dataclass
class Runs:
    """What the runs of one command took, turn by turn."""
    clock: list = field(default_factory=list)       # milliseconds
    processor: list = field(default_factory=list)   # milliseconds, user and system
    peak: int = 0                                   # KiB, the most of all turns
    statuses: set = field(default_factory=set)

    @property
    def milliseconds(self):
        return statistics.median(self.clock)

    @property
    def work(self):
        """Milliseconds of processor time, which hardly hang on what else the machine does."""
        return statistics.median(self.processor)

    @property
    def busy(self):
        """How many processors it kept busy."""
        return statistics.median(p / c for p, c in zip(self.processor, self.clock))

    def ratio(self, other, what="clock"):
        """The median of what each turn itself gives: whatever else ran then, ran beside both."""
        return statistics.median(
            mine / theirs for mine, theirs in zip(getattr(self, what), getattr(other, what)))

    def beyond(self, other, what="clock"):
        """How many milliseconds more than the other: the median of the turns' differences."""
        return statistics.median(
            mine - theirs for mine, theirs in zip(getattr(self, what), getattr(other, what)))


def read(lines):
    """Runs of each command, by what measure.c prints; other lines are passed over."""
    found = {}
    for line in lines:
        words = line.split()
        if len(words) != 6 or not all(word.lstrip("-").isdigit() for word in words):
            continue
        number, _, clock, processor, peak, status = map(int, words)
        runs = found.setdefault(number, Runs())
        runs.clock.append(clock / 1e3)
        runs.processor.append(processor / 1e3)
        runs.peak = max(runs.peak, peak)
        runs.statuses.add(status)
    return [found[number] for number in sorted(found)]


def compiled(name, folder, *options):
    """The program of NAME.c beside this file."""
    program = Path(folder) / name
    done = subprocess.run(
        ["gcc", "-O2", "-Wall", "-Werror", "-o", program, HERE / f"{name}.c", *options],
        capture_output=True, text=True)
    if done.returncode != 0:
        raise Missing(f"{name}.c could not be built: {done.stderr.strip()}")
    return program


def empty_program(folder):
    """A static Swift program that does nothing: the least that any can take."""
    source, program = Path(folder) / "empty.swift", Path(folder) / "empty"
    source.write_text("")
    done = subprocess.run(
        ["swiftc", "-O", "-static-stdlib", "-o", program, source], capture_output=True, text=True)
    if done.returncode != 0:
        raise Missing(f"an empty Swift program could not be built: {done.stderr.strip()}")
    subprocess.run(["strip", program], check=True)
    return program


def take(turns, commands, folder, allowed=(0,), environment=None):
    """Runs the commands, each a list of words or (shell to run before, list of words), in turn."""
    lines = []
    for command in commands:
        before, words = command if isinstance(command, tuple) else ("", command)
        words = [str(word) for word in words]
        if any(set(word) & set(" \t\n") for word in words):
            raise Missing(f"a path with a blank cannot be measured: {words}")
        lines.append((before + "\t" if before else "") + " ".join(words) + "\n")
    listed = Path(folder) / "commands"
    listed.write_text("".join(lines))
    program = Path(folder) / "measure"
    if not program.exists():
        compiled("measure", folder, "-static")
    done = subprocess.run([program, str(turns), listed], capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise Missing(f"measure ended with {done.returncode}: {done.stderr.strip()}")
    runs = read(done.stdout.splitlines())
    for command, found in zip(commands, runs):
        if not found.statuses <= set(allowed):
            words = command[1] if isinstance(command, tuple) else command
            raise Missing(f"{' '.join(map(str, words))} ended with {sorted(found.statuses)}")
    return runs


def say(text):
    print(f"benchmarks: {text}", file=sys.stderr, flush=True)
