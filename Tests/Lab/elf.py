"""A relocatable ELF file (64 bits, little-endian) taken apart, so that modules can be edited."""

import struct
from dataclasses import dataclass

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")
SYMTAB, NOBITS = 2, 8
ALLOC = 2
LIVEPATCH_RELA = 0x00100000
LIVEPATCH_SYMBOL = 0xff20


@dataclass
class Section:
    name: str
    type: int
    flags: int
    size: int  # of data; of nothing where the type is NOBITS
    link: int
    info: int
    align: int
    entry: int
    data: bytearray


class Module:
    """Sections that can be edited at will; `bytes()` lays them out anew."""

    def __init__(self, data):
        self.header = list(HEADER.unpack_from(data))
        offset, count, names = self.header[6], self.header[12], self.header[13]
        raw = [SECTION.unpack_from(data, offset + index * SECTION.size) for index in range(count)]
        strings = data[raw[names][4]:raw[names][4] + raw[names][5]]
        self.sections = []
        for name, kind, flags, _, start, size, link, info, align, entry in raw:
            text = strings[name:strings.index(b"\0", name)].decode()
            body = bytearray() if kind == NOBITS else bytearray(data[start:start + size])
            self.sections.append(Section(text, kind, flags, size, link, info, align, entry, body))

    def __getitem__(self, name):
        return next(section for section in self.sections if section.name == name)

    def replace(self, section, old, new):
        """Exchange bytes in a section for others of the same length: once, and exactly once."""
        data = self[section].data
        assert len(old) == len(new) and data.count(old) == 1, (section, old, data.count(old))
        data[:] = data.replace(old, new)
        return self

    def text(self, old, new, start=".rodata.str"):
        """Exchange a string constant for one that is no longer."""
        assert len(new) <= len(old)
        old, new = old.encode() + b"\0", new.encode()
        for section in self.sections:
            if section.name.startswith(start) and old in section.data:
                return self.replace(section.name, old, new.ljust(len(old), b"\0"))
        raise KeyError(old)

    def rename(self, name):
        """Give the module another name."""
        entry = self[".gnu.linkonce.this_module"].data
        entry[24:80] = name.encode().ljust(56, b"\0")
        return self

    def symbols(self):
        """Each symbol: its index, its name, and its fields as they are stored."""
        table = next(section for section in self.sections if section.type == SYMTAB)
        strings = self.sections[table.link].data
        for index in range(len(table.data) // SYMBOL.size):
            fields = SYMBOL.unpack_from(table.data, index * SYMBOL.size)
            yield index, strings[fields[0]:strings.index(b"\0", fields[0])].decode(), fields

    def symbol(self, wanted, name=None, section=None):
        """Change a symbol's name, or the number of its section."""
        table = next(section for section in self.sections if section.type == SYMTAB)
        strings = self.sections[table.link].data
        index, _, fields = next(found for found in self.symbols() if found[1] == wanted)
        fields = list(fields)
        if name is not None:
            fields[0] = len(strings)
            strings += name.encode() + b"\0"
        if section is not None:
            fields[3] = section
        SYMBOL.pack_into(table.data, index * SYMBOL.size, *fields)
        return self

    def word(self, symbol, offset, value, layout="<Q"):
        """Write a number into the object that a symbol names."""
        fields = next(fields for _, name, fields in self.symbols() if name == symbol)
        struct.pack_into(layout, self.sections[fields[3]].data, fields[4] + offset, value)
        return self

    def crc(self, symbol, value=0x0badc0de):
        """Exchange the CRC that the module expects of a symbol."""
        versions = self["__versions"].data
        at = versions.index(b"\0" + symbol.encode() + b"\0") - 7
        assert at % 64 == 0
        struct.pack_into("<Q", versions, at, value)
        return self

    def unversioned(self, symbol):
        """Leave a symbol out of the versions."""
        versions = self["__versions"].data
        at = versions.index(b"\0" + symbol.encode() + b"\0") - 7
        del versions[at:at + 64]
        return self

    def information(self, key, value):
        """Exchange a line of the module's information; None takes it out."""
        lines = bytes(self[".modinfo"].data).rstrip(b"\0").split(b"\0")
        kept = [line for line in lines if line and not line.startswith(key.encode() + b"=")]
        assert len(kept) < len([line for line in lines if line]), key
        if value is not None:
            kept.append(f"{key}={value}".encode())
        self[".modinfo"].data[:] = b"\0".join(kept) + b"\0"
        return self

    def informed(self, key):
        for line in bytes(self[".modinfo"].data).split(b"\0"):
            if line.startswith(key.encode() + b"="):
                return line.decode().removeprefix(key + "=")
        raise KeyError(key)

    def headers_first(self):
        """The file with its section headers before the sections, and where each section begins."""
        return self._layout(True)

    def __bytes__(self):
        return self._layout(False)[0]

    def _layout(self, first):
        names, offsets = bytearray(b"\0"), []
        for section in self.sections:
            offsets.append(len(names) if section.name else 0)
            if section.name:
                names += section.name.encode() + b"\0"
        self.sections[self.header[13]].data[:] = names
        table = len(self.sections) * SECTION.size
        body, starts = bytearray(HEADER.size), []
        if first:
            body += bytes(table)
        for section in self.sections:
            body += bytes(-len(body) % max(section.align, 1))
            starts.append(len(body) if section.type else 0)
            body += section.data
        if not first:
            body += bytes(-len(body) % 8)
        at = HEADER.size if first else len(body)
        headers = bytearray()
        for section, name, start in zip(self.sections, offsets, starts):
            size = section.size if section.type == NOBITS else len(section.data)
            headers += SECTION.pack(name, section.type, section.flags, 0, start, size,
                                    section.link, section.info, section.align, section.entry)
        body[at:at + table] = headers
        header = list(self.header)
        header[6], header[12] = at, len(self.sections)
        HEADER.pack_into(body, 0, *header)
        return bytes(body), starts
