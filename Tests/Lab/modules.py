"""The lab's own live-patch modules, built for a kernel and kept as long as their source stays."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import cache
from cache import LabError, say

SOURCES = Path(__file__).resolve().parent / "modules"
# Two builds of every module: they differ in what they show and in their build ID. The first is
# stripped, as packaged modules are; the second keeps its debug information.
BUILDS = ("a", "b")


def digest(folder):
    """A digest of everything in `folder` that modules are built from."""
    told = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(folder.iterdir()):
        if path.suffix in (".c", ".h") or path.name == "Kbuild":
            told.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()[:16]


def compiled(kernel, sources, build, *options):
    """Compile the modules in `sources`, a folder that the caller throws away: the .ko files."""
    made = subprocess.run(
        ["make", "-j2", "-C", kernel.headers, f"M={sources}", f"LAB_SRC={kernel.headers.parent}",
         f"LAB_BUILD={build}", *options, "modules"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode != 0:
        raise LabError(f"building the modules for {kernel.release} failed:\n{made.stdout}")
    return list(sources.glob("*.ko"))


def strip(module):
    subprocess.run(["strip", "--strip-debug", module], check=True)


def compile_build(kernel, build, folder):
    work = folder / f".{build}"
    shutil.copytree(SOURCES, work)
    (folder / build).mkdir()
    for module in compiled(kernel, work, build):
        if build == BUILDS[0]:
            strip(module)
        shutil.move(module, folder / build / module.name)
    shutil.rmtree(work)


def obtain(kernel):
    """The folder with a/*.ko and b/*.ko for `kernel`, built if sources or kernel are new."""
    def make(folder):
        say(f"building the modules for {kernel.release}")
        for build in BUILDS:
            compile_build(kernel, build, folder)
    return cache.made(cache.root() / "modules" / kernel.release / digest(SOURCES), make)
