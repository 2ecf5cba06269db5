"""The klpolicy binary that is tried: given, or the release build of this repository."""

import shutil
import subprocess
from pathlib import Path

import requirements
from cache import LabError, say

REPOSITORY = Path(__file__).resolve().parents[2]
BUILD = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--disable-local-rpath"]


def obtain(given):
    """The path of the binary, or None when there is nothing to build one from."""
    if given is not None:
        path = Path(given).resolve()
        if not path.is_file():
            raise LabError(f"no such binary: {given}")
        return path
    if not (REPOSITORY / "Package.swift").is_file():
        say("there is no Package.swift yet, so no klpolicy: scenarios that need it will fail")
        return None
    if not shutil.which("swift"):
        raise LabError("there is no swift here: install the toolchain, or give --binary PATH")
    requirements.ensure(requirements.PROGRAM)
    say("building klpolicy (release)")
    built = subprocess.run(
        [*BUILD, "--product", "klpolicy"], cwd=REPOSITORY, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if built.returncode != 0:
        raise LabError(f"the build failed:\n{built.stdout}")
    shown = subprocess.run(
        [*BUILD, "--show-bin-path"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return Path(shown.stdout.strip()) / "klpolicy"


def package(binary, folder):
    """The Debian package of a binary; None where it cannot be packed, as a debug build that has Swift's
    libraries beside it."""
    shown = subprocess.run(["ldd", binary], capture_output=True, text=True).stdout
    if "libswift" in shown:
        say(f"{binary} is linked to Swift's own libraries, so there is no package of it")
        return None
    say("packing klpolicy")
    made = subprocess.run(
        [REPOSITORY / ".package/build", "--binary", binary, "--out", folder],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode != 0:
        raise LabError(f"the package could not be built:\n{made.stdout}")
    return Path(made.stdout.splitlines()[-1])


def tool(name):
    """The path of a program that only tests need: a debug build, which is quicker made."""
    if not shutil.which("swift"):
        raise LabError(f"there is no swift here to build {name} with: install the toolchain")
    requirements.ensure(requirements.PROGRAM)
    say(f"building {name}")
    build = ["swift", "build", "--product", name]
    built = subprocess.run(
        build, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    if built.returncode != 0:
        raise LabError(f"the build failed:\n{built.stdout}")
    shown = subprocess.run(
        [*build, "--show-bin-path"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return Path(shown.stdout.strip()) / name
