"""Modules that fit a kernel and modules that do not, and what the kernel says to each of them.

They are made from the lab's own modules by editing them (`elf.Module`), signing, packing and
cutting. `inspect` foretells each of them, and then it is loaded: see the scenario
`inspect-foretells-the-kernel`. README.md says how to add one.
"""

import copy
import gzip
import hashlib
import lzma
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cache
import elf
import kernels
import modules
from cache import LabError, say

HERE = Path(__file__).resolve().parent
# What only variants are made from, and the guest's program that loads them.
SOURCES = modules.SOURCES / "variants"
TRIAL = HERE / "guest" / "module-trial.c"
LOADS = "loads"
MARKER = b"~Module signature appended~\n"


@dataclass(frozen=True)
class Variant:
    """One module, in one state of the guest."""
    name: str
    make: object            # called with a Workshop; bytes, or something that gives bytes
    kernel: str             # what finit_module says: LOADS, or an errno's name
    state: str = "idle"     # of the guest; the scenario knows how to bring it about
    # Where klpolicy means to be stricter than a kernel that loads it: the reason that it gives.
    stricter: str = ""
    # Its file does not tell, or not all: klpolicy may say that it does not know, or refuse it with
    # no errno to foretell.
    untold: bool = False
    # A suffix, and what packs the module that is inspected: what is loaded has been unpacked.
    packed: tuple = ()


class Workshop:
    """What variants are made from, for one kernel."""

    def __init__(self, kernel, builds, folder, signed):
        """builds: of the lab's modules; folder: of the builds for variants alone, and for scratch;
        signed: a module that the kernel's vendor signed."""
        self.kernel = kernel
        self.builds = builds
        self.folder = folder
        self.signed = signed
        # Of the same flavour, and never released.
        self.other = kernel.release.replace(".", ".99", 1)
        self.scratch = folder / ".keys"

    def built(self, name, build="a"):
        folder = self.folder / "v" if build == "v" else self.builds / build
        return (folder / f"{name}.ko").read_bytes()

    def module(self, name, build="a"):
        return elf.Module(self.built(name, build))

    def tool(self, *command, data):
        """The bytes of a module after a command that edits it in place has been at it."""
        path = self.folder / ".edited.ko"
        path.write_bytes(data)
        subprocess.run([*command, path], check=True, stderr=subprocess.DEVNULL)
        edited = path.read_bytes()
        path.unlink()
        return edited

    def signature(self, data, *options):
        """A PKCS#7 signature by a key that no kernel knows."""
        key, certificate = self.scratch / "key.pem", self.scratch / "certificate.pem"
        if not key.exists():
            self.scratch.mkdir()
            subprocess.run(
                ["openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "36500",
                 "-subj", "/CN=klpolicy lab", "-keyout", key, "-out", certificate],
                check=True, stderr=subprocess.DEVNULL)
        return subprocess.run(
            ["openssl", "cms", "-sign", "-binary", "-nocerts", "-outform", "DER", "-inkey", key,
             "-signer", certificate, *(options or ("-noattr", "-md", "sha256"))],
            input=data, check=True, capture_output=True).stdout

    def sign(self, data, *options):
        return data + trailer(self.signature(data, *options))


def trailer(signature, length=None, kind=2, first=0, pad=b"\0\0\0"):
    """What follows a module: a signature, how it is to be read, and the marker."""
    length = len(signature) if length is None else length
    return signature + struct.pack(">BBBBB3sI", first, 0, kind, 0, 0, pad, length) + MARKER


def flipped(data, at):
    """The data with one bit changed."""
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def reaching(shop, name, position=0):
    """klp_reach, whose reference to what is not exported becomes a live-patch relocation."""
    module = shop.module("klp_reach", "v")
    section = module[".rela.lab.reach"]
    section.name = ".klp.rela.vmlinux..lab.reach"
    section.flags |= elf.ALLOC | elf.LIVEPATCH_RELA
    return module.symbol(
        "loadavg_proc_show", f".klp.sym.vmlinux.{name},{position}", elf.LIVEPATCH_SYMBOL)


def foreign_elf(shop, machine):
    """An object of another machine, made by the compiler itself."""
    path = shop.folder / ".foreign.o"
    subprocess.run(["gcc-12", machine, "-c", "-x", "c", "-o", path, "-"], check=True,
                   input=b"int init_module(void) { return 0; }\n")
    data = path.read_bytes()
    path.unlink()
    return data


