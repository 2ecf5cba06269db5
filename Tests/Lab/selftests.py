"""The test modules that the kernel has for live patching itself, built from Debian's linux-source.

They are the kernel's own, under GPL-2.0: they are taken from the package when they are needed, and
are in no way part of this repository.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path

import cache
import kernels
import modules
import requirements
from cache import LabError, say

# Of one series for all kernels: they are the same in every one, and the newer has one more.
SERIES = kernels.SERIES[-1]
FOLDER = "tools/testing/selftests/livepatch"
# The tests give some of them parameters, which klpolicy never does: they are built once more, with
# another default, as these folders. File: what stands there, what is to stand there.
DEFAULTS = {
    "kernel-replace": {
        "test_klp_atomic_replace.c": ("static int replace;", "static int replace = 1;"),
        "test_klp_callbacks_demo2.c": ("static int replace;", "static int replace = 1;"),
    },
    "kernel-refuses": {
        "test_klp_callbacks_demo.c": ("static int pre_patch_ret;", "static int pre_patch_ret = -19;"),
    },
}
KBUILD = "obj-m := $(patsubst $(src)/%.c,%.o,$(wildcard $(src)/*.c))\n"


def sources():
    """The folder with the sources, as the package has them."""
    def make(folder):
        package = f"linux-source-{SERIES}"
        say(f"fetching {package}")
        if folder.stat().st_uid == 0:
            shutil.chown(folder, user="_apt")
        if not requirements.apt_get("download", package, cwd=folder):
            requirements.update()
            if not requirements.apt_get("download", package, cwd=folder):
                raise LabError(f"could not fetch the package {package}")
        deb = next(folder.glob("*.deb"))
        taken = subprocess.run(
            f"dpkg-deb --fsys-tarfile {deb.name} | tar -xO ./usr/src/{package}.tar.xz"
            f" | tar -xJ --strip-components=5 --wildcards '{package}/{FOLDER}/*'",
            shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        deb.unlink()
        if not (folder / "test_modules").is_dir():
            raise LabError(f"{package} has no {FOLDER}/test_modules:\n{taken.stdout}")
        if folder.stat().st_uid != 0:
            shutil.chown(folder, user="root")
    return cache.made(cache.root() / "selftests" / SERIES, make)


def changed(work, edits):
    """Leaves those of the sources in a folder that are edited, with the edit made."""
    for path in work.iterdir():
        if path.name not in edits:
            path.unlink()
            continue
        text, (old, new) = path.read_text(), edits[path.name]
        if text.count(old) != 1:
            raise LabError(f"{path.name} of linux-source-{SERIES} no longer has '{old}'")
        path.write_text(text.replace(old, new))


def obtain(kernel):
    """The folder with kernel/*.ko, and one for each of DEFAULTS, built for `kernel`.

    In kernel/ there is call_getpid too, a program that keeps its processor busy with that."""
    taken = sources()
    told = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]

    def make(folder):
        say(f"building the kernel's own test modules for {kernel.release}")
        for build, edits in {"kernel": {}, **DEFAULTS}.items():
            work = folder / f".{build}"
            shutil.copytree(taken / "test_modules", work, ignore=shutil.ignore_patterns("Makefile"))
            if edits:
                changed(work, edits)
            (work / "Kbuild").write_text(KBUILD)
            (folder / build).mkdir()
            for module in modules.compiled(kernel, work, build):
                shutil.move(module, folder / build / module.name)
            shutil.rmtree(work)
        hammer = folder / "kernel" / "call_getpid"
        subprocess.run(
            ["gcc-12", "-O1", "-static", "-o", hammer, taken / "test_klp-call_getpid.c"], check=True)
    return cache.made(cache.root() / "selftests" / kernel.release / told, make)
