#!/usr/bin/env python3
"""Ansible and ansible-lint from PyPI, in the lab's cache, with this repository's collection.

    ansible.py FOLDER    installs the collection into FOLDER as its user would, and prints a shell's
                         assignments that make `ansible-playbook` and its like work with it
"""

import hashlib
import os
import shlex
import subprocess
import sys
from pathlib import Path

import cache
from cache import LabError

TESTS = Path(__file__).resolve().parent.parent
REQUIREMENTS = TESTS / "ansible-requirements.txt"
SOURCE = TESTS.parent / "examples" / "ansible"
NAME = "ansible_collections/klpolicy/livepatch"


def quietly(command, **options):
    """Run a command; what it says is shown when it fails."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, **options)
    if done.returncode != 0:
        raise LabError(f"{' '.join(map(str, command))} failed:\n{done.stdout}")
    return done.stdout


def tools():
    """The folder with Ansible's programs, installed when it is not there."""
    told = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:16]
    folder = cache.root() / "ansible" / told

    def make(new):
        # A virtual environment knows where it lies: it is made in its place, and marked when whole.
        home = folder.with_name(told + ".home")
        quietly([sys.executable, "-m", "venv", "--clear", home])
        quietly([home / "bin/python", "-m", "pip", "install", "--quiet", "--no-deps",
                 "--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes",
                 "--requirement", REQUIREMENTS])
        (new / "whole").touch()
    with cache.exclusive():
        cache.made(folder, make)
    return folder.with_name(told + ".home") / "bin"


def environment(folder, programs):
    """Where Ansible finds the collection, and leaves what it leaves."""
    return {
        "PATH": f"{programs}:{os.environ['PATH']}", "HOME": f"{folder}/home",
        "ANSIBLE_HOME": f"{folder}/home", "ANSIBLE_COLLECTIONS_PATH": str(folder),
        "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_PIPELINING": "true", "LC_ALL": "C.UTF-8",
    }


def install(folder):
    """Build and install the collection as a user does; returns the environment to use it in."""
    given = environment(folder, tools())
    galaxy = [Path(given["PATH"].split(":")[0]) / "ansible-galaxy", "collection"]
    options = {"env": dict(os.environ, **given), "cwd": folder}
    quietly([*galaxy, "build", "--output-path", folder, SOURCE], **options)
    [built] = Path(folder).glob("klpolicy-livepatch-*.tar.gz")
    quietly([*galaxy, "install", "--offline", "--force", "--collections-path", folder, built],
            **options)
    return given


if __name__ == "__main__":
    try:
        for name, value in install(sys.argv[1]).items():
            print(f"export {name}={shlex.quote(value)}")
    except LabError as error:
        sys.exit(str(error))