def byte(data, at, value):
    changed = bytearray(data)
    changed[at] = value
    return bytes(changed)


def cmdline(shop):
    return shop.module("klp_cmdline")


def vermagic(shop, old, new):
    module = cmdline(shop)
    value = module.informed("vermagic")
    assert old in value
    return module.information("vermagic", value.replace(old, new))


def without_versions(module):
    module["__versions"].name = "__unversioned"
    return module


def doubled(module, name):
    """The module with a section twice."""
    module.sections.append(copy.deepcopy(module[name]))
    return module


def with_section(module, name, kind, flags, data=b"", size=0, link=0, info=0, entry=0):
    module.sections.append(
        elf.Section(name, kind, flags, size or len(data), link, info, 16, entry, bytearray(data)))
    return module


def number_of(module, name):
    return module.sections.index(module[name])


def without_init(shop):
    """Its struct module does not say where its init is."""
    module = cmdline(shop)
    init = next(index for index, name, _ in module.symbols() if name == "init_module")
    data = module[".rela.gnu.linkonce.this_module"].data
    data[:] = b"".join(entry for entry in (data[at:at + 24] for at in range(0, len(data), 24))
                       if struct.unpack_from("<I", entry, 12)[0] != init)
    return module


def short_relocation(shop):
    """An address of 64 bits in 32 that are not extended by their sign."""
    module = cmdline(shop)
    data = module[".rela.init.text"].data
    at = next(at for at in range(0, len(data), 24) if struct.unpack_from("<I", data, at + 8)[0] == 11)
    struct.pack_into("<I", data, at + 8, 10)
    return module


def nameless_symbol(shop):
    module = cmdline(shop)
    module[".symtab"].data += elf.SYMBOL.pack(0, 0x10, 0, 0, 0, 0)
    return module


def names_without_end(shop):
    """The table of the sections' names does not end with a zero."""
    data = bytearray(bytes(cmdline(shop)))
    table, names = struct.unpack_from("<Q", data, 40)[0], struct.unpack_from("<H", data, 62)[0]
    header = table + 64 * names
    start, size = struct.unpack_from("<QQ", data, header + 24)
    data += data[start:start + size] + b"x"
    struct.pack_into("<QQ", data, header + 24, len(data) - size - 1, size + 1)
    return bytes(data)


def first_section(shop, at, value):
    """A field of the first section header, which has to be empty."""
    data = bytearray(bytes(cmdline(shop)))
    table = struct.unpack_from("<Q", data, 40)[0]
    struct.pack_into("<I", data, table + at, value)
    return bytes(data)


def kind_of(shop, name, kind):
    module = cmdline(shop)
    module[name].type = kind
    return module


def writable_text(shop):
    module = cmdline(shop)
    module[".text"].flags |= 1
    return module


def odd_relocation(shop):
    module = cmdline(shop)
    struct.pack_into("<I", module[".rela.text"].data, 8, 99)
    return module


