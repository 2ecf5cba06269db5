"""Scenario files: what their header comments ask for, and which of them are meant."""

import fnmatch
import re
from dataclasses import dataclass, replace
from pathlib import Path

import kernels
from cache import LabError

FOLDER = Path(__file__).resolve().parent / "scenarios"
# Header comments, "# key: value", and what holds where one is missing.
DEFAULTS = {
    "title": "",           # what must hold for the user
    "boot": "shared",      # own: a boot of its own; none: this machine, no virtual one
    "cmdline": "",         # added to the kernel's command line
    "cpus": "1",
    "disk": "0",           # MiB of a disk that outlives the boots of the scenario; 0: none
    "memory": "512",       # MiB
    "kernels": " ".join(kernels.SERIES),
    "briefly": "",         # of those, the ones that a run of everything takes; all without it
    "limit": "120",        # seconds
    "program": "klpolicy",  # none: it tries the lab itself and needs no klpolicy
    "prints": "failures",  # always: what it printed is shown whole, also when it passes
    "tool": "",            # a program of this repository's tests that it runs too
    "modules": "",         # kernel: the kernel's own test modules are there too
    "system": "",          # programs of this machine that it runs too
    "packages": "",        # Debian packages of this machine, with all they need, and /lab/rpms
}


@dataclass(frozen=True)
class Scenario:
    name: str
    path: Path
    title: str
    boot: str
    cmdline: str
    cpus: int
    disk: int
    memory: int
    kernels: tuple
    briefly: tuple
    limit: int
    program: str
    prints: str
    tool: str
    modules: str
    system: tuple
    packages: tuple
    is_long: bool = False

    @property
    def machine(self):
        """What the virtual machine must be like; scenarios with the same may share a boot."""
        return (self.cmdline, self.cpus, self.memory, self.packages)


def read(path):
    header = dict(DEFAULTS)
    for line in path.read_text().splitlines():
        if not line.startswith("#"):
            break
        found = re.match(r"# ([a-z]+): *(.*)", line)
        if found and found[1] not in DEFAULTS:
            known = ", ".join(DEFAULTS)
            raise LabError(f"{path}: unknown header '{found[1]}'; there are {known}")
        if found:
            header[found[1]] = found[2].strip()
    if not header["title"]:
        raise LabError(f"{path}: the header '# title: what must hold' is missing")
    for number in ("cpus", "disk", "memory", "limit"):
        header[number] = int(header[number])
    if header["disk"]:
        header["boot"] = "own"
    for words in ("kernels", "briefly", "system", "packages"):
        header[words] = tuple(header[words].split())
    return Scenario(name=path.stem, path=path, **header)


def every():
    """All scenarios, in the order of their names."""
    return [read(path) for path in sorted(FOLDER.glob("*.sh"))]


def matching(patterns):
    """Those whose name matches one of the globs; all, if there is no glob."""
    return [scenario for scenario in every()
            if not patterns or any(fnmatch.fnmatch(scenario.name, glob) for glob in patterns)]


def in_brief(scenario):
    """The same on those kernels only that a run of everything tries it on."""
    return replace(scenario, kernels=scenario.briefly or scenario.kernels)


def has_long_form(scenario):
    """Whether it does more in a run that may take hours."""
    return "at_length " in scenario.path.read_text()


def at_length(scenario):
    """The same in its long form, with the time for it."""
    return replace(scenario, limit=60 * scenario.limit, is_long=True)
