"""Documents derived from valid ones, most of them wrong in one place."""

import copy

from samples import child, part_for, sample
from writing import Plain

# What a plain scalar may be to one reader of YAML and not to another.
PLAIN = """
22:00 22:00:00 2026-11-01 2026-11-01T08:00:00Z 0 1 -1 +1 017 08 0o17 0o18 0x1F 0xg -0x10 0b1 0b2
1_000 _1 1. .5 1.5 -1.0 1e3 1E-3 1e .5e3 .inf -.INF .nan 1.2.3 6.1 6.1.0 1:2 no yes on off y n No
true True TRUE tRUE false null Null NULL ~ nULL - . -- ... a:b a#b klp cve-2026-1111 9007199254740991
9007199254740992 1e400 99999999999999999999 12345678901234567890123 0s 60s 007s
""".split() + ["", "a b", "a # b"]

VALUES = [
    None, "", " ", "text", "1", "true", "null", 0, 1, -1, 1.5, 2**53 - 1, 2**53, True, False, [],
    {}, ["text"], [1], [None], [[]], {"a": 1}, "ä", "x" * 5000, "a\nb",
]


def places(schema, value, path=()):
    """Each value inside a document: its path and the schema that it is held against."""
    part = part_for(schema, value)
    yield path, schema, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(child(part, key), inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(child(part, index), inner, (*path, index))


def changed(document, path, change):
    """A copy in which `change(container, key)` was done to the value at `path`."""
    document = copy.deepcopy(document)
    holder = {"": document}
    key = ""
    for step in path:
        holder, key = holder[key], step
    change(holder, key)
    return document if path else holder[""]


def put(value):
    def change(holder, key):
        holder[key] = copy.deepcopy(value)
    return change


def drop(holder, key):
    del holder[key]


def rename(new):
    def change(holder, key):
        items = [(new if name == key else name, inner) for name, inner in holder.items()]
        holder.clear()
        holder.update(items)
    return change


def derived(schema, document, random, is_valid, is_yaml):
    """(what was done, a document) for every change that makes sense somewhere in a document."""
    for path, part, value in places(schema, document):
        at = "/" + "/".join(map(str, path))
        own = part_for(part, value)

        def one(what, change):
            return f"{at}: {what}", changed(document, path, change)

        if path:
            yield one("dropped", drop)
            for other in VALUES:
                yield one(f"is {str(other)[:20]!r}", put(other))
            for _ in range(2):
                yield one("is another one", put(sample(part, random, is_valid)))
            yield one("is in a list", put([value]))
            if isinstance(path[-1], str):
                yield one("is misspelt", rename(path[-1][:-1] + "x"))
                yield one("is in capitals", rename(path[-1].upper()))
        if isinstance(value, str):
            for other in (value + " ", " " + value, value.upper(), value + "\n", value[:-1],
                          value * 2, value + "\0", value + "!", value + "é"):
                yield one(f"is {other[:30]!r}", put(other))
        if isinstance(value, (str, int, float)) and is_yaml and path:
            for text in PLAIN:
                yield one(f"is the plain {text!r}", put(Plain(text)))
            yield one("has or has no quotes", put(
                Plain(value) if isinstance(value, str) else str(value)))
        for bound, beyond in (("minimum", -1), ("maximum", 1)):
            if bound in own:
                yield one(f"is the {bound}", put(own[bound]))
                yield one(f"is beyond the {bound}", put(own[bound] + beyond))
        if isinstance(value, list):
            yield one("is empty", put([]))
            if value:
                yield one("has an item twice", put(value + value[:1]))
            for count in {own.get("minItems", 0), own.get("maxItems", 0)}:
                for length in (count - 1, count, count + 1):
                    if value and 0 <= length < 1000:
                        yield one(f"has {length} items", put((value * length)[:length]))
        if isinstance(value, dict):
            yield one("has a key that there is not", put({**value, "nosuch": 1}))
            for key, inner in own.get("properties", {}).items():
                if key not in value:
                    added = sample(inner, random, is_valid)
                    yield one(f"has {key} too", put({**value, key: added}))
            for first in own.get("properties", {}):
                for second in own.get("properties", {}):
                    if first in value and second < first and second in value:
                        rest = {k: v for k, v in value.items() if k not in (first, second)}
                        yield one(f"has no {first} and no {second}", put(rest))