def good():
    """Those that fit."""
    yield Variant("plain", lambda s: s.built("klp_cmdline"), LOADS)
    yield Variant("debug-information", lambda s: s.built("klp_cmdline", "b"), LOADS)
    yield Variant("taken-apart-and-put-together", cmdline, LOADS)
    yield Variant("section-headers-first", lambda s: cmdline(s).headers_first()[0], LOADS)
    yield Variant("stripped-of-debug-information", lambda s: s.tool(
        "strip", "--strip-debug", data=s.built("klp_version", "b")), LOADS)
    yield Variant("replace", lambda s: s.built("klp_all"), LOADS)
    yield Variant("state", lambda s: s.built("klp_states", "v"), LOADS)
    # What a pre-patch callback says, only running it shows.
    yield Variant("callbacks", lambda s: s.built("klp_callbacks", "v"), LOADS, untold=True)
    yield Variant("several-objects", lambda s: s.built("klp_objects", "v"), LOADS)
    yield Variant("several-objects-one-loaded", lambda s: s.built("klp_objects", "v"), LOADS, "target")
    yield Variant("object-without-functions", lambda s: s.built("klp_idle", "v"), LOADS)
    yield Variant("absent-target", lambda s: s.built("klp_stall"), LOADS)
    yield Variant("loaded-target", lambda s: s.built("klp_stall"), LOADS, "target")
    yield Variant("position-of-an-only-one", lambda s: cmdline(s).word("lab_funcs", 16, 1), LOADS)
    # Which of those of one name ftrace can hook, tracefs does not tell.
    yield Variant("one-of-many", lambda s: cmdline(s).text("cmdline_proc_show", "s_show")
                  .word("lab_funcs", 16, 1), LOADS, untold=True)
    yield Variant("weak-symbol-missing", lambda s: s.built("klp_weak", "v"), LOADS)
    yield Variant("reaches-what-is-not-exported", lambda s: reaching(s, "loadavg_proc_show"), LOADS)
    yield Variant("signed-unknown-key", lambda s: s.sign(s.built("klp_cmdline")), LOADS)
    yield Variant("signed-sha512", lambda s: s.sign(
        s.built("klp_cmdline"), "-noattr", "-md", "sha512"), LOADS)
    yield Variant("rubbish-behind-it", lambda s: s.built("klp_cmdline") + b"rubbish" * 9, LOADS)
    # No file of the guest has the checksums of what lab_giver exports, nor its namespace.
    yield Variant("needs-a-module-that-is-there", lambda s: s.built("klp_taker", "v"), LOADS, "giver",
                  untold=True)
    yield Variant("exports-a-symbol", lambda s: s.built("klp_exports", "v"), LOADS, "giver")
    yield Variant("namespace-of-the-kernel", lambda s: s.built("klp_spaced", "v"), LOADS)
    yield Variant("kprobe-that-shares", lambda s: s.built("klp_version"), LOADS, "probe")
    # The kernel holds module_blacklist= against the name in .modinfo, not that of the module.
    yield Variant("barred-by-its-other-name", lambda s: cmdline(s).rename("klp_barred"), LOADS)
    yield Variant("no-retpoline", lambda s: cmdline(s).information("retpoline", None), LOADS)
    # The kernel looks for the key alone.
    yield Variant("livepatch-n", lambda s: cmdline(s).information("livepatch", "N"), LOADS)
    yield Variant("enabled-on-request", lambda s: s.built("klp_asks", "v"), LOADS, untold=True)
    yield Variant("kpatch-build", lambda s: s.built("klp_kpatch", "v"), LOADS)
    for suffix, pack in (
            (".xz", lambda data, s: lzma.compress(data, check=lzma.CHECK_CRC32)),
            (".gz", lambda data, s: gzip.compress(data, mtime=0)),
            (".zst", lambda data, s: subprocess.run(
                ["zstd", "-q", "-c"], input=data, capture_output=True, check=True).stdout)):
        yield Variant(f"packed{suffix}", lambda s: s.built("klp_cmdline"), LOADS, packed=(suffix, pack))


def stricter():
    """Those that this kernel loads and klpolicy does not."""
    # CONFIG_MODULE_FORCE_LOAD: it is loaded, and the kernel tainted.
    yield Variant("no-versions", lambda s: without_versions(cmdline(s)), LOADS,
                  stricter="incompatible-symbol")
    yield Variant("other-release", lambda s: vermagic(s, s.kernel.release, s.other), LOADS,
                  stricter="incompatible-vermagic")
    yield Variant("no-vermagic", lambda s: cmdline(s).information("vermagic", None), LOADS,
                  stricter="incompatible-vermagic")
    yield Variant("no-build-id", lambda s: s.tool(
        "objcopy", "-R", ".note.gnu.build-id", data=s.built("klp_cmdline")), LOADS,
        stricter="no-build-id")
    yield Variant("no-livepatch", lambda s: s.built("lab_plain"), LOADS, stricter="not-a-livepatch")
    yield Variant("never-enables", lambda s: s.built("klp_silent"), LOADS, stricter="not-a-livepatch")
    yield Variant("depends-on-what-it-does-not-use", lambda s: cmdline(s).information(
        "depends", "lab_giver"), LOADS, stricter="depends-missing")
    yield Variant("class-of-32-bits", lambda s: byte(s.built("klp_cmdline"), 4, 1), LOADS,
                  stricter="not-a-module")
    yield Variant("bytes-in-the-other-order", lambda s: byte(s.built("klp_cmdline"), 5, 2), LOADS,
                  stricter="not-a-module")
    yield Variant("signed-by-the-vendor", lambda s: s.signed, LOADS, stricter="not-a-livepatch")
    yield Variant("function-of-another-patch", lambda s: s.built("klp_cmdline_v2"), LOADS, "taken",
                  stricter="function-conflict")


