"""What scenarios of vendors' packages have: the package managers of this machine, with all that they
depend on, and a repository of packages whose payload are live patches for the guest's kernel."""

import hashlib
import os
import re
import stat
import subprocess
import tempfile
from pathlib import Path

import cache
from cache import LabError, say

PACKAGES = Path(__file__).resolve().parents[1] / "VendorServicesTests" / "packages"
# The payload of each version of the packages: build a of these.
PAYLOAD = ("klp_cmdline", "klp_cmdline_v2", "klp_fails")
# What packages depend on and no package manager runs.
WITHOUT = {
    "adduser", "augeas-lenses", "bash", "ca-certificates", "cdebconf", "coreutils", "dbus", "debconf",
    "debianutils", "dirmngr", "dpkg", "gnupg-l10n", "gpg-wks-client", "gpg-wks-server", "gpgsm",
    "gpgv", "init-system-helpers", "install-info", "libc-bin", "libdb5.3", "libpam0g",
    "media-types", "mount", "netbase", "perl", "perl-base", "pinentry-curses",
    "python3-lib2to3", "sqlite3", "systemd", "tar", "tzdata", "util-linux",
}
LEFT_OUT = re.compile(
    r"/usr/share/(doc|man|locale|info|lintian|bash-completion|icons|python3|gcc|gdb)/"
    r"|/usr/lib/(valgrind|rpm/(?!macros|rpmrc|platform|fileattrs))|\.(a|la)$|/(test|idlelib)/")


def closure(names):
    """The installed packages that these need, themselves included."""
    found, todo = set(), list(names)
    while todo:
        name = todo.pop()
        if name in found or name in WITHOUT:
            continue
        shown = subprocess.run(
            ["dpkg-query", "-W", "-f", "${db:Status-Status}|${Pre-Depends}, ${Depends}", name],
            capture_output=True, text=True).stdout
        if not shown.startswith("installed|"):
            if name in names:
                raise LabError(f"the package {name}, which a scenario asks for, is not installed")
            continue
        found.add(name)
        for alternative in re.split(r"[,|]", shown.partition("|")[2]):
            word = alternative.split()[:1]
            if word:
                todo.append(word[0].partition(":")[0])
    return sorted(found)


def add(archive, names):
    """Put these packages of this machine into the guest's file system, with what they need."""
    listed = subprocess.run(["dpkg", "-L", *closure(names)], capture_output=True, text=True).stdout
    for line in sorted(set(listed.splitlines())):
        path = Path(line)
        if not line.startswith("/") or LEFT_OUT.search(line + ("/" if path.is_dir() else "")):
            continue
        if path.is_symlink():
            if not path.is_dir():
                archive.symbolic(line, os.readlink(path))
        elif path.is_file():
            copy(archive, path)
            if path.suffix == ".py":
                # Compiled: the guest's processor is slow.
                compiled = path.parent / "__pycache__" / f"{path.stem}.cpython-311.pyc"
                if compiled.is_file():
                    copy(archive, compiled)


def copy(archive, path):
    told = path.stat()
    archive.file(str(path), path.read_bytes(), stat.S_IMODE(told.st_mode), int(told.st_mtime))


def repository(release, modules):
    """A folder of packages for a kernel, with the metadata of a repository."""
    payload = [modules / "a" / f"{name}.ko" for name in PAYLOAD]
    content = hashlib.sha256(PACKAGES.read_bytes())
    for path in payload:
        content.update(path.read_bytes())

    def make(folder):
        say(f"building packages for {release}")
        with tempfile.TemporaryDirectory(prefix="klpolicy-lab-") as shop:
            for command in (["sh", PACKAGES, shop, release, *payload],
                            ["createrepo_c", "-q", f"{shop}/rpms"]):
                done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)
                if done.returncode != 0:
                    raise LabError(f"{command[0]} failed:\n{done.stdout}")
            os.rename(f"{shop}/rpms", folder / "rpms")
    return cache.made(
        cache.root() / "rpms" / f"{release}-{content.hexdigest()[:16]}", make) / "rpms"
