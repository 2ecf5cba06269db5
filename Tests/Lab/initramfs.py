"""The guest's root file system: a cpio archive written here, so no root and no tool is needed."""

import hashlib
import lzma
import shutil
import stat
import subprocess
from pathlib import Path

import cache
import kernels
import requirements
import selftests
import variants
import vendors
from cache import LabError, say

GUEST = Path(__file__).resolve().parent / "guest"
CLIENT = GUEST.parents[1] / "VendorServicesTests" / "canonical-livepatch"
ETC = {
    "hostname": "lab\n",
    "machine-id": "0123456789abcdef0123456789abcdef\n",
    "os-release": 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (lab)"\n',
    "passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"
    # Of the package.
    "_klpolicy:x:998:998::/nonexistent:/bin/false\n",
    "group": "root:x:0:\nnogroup:x:65534:\n_klpolicy:x:998:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "hosts": "127.0.0.1 localhost lab\n",
}


class Archive:
    """A cpio archive ("newc") in memory; everything in it belongs to root."""

    def __init__(self):
        self.parts = []
        self.paths = set()
        for folder in ("usr/bin", "usr/sbin", "usr/lib", "usr/lib64"):
            self.folder(folder)
        for link in ("bin", "sbin", "lib", "lib64"):
            self.link(link, f"usr/{link}")

    def _entry(self, path, mode, data=b"", device=(0, 0), changed=0):
        name = path.encode() + b"\0"
        # inode, mode, uid, gid, links, mtime, size, device, device of a node, name size, check
        fields = (len(self.parts) + 1, mode, 0, 0, 1, changed, len(data), 0, 0, *device, len(name), 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields) + name
        self.parts += [header, b"\0" * (-len(header) % 4), data, b"\0" * (-len(data) % 4)]

    def folder(self, path, mode=0o755):
        path = path.strip("/")
        if not path or path in self.paths:
            return
        self.folder(str(Path(path).parent).removeprefix("."))
        self.paths.add(path)
        self._entry(path, stat.S_IFDIR | mode)

    def place(self, path):
        """Where a path leads by the links above; None if there is something already."""
        path = path.strip("/")
        for link in ("bin", "sbin", "lib", "lib64"):
            if path.startswith(link + "/"):
                path = "usr/" + path
        if path in self.paths:
            return None
        self.folder(str(Path(path).parent))
        self.paths.add(path)
        return path

    def file(self, path, data, mode=0o644, changed=0):
        path = self.place(path)
        if path is not None:
            self._entry(path, stat.S_IFREG | mode,
                        data.encode() if isinstance(data, str) else data, changed=changed)

    def symbolic(self, path, target):
        """A link, unless there is something already."""
        path = self.place(path)
        if path is not None:
            self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def link(self, path, target):
        self.paths.add(path)
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def console(self):
        self.folder("dev")
        self._entry("dev/console", stat.S_IFCHR | 0o600, device=(5, 1))

    def tree(self, path, source, mode=0o644):
        for item in sorted(source.rglob("*")):
            if item.is_file() and not item.is_symlink():
                self.file(f"{path}/{item.relative_to(source)}", item.read_bytes(), mode)

    def program(self, path, source):
        """A program with the libraries and the loader that `ldd` names."""
        self.file(path, Path(source).read_bytes(), 0o755)
        shown = subprocess.run(["ldd", source], capture_output=True, text=True).stdout
        for line in shown.splitlines():
            if "not found" in line:
                raise LabError(f"{source} lacks a library: {line.strip()}")
            for word in line.split():
                if word.startswith("/"):
                    self.file(word, Path(word).read_bytes(), 0o755)

    def write(self, path):
        self._entry("TRAILER!!!", 0)
        path.write_bytes(b"".join(self.parts))


def unpacked(package, program):
    """A program of a Debian package, unpacked into the cache so that nothing is installed for it."""
    def make(folder):
        for _ in range(2):
            if requirements.apt_get("download", package, cwd=folder):
                break
            requirements.update()
        packages = list(folder.glob("*.deb"))
        if not packages:
            raise LabError(f"could not fetch the package {package}")
        say(f"unpacking {program}")
        subprocess.run(["dpkg-deb", "-x", packages[0], folder / "tree"], check=True)
        next(folder.glob(f"tree/**/*bin/{program}")).rename(folder / program)
    return cache.made(cache.root() / "tools" / package, make) / program


def busybox():
    """Debian's static busybox: no other busybox has to go for it."""
    return unpacked("busybox-static", "busybox")