def bad():
    """Those that the kernel refuses."""
    yield Variant("flavour-flags", lambda s: vermagic(s, "SMP preempt", "SMP"), "ENOEXEC")
    yield Variant("other-release-without-versions", lambda s: without_versions(
        vermagic(s, s.kernel.release, s.other)), "ENOEXEC")
    yield Variant("of-the-other-kernel", lambda s: "/lab/modules/other/klp_cmdline.ko", "ENOEXEC")
    yield Variant("crc-of-module-layout", lambda s: cmdline(s).crc("module_layout"), "ENOEXEC")
    yield Variant("crc-of-a-symbol", lambda s: cmdline(s).crc("klp_enable_patch"), "EINVAL")
    yield Variant("symbol-without-version", lambda s: cmdline(s).unversioned("klp_enable_patch"),
                  "EINVAL")
    yield Variant("layout-without-version", lambda s: cmdline(s).unversioned("module_layout"),
                  "ENOEXEC")
    yield Variant("symbol-missing", lambda s: cmdline(s).symbol(
        "klp_enable_patch", "klp_enable_nothing"), "ENOENT")
    yield Variant("proprietary", lambda s: cmdline(s).information("license", "Proprietary"), "ENOENT")
    yield Variant("no-license", lambda s: cmdline(s).information("license", None), "ENOENT")
    yield Variant("needs-a-module-that-is-absent", lambda s: s.built("klp_taker", "v"), "ENOENT")
    yield Variant("namespace-not-imported", lambda s: s.module("klp_taker", "v").information(
        "import_ns", "LAB_OTHER"), "EINVAL", "giver", untold=True)
    yield Variant("exports-what-another-exports", lambda s: s.module("klp_exports", "v").replace(
        "__ksymtab_strings", b"lab_givex", b"lab_given"), "ENOEXEC", "giver")
    yield Variant("exports-what-the-kernel-exports", lambda s: s.module("klp_exports", "v").text(
        "lab_givex", "kfree", "__ksymtab_strings"), "ENOEXEC")
    yield Variant("namespace-of-the-kernel-not-imported", lambda s: s.module(
        "klp_spaced", "v").information("import_ns", "LAB_OTHER"), "EINVAL")
    for name, text, position in (
            ("function-missing", "cmdline_proc_none", 0), ("function-ambiguous", "s_show", 0),
            ("function-beyond-the-last", "s_show", 99), ("function-second-of-one", "cmdline_proc_show", 2),
            ("function-untraceable", "do_syscall_64", 0), ("function-is-data", "jiffies_64", 0)):
        yield Variant(name, lambda s, text=text, position=position: cmdline(s).text(
            "cmdline_proc_show", text).word("lab_funcs", 16, position), "EINVAL")
    for name, text, position in (
            ("kpatch-build-missing", "version_proc_none", 0), ("kpatch-build-ambiguous", "s_show", 0),
            ("kpatch-build-untraceable", "do_syscall_64", 0)):
        yield Variant(name, lambda s, text=text, position=position: s.module("klp_kpatch", "v").text(
            "version_proc_show", text, ".kpatch.strings"), "EINVAL")
    yield Variant("function-missing-in-a-target", lambda s: s.module("klp_stall").text(
        "lab_target_text", "lab_target_none"), "EINVAL", "target")
    yield Variant("function-twice", lambda s: s.built("klp_twice", "v"), "EEXIST")
    yield Variant("reaches-what-is-not-there", lambda s: reaching(s, "loadavg_proc_none"), "EINVAL")
    yield Variant("reaches-one-of-many", lambda s: reaching(s, "s_show"), "EINVAL")
    yield Variant("no-list-of-functions", lambda s: s.built("klp_no_funcs", "v"), "EINVAL")
    yield Variant("no-objects", lambda s: s.built("klp_no_objs", "v"), "EINVAL")
    yield Variant("no-new-function", lambda s: s.built("klp_no_new", "v"), "EINVAL")
    yield Variant("function-without-name", lambda s: s.built("klp_nameless", "v"), "EINVAL")
    yield Variant("name-of-a-target-too-long", lambda s: s.built("klp_long_object", "v"), "EINVAL")
    yield Variant("not-marked", lambda s: cmdline(s).information("livepatch", None), "EINVAL")
    yield Variant("barred-by-name", lambda s: cmdline(s).rename("klp_barred").information(
        "name", "klp_barred"), "EPERM")
    yield Variant("name-of-a-loaded-patch", lambda s: s.built("klp_cmdline"), "EEXIST", "taken")
    yield Variant("name-of-a-loaded-module", lambda s: cmdline(s).rename("lab_giver"), "EEXIST", "giver")
    yield Variant("older-state", lambda s: s.built("klp_states_old", "v"), "EINVAL", "state",
                  untold=True)
    yield Variant("kprobe-in-the-way", lambda s: s.built("klp_version"), "EBUSY", "probe-post")
    yield Variant("ftrace-off", lambda s: s.built("klp_cmdline"), "EBUSY", "ftrace-off")
    yield Variant("in-another-transition", lambda s: s.built("klp_cmdline"), "EBUSY", "transition")

    # What is no module, or a damaged one.
    yield Variant("empty", lambda s: b"", "EINVAL")
    yield Variant("a-byte", lambda s: b"\x7f", "ENOEXEC")
    yield Variant("text", lambda s: b"no module\n" * 20, "ENOEXEC")
    yield Variant("zeros", lambda s: bytes(100_000), "ENOEXEC")
    yield Variant("elf-header-alone", lambda s: s.built("klp_cmdline")[:64], "ENOEXEC")
    yield Variant("half", lambda s: s.built("klp_cmdline")[:3000], "ENOEXEC")
    yield Variant("last-byte-missing", lambda s: s.built("klp_cmdline")[:-1], "ENOEXEC")
    yield Variant("executable", lambda s: byte(s.built("klp_cmdline"), 16, 2), "ENOEXEC")
    yield Variant("of-another-machine", lambda s: byte(s.built("klp_cmdline"), 18, 183), "ENOEXEC")
    yield Variant("of-32-bits", lambda s: foreign_elf(s, "-m32"), "ENOEXEC")
    yield Variant("an-object-file", lambda s: foreign_elf(s, "-m64"), "ENOEXEC")
    yield Variant("stripped-of-all-symbols", lambda s: s.tool(
        "strip", "--strip-all", data=s.built("klp_cmdline")), "ENOEXEC")
    # Without a symbol for the new function, the kernel does not find how long it is.
    yield Variant("stripped-of-what-is-unneeded", lambda s: s.tool(
        "strip", "--strip-unneeded", data=s.built("klp_cmdline", "b")), "ENOENT", untold=True)
    yield Variant("text-that-is-writable", writable_text, "ENOEXEC")
    yield Variant("common-symbol", lambda s: cmdline(s).symbol("lab_funcs", section=0xfff2), "ENOEXEC")
    yield Variant("relocation-of-no-kind", odd_relocation, "ENOEXEC")

    # Signatures that are none.
    yield Variant("signed-by-the-vendor-and-changed", lambda s: flipped(s.signed, 70), "EKEYREJECTED",
                  untold=True)
    yield Variant("signed-with-attributes", lambda s: s.sign(
        s.built("klp_cmdline"), "-md", "sha256"), "EKEYREJECTED")
    yield Variant("signature-of-rubbish", lambda s: s.built("klp_cmdline") + trailer(b"rubbish" * 40),
                  "EBADMSG")
    yield Variant("signature-of-nothing", lambda s: s.built("klp_cmdline") + trailer(b""), "EBADMSG")
    yield Variant("signature-too-long", lambda s: s.built("klp_cmdline") + trailer(
        s.signature(s.built("klp_cmdline")), length=1 << 20), "EBADMSG")
    yield Variant("signature-with-a-byte-set", lambda s: s.built("klp_cmdline") + trailer(
        s.signature(s.built("klp_cmdline")), pad=b"\0\0\1"), "EBADMSG")
    yield Variant("marker-alone", lambda s: MARKER, "ENOEXEC")


