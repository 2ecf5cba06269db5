"""The Debian packages that the lab needs, installed when that is possible."""

import os
import shutil
import subprocess

from cache import LabError, say

# Package: what it is needed for.
LAB = {
    "qemu-system-x86": "the virtual machine",
    "jq": "reading JSON in scenarios",
    "kmod": "depmod for the guest's /lib/modules",
    "gcc-12": "the compiler that Debian 12's kernels were built with",
    "binutils": "strip",
    "make": "building the live-patch modules",
    "libelf1": "objtool of the kernel's build system",
    "libc6-dev": "the guest's program that loads modules",
    "openssl": "signing modules",
    "e2fsprogs": "disks that outlive a boot",
    "zstd": "compressed modules",
}
# What the full guest needs beside that.
SYSTEM = {
    "debootstrap": "the full guest's files",
    "e2fsprogs": "the full guest's disk",
    "qemu-utils": "a disk for each scenario over the full guest's",
    "openssh-client": "the way into the full guest",
    "debhelper": "klpolicy's package, which is installed in it",
    "dpkg-dev": "klpolicy's package",
}
# What the packages of vendors are built with.
VENDORS = {
    "rpm": "rpmbuild, for packages as vendors have them",
    "createrepo-c": "a repository of them",
}
PROGRAM = {
    "libyaml-dev": "building klpolicy",
    "libkmod-dev": "building klpolicy",
    "libssl-dev": "building klpolicy",
    "liblzma-dev": "building klpolicy",
    "libzstd-dev": "building klpolicy",
    "zlib1g-dev": "building klpolicy",
    "pkg-config": "building klpolicy",
}


def installed(package):
    shown = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
        capture_output=True, text=True)
    return shown.returncode == 0 and shown.stdout == "installed"


def apt_get(*arguments, cwd=None):
    """Run apt-get quietly; its output is shown only when it fails. Returns whether it worked."""
    done = subprocess.run(
        ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", *arguments], cwd=cwd,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))
    if done.returncode != 0:
        say(f"apt-get {' '.join(arguments)} failed:\n{done.stdout.strip()}")
    return done.returncode == 0


_updated = False


def update():
    """Refresh the package lists, once a run and only as root. Returns whether that was done."""
    global _updated
    if _updated or os.geteuid() != 0:
        return False
    _updated = True
    say("refreshing the package lists")
    return apt_get("update")


def ensure(packages):
    """Install what is missing of `packages` (a mapping to reasons), or say what to install."""
    if not shutil.which("dpkg-query"):
        raise LabError("the lab needs Debian 12 (there is no dpkg-query here)")
    missing = [name for name in packages if not installed(name)]
    if not missing:
        return
    command = "apt-get install --no-install-recommends " + " ".join(missing)
    if os.geteuid() != 0:
        wanted = "\n".join(f"  {name}: {packages[name]}" for name in missing)
        raise LabError(f"packages are missing:\n{wanted}\nas root: {command}")
    say(f"installing {' '.join(missing)}")
    update()
    if not apt_get("install", "-y", "--no-install-recommends", *missing):
        raise LabError(f"could not install what is needed: {command}")