def compiled(name):
    """A program of guest/NAME.c, static, so that it needs nothing in the guest."""
    source = GUEST / f"{name}.c"
    told = hashlib.sha256(source.read_bytes()).hexdigest()[:16]

    def make(folder):
        made = subprocess.run(
            ["gcc-12", "-O1", "-Wall", "-Werror", "-static", "-o", folder / name, source],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if made.returncode != 0:
            raise LabError(f"building {source.name} failed:\n{made.stdout}")
    return cache.made(cache.root() / "tools" / f"{name}-{told}", make) / name


def system_program(name):
    """A program of this machine."""
    found = shutil.which(name)
    if found is None:
        raise LabError(f"{name}, which a scenario asks for, is not installed")
    return Path(found).resolve()


def compressed(modules):
    """Some modules as distributions publish them; the guest makes .ko.gz itself."""
    zstd = subprocess.run(
        ["zstd", "-q", "-c", modules / "a" / "klp_version.ko"], stdout=subprocess.PIPE, check=True)
    return {"klp_cmdline.ko.xz": lzma.compress((modules / "a" / "klp_cmdline.ko").read_bytes()),
            "klp_version.ko.zst": zstd.stdout}


def write(path, kernel, modules, other_modules, program, scenarios, queue, tools=()):
    """Write the archive to `path`.

    modules, other_modules: folders of builds, for this kernel and for another one;
    program: the klpolicy binary, or None; scenarios: what may be run; queue: what is run;
    tools: paths of other programs.
    """
    archive = Archive()
    archive.console()
    for folder in ("proc", "sys", "run", "root", "home", "srv", "mnt", "var/lib", "var/tmp"):
        archive.folder(folder)
    archive.folder("tmp", 0o1777)
    for name, text in ETC.items():
        archive.file(f"etc/{name}", text)
    archive.file("usr/bin/busybox", busybox().read_bytes(), 0o755)
    applets = subprocess.run([busybox(), "--list"], capture_output=True, text=True, check=True)
    asked = {name for item in queue for name in item.system}
    packages = sorted({name for item in queue for name in item.packages})
    if packages:
        vendors.add(archive, packages)
        archive.tree("lab/rpms", vendors.repository(kernel.release, modules))
    for applet in applets.stdout.split():
        # Busybox has a small one of some programs that a scenario asks for.
        if applet not in asked | {"busybox"} and f"usr/bin/{applet}" not in archive.paths:
            archive.link(f"usr/bin/{applet}", "busybox")
    archive.program("usr/bin/jq", "/usr/bin/jq")
    archive.program("usr/sbin/adjtimex", unpacked("adjtimex", "adjtimex"))
    archive.file("usr/bin/ends_at", compiled("ends_at").read_bytes(), 0o755)
    if program is not None:
        archive.program("usr/bin/klpolicy", program)
    for name in sorted(asked):
        archive.program(f"usr/bin/{name}", system_program(name))
    for tool in tools:
        archive.program(f"usr/bin/{tool.name}", tool)
    # One of the kernel's own modules, by which klpolicy knows what the others must be like.
    installed = f"kernel/{kernels.SIGNED}.ko"
    archive.file(f"usr/lib/modules/{kernel.release}/{installed}",
                 kernels.signed_module(kernel.release))
    archive.file(f"usr/lib/modules/{kernel.release}/modules.dep", f"{installed}:\n")
    archive.tree(f"usr/lib/modules/{kernel.release}", kernel.folder / "lib/modules" / kernel.release)
    # What a host with the kernel's headers has: the checksums of the symbols that modules use.
    headers = kernel.headers.relative_to(kernel.folder)
    archive.file(f"{headers}/Module.symvers", (kernel.headers / "Module.symvers").read_bytes())
    archive.link(f"usr/lib/modules/{kernel.release}/build", f"/{headers}")
    config = kernel.folder / "boot" / f"config-{kernel.release}"
    archive.file(f"boot/{config.name}", config.read_bytes())
    archive.tree("lab/modules", modules)
    made = variants.obtain(kernel, modules)
    archive.tree("lab/modules/variants", made / "variants")
    archive.tree("lab/modules/v", made / "v")
    archive.file("usr/bin/module-trial", (made / "module-trial").read_bytes(), 0o755)
    for name, data in compressed(modules).items():
        archive.file(f"lab/modules/packed/{name}", data)
    archive.tree("lab/modules/other", other_modules / "a")
    if any(item.modules == "kernel" for item in queue):
        for build in selftests.obtain(kernel).iterdir():
            archive.tree(f"lab/modules/{build.name}", build)
    archive.tree("lab/guest", GUEST, 0o755)
    archive.file("lab/canonical-livepatch", CLIENT.read_bytes(), 0o755)
    archive.file("init", (GUEST / "init").read_bytes(), 0o755)
    for scenario in scenarios:
        archive.file(f"lab/scenarios/{scenario.name}.sh", scenario.path.read_bytes())
    if any(item.is_long for item in queue):
        archive.file("lab/long", "")
    archive.file("lab/queue", "".join(f"{item.name} {item.limit}\n" for item in queue))
    archive.write(path)