def signed():
    """Signatures that the kernel does not trust; it loads them while nobody insists."""
    yield Variant("signed-unknown-key-and-changed", lambda s: s.sign(s.built("klp_cmdline")).replace(
        b"klpolicy lab", b"Klpolicy lab", 1), LOADS)
    yield Variant("signature-of-another-kind", lambda s: s.built("klp_cmdline") + trailer(
        s.signature(s.built("klp_cmdline")), kind=1), LOADS)
    yield Variant("signature-without-its-last-byte", lambda s: s.sign(s.built("klp_cmdline"))[:-1], LOADS)


def lying(shop):
    """Whose parts contradict each other, or are not what they seem."""
    newer = not shop.kernel.release.startswith("6.1.")

    def since_then(error):
        """What a newer kernel looks at, and 6.1 does not."""
        return (error, "") if newer else (LOADS, "not-a-module")

    yield Variant("named-like-something-built-in", lambda s: cmdline(s).rename("printk"), "EINVAL")
    yield Variant("object-called-vmlinux", lambda s: s.built("klp_named", "v"), LOADS,
                  stricter="function-not-patchable")
    yield Variant("object-twice", lambda s: s.module("klp_objects", "v").text(
        "lab_absent", "lab_target"), "EEXIST")
    yield Variant("function-with-a-long-name", lambda s: s.built("klp_long_function", "v"), "EINVAL")
    # What states the patches in memory have, the kernel does not show.
    yield Variant("replaces-a-patch-with-a-state", lambda s: s.built("klp_all"), "EINVAL", "state",
                  untold=True)
    yield Variant("kpatch-build-stripped", lambda s: s.tool(
        "strip", "--strip-unneeded", data=s.built("klp_kpatch", "v")), "ENOENT")
    yield Variant("init-that-is-not-called", without_init, LOADS, stricter="not-a-livepatch")
    for name, section, error in (
            ("information", ".modinfo", "ENOEXEC"),
            ("struct-module", ".gnu.linkonce.this_module", "ENOEXEC"), ("symbols", ".symtab", "ENOEXEC"),
            ("build-id", ".note.gnu.build-id", "EEXIST"), ("code", ".text", "EEXIST")):
        kernel, beyond = since_then(error)
        yield Variant(f"{name}-twice", lambda s, section=section: doubled(cmdline(s), section), kernel,
                      stricter=beyond)
    yield Variant("relocations-without-addends", lambda s: with_section(
        cmdline(s), ".rel.text", 9, 0, bytes(16), link=number_of(cmdline(s), ".symtab"),
        info=number_of(cmdline(s), ".text"), entry=16), "ENOEXEC")
    yield Variant("address-cut-short", short_relocation, "ENOEXEC")
    yield Variant("symbol-without-name", nameless_symbol, "ENOENT")
    yield Variant("names-of-sections-without-end", names_without_end, "ENOEXEC")
    yield Variant("first-section-with-a-size", lambda s: first_section(s, 32, 1), "ENOEXEC")
    yield Variant("first-section-with-a-type", lambda s: first_section(s, 4, 1), "ENOEXEC")
    yield Variant("build-id-in-no-note", lambda s: kind_of(s, ".note.gnu.build-id", 1), LOADS,
                  stricter="no-build-id")
    yield Variant("larger-than-memory", lambda s: with_section(
        cmdline(s), ".lab", elf.NOBITS, 3, size=3 << 30), "ENOMEM")
    # How much of that is left, the kernel does not show.
    yield Variant("much-for-each-processor", lambda s: with_section(
        cmdline(s), ".data..percpu", elf.NOBITS, 3, size=24 << 10), "ENOMEM", untold=True)
    yield Variant("packed-twice", lambda s: gzip.compress(s.built("klp_cmdline"), mtime=0), "ENOEXEC",
                  packed=(".xz", lambda data, s: lzma.compress(data, check=lzma.CHECK_CRC32)))
    yield Variant("another-blank-in-vermagic", lambda s: vermagic(
        s, "SMP preempt", "SMP\u00a0preempt"), "ENOEXEC")


def cut(shop):
    """A module whose section headers come first, ending where each of its sections begins."""
    module = cmdline(shop)
    data, starts = module.headers_first()
    for section, start in zip(module.sections, starts):
        if section.data:
            yield Variant(f"cut-before{section.name.replace('_', '-')}",
                          lambda s, start=start: data[:start], "ENOEXEC")


def guarded():
    """Where the kernel guards what it loads."""
    for state, unsigned in (("lockdown", "EPERM"), ("enforced", "EKEYREJECTED")):
        yield Variant(f"{state}-unsigned", lambda s: s.built("klp_cmdline"), unsigned, state)
        yield Variant(f"{state}-unknown-key", lambda s: s.sign(s.built("klp_cmdline")), unsigned, state)
        yield Variant(f"{state}-signature-of-another-kind", lambda s: s.built("klp_cmdline") + trailer(
            s.signature(s.built("klp_cmdline")), kind=1), unsigned, state)
        yield Variant(f"{state}-bad-trailer", lambda s: s.built("klp_cmdline") + trailer(
            s.signature(s.built("klp_cmdline")), first=1), "EBADMSG", state)
        yield Variant(f"{state}-by-the-vendor", lambda s: s.signed, LOADS, state,
                      stricter="not-a-livepatch")
        yield Variant(f"{state}-by-the-vendor-and-changed", lambda s: flipped(s.signed, 70),
                      "EKEYREJECTED", state, untold=True)
    yield Variant("no-more-modules", lambda s: s.built("klp_cmdline"), "EPERM", "closed")
    yield Variant("no-more-modules-by-the-vendor", lambda s: s.signed, "EPERM", "closed")


def refusing():
    """Refused by the module's own code, which only running it shows."""
    yield Variant("init-refuses", lambda s: s.built("klp_refuses", "v"), "EPERM", untold=True)
    yield Variant("callback-refuses", lambda s: s.built("klp_fails"), "ENODEV", untold=True)


def every(shop):
    return [*good(), *stricter(), *signed(), *bad(), *lying(shop), *cut(shop), *guarded(), *refusing()]


def write(shop, target):
    """Make them all in `target`.

    `cases` there has a line for each: state, name, the file to inspect, the file to load, what the
    kernel says, and what klpolicy says beyond that (a reason, "untold", or "-").
    """
    target.mkdir()
    names, lines = set(), []
    for variant in every(shop):
        assert variant.name not in names, variant.name
        names.add(variant.name)
        made = variant.make(shop)
        if isinstance(made, str):
            loaded = made
        else:
            (target / f"{variant.name}.ko").write_bytes(bytes(made))
            loaded = f"/lab/modules/variants/{variant.name}.ko"
        inspected = loaded
        if variant.packed:
            suffix, pack = variant.packed
            (target / f"{variant.name}.ko{suffix}").write_bytes(pack(bytes(made), shop))
            inspected += suffix
        beyond = variant.stricter or ("untold" if variant.untold else "-")
        lines.append("\t".join(
            (variant.state, variant.name, inspected, loaded, variant.kernel, beyond)) + "\n")
    (target / "cases").write_text("".join(lines))


def compile_all(kernel, folder):
    """The modules that only variants are made from, and what loads them."""
    work = folder / ".work"
    shutil.copytree(modules.SOURCES, work)
    (folder / "v").mkdir()
    # Some of them refer to symbols that no module may use.
    for module in modules.compiled(kernel, work / "variants", "v", "KBUILD_MODPOST_WARN=1"):
        modules.strip(module)
        shutil.move(module, folder / "v" / module.name)
    shutil.rmtree(work)
    made = subprocess.run(
        ["gcc-12", "-O2", "-Wall", "-static", "-s", "-o", folder / "module-trial", TRIAL],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode != 0:
        raise LabError(f"building {TRIAL.name} failed:\n{made.stdout}")


def compiled(kernel):
    """The folder with v/*.ko and module-trial, built if sources or kernel are new."""
    sources = [*SOURCES.iterdir(), *modules.SOURCES.glob("*.h"), TRIAL, HERE / "modules.py"]

    def make(folder):
        say(f"building what the variants of modules are made from, for {kernel.release}")
        compile_all(kernel, folder)
    return cache.made(cache.root() / "variants" / kernel.release / f"v-{digest(sources)}", make)


def digest(paths):
    told = hashlib.sha256()
    for path in sorted(paths):
        told.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()[:16]


def path(kernel, builds):
    """Where the variants for `kernel` lie once they are made."""
    sources = [HERE / "variants.py", HERE / "elf.py"]
    name = f"{digest(sources)}-{compiled(kernel).name}-{builds.name}"
    return cache.root() / "variants" / kernel.release / name


def obtain(kernel, builds):
    """The folder with the variants and their `cases`, made from the lab's `builds` if need be."""
    def make(folder):
        say(f"making variants of modules for {kernel.release}")
        shutil.copytree(compiled(kernel), folder, dirs_exist_ok=True)
        shop = Workshop(kernel, builds, folder, kernels.signed_module(kernel.release))
        write(shop, folder / "variants")
        # By which inspect verifies their signatures.
        shutil.copy(shop.scratch / "certificate.pem", folder / "variants")
        shutil.rmtree(shop.scratch)
    return cache.made(path(kernel, builds), make)
