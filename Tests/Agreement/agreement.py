"""Holds what klpolicy reads in a YAML text against what independent YAML 1.2 parsers read.

    agreement.py PATH-OF-YAMLTREE [COUNT [SEED]]

Whatever klpolicy accepts, they must accept, with the same documents: the same lists and mappings,
the same texts, and plain scalars where it has plain scalars. What klpolicy refuses is not looked
at. The texts are policies with mistakes put in at random, and random pieces of YAML.
"""

import json
import math
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import ruamel.yaml
import yaml12

REPOSITORY = Path(__file__).resolve().parents[2]
PIECES = [
    "a", "b", "key", "1", "~", " ", "  ", "    ", "\n", "\n  ", "\n    ", "\n- ", "\n  - ", "- ",
    ": ", ":", ":\n", ":\n  ", "? ", "?", ", ", ",", "[", "]", "{", "}", "# c", "#", " # c\n",
    '"', "'", '"x"', "'y'", "|\n", "|-\n  ", ">\n", ">+\n  ", "|2\n", "\t", "&x ", "*x", "&y", "*y ",
    "\n---\n", "--- ", "\n...\n", "%", "@", "`", "!", "!!str ", "<<", "<<: ", "-", "=", "\\",
    "\\n", "\\x41", "\\/", "\\N", "\r\n", "\r", "\x85", "\u2028", "\ufeff", "é", "\xa0", "😀",
    "\x7f", "a: b\n", "x: [1, 2]\n", "y: {a: b}\n", "22:00", "0o7", ".5", "://", "a b", "::", "-x",
]


def policies():
    """The texts that mistakes are put into."""
    return [path.read_text() for folder in ("policies", "examples")
            for path in sorted((REPOSITORY / folder).rglob("*.y*ml"))] + [
        "a: 1\nb:\n  - x\n  - y: [1, {c: d}]\n    z: |\n      text\n       more\n\n  - >-\n    w\n    v\n",
        "? a\n: b\n- c\n", "a: &x {b: c}\nd: *x\n---\n- \"q\\n\n  r\"\n- 'it''s'\n", "{a: [b, c: d]}\n",
    ]


def soup(choice, texts):
    """A random text."""
    if choice.random() < 0.5:
        start = choice.choice(["", "a: ", "a:\n  ", "a: 1\nb: ", "- ", "a: [", "a: {b: "])
        return start + "".join(choice.choices(PIECES, k=choice.randint(1, 12)))
    text = choice.choice(texts)
    # A small part, so that a mistake has a chance to be the only one.
    lines = text.splitlines(keepends=True)
    start = choice.randrange(len(lines))
    text = "".join(lines[start:start + choice.randint(1, 8)]) if choice.random() < 0.5 else text
    for _ in range(choice.randint(1, 3)):
        at = choice.randint(0, len(text))
        cut = choice.choice([0, 0, 0, 1, 1, 2, 5])
        text = text[:at] + choice.choice(PIECES + [""]) + text[at + cut:]
    return text


def composed(node):
    """A node of ruamel.yaml as YAMLTree prints one."""
    if isinstance(node, ruamel.yaml.ScalarNode):
        return node.value if node.style else [node.value]
    if isinstance(node, ruamel.yaml.SequenceNode):
        return ["list", *map(composed, node.value), "end"]
    pairs = [composed(part) for pair in node.value for part in pair]
    return ["map", *pairs, "end"]


def by_ruamel(text):
    yaml = ruamel.yaml.YAML(typ="safe", pure=True)
    trees = [composed(node) for node in yaml.compose_all(text) if node is not None]
    return [tree for tree in trees if tree != [""]]


def meaning(tree):
    """What a tree of YAMLTree means in the core schema of YAML 1.2; raises KeyError for a mapping
    that has a key twice, ValueError for a key that is no text."""
    if isinstance(tree, str):
        return tree
    if len(tree) == 1:
        return plain(tree[0])
    items = [meaning(item) for item in tree[1:-1]]
    if tree[0] == "list":
        return items
    if any(isinstance(key, (list, dict)) for key in items[::2]):
        raise ValueError
    found = dict(zip(map(comparable, items[::2]), items[1::2]))
    if len(found) * 2 != len(items):
        raise KeyError
    return found


def plain(text):
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text[0] in "tT"
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"0o[0-7]+", text):
        return int(text[2:], 8)
    if re.fullmatch(r"0x[0-9a-fA-F]+", text):
        return int(text[2:], 16)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    if re.fullmatch(r"[-+]?\.(inf|Inf|INF)", text):
        return -math.inf if text[0] == "-" else math.inf
    if text in (".nan", ".NaN", ".NAN"):
        return math.nan
    return text


def comparable(value):
    """Told apart from values that Python takes for equal: 1 and True and 1.0."""
    if isinstance(value, list):
        return ["list", *map(comparable, value)]
    if isinstance(value, dict):
        return {"map": {comparable(key) if not isinstance(key, tuple) else key: comparable(item)
                        for key, item in value.items()}}
    # Whether a whole number is an integer is for each parser to say; the text decides here.
    if isinstance(value, float) and math.isnan(value):
        return ("number", "nan")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return ("number", float(value) if abs(value) < 1e300 else str(value))
    return (type(value).__name__, value)


def by_yaml12(text):
    # Of a byte order mark it expects that whoever decoded the text has taken it away.
    return yaml12.parse_yaml(text.removeprefix("\ufeff"), multi=True)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    choice, known = random.Random(seed), policies()
    texts = known + [soup(choice, known) for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / str(index) for index in range(len(texts))]
        for path, text in zip(paths, texts):
            path.write_bytes(text.encode())
        done = subprocess.run(
            [sys.argv[1]], input="".join(f"{path}\n" for path in paths), capture_output=True,
            text=True)
    lines = done.stdout.split("\n")[:-1]
    if done.returncode != 0 or len(lines) != len(texts):
        sys.exit(f"{sys.argv[1]} ended with {done.returncode} after {len(lines)} texts\n{done.stderr}")
    accepted = disagreed = 0
    for text, line in zip(texts, lines):
        if line.startswith("null"):
            continue
        trees = json.loads(line)
        # A text without documents is no policy.
        if not trees:
            continue
        # Documents that are no mapping are refused by whoever decodes them.
        if any(tree[:1] != ["map"] for tree in trees):
            continue
        accepted += 1
        for name, differs in (("ruamel.yaml", differs_from_ruamel), ("yaml12", differs_from_yaml12)):
            said = differs(text, trees)
            if said:
                disagreed += 1
                print(f"{name} disagrees over {text!r}\n  klpolicy: {trees}\n  {name}: {said}")
    print(f"{accepted} of {len(texts)} texts were accepted, {disagreed} disagreements (seed {seed})")
    if accepted < len(texts) / 20:
        sys.exit("too few to say anything")
    sys.exit(1 if disagreed else 0)


def differs_from_ruamel(text, trees):
    try:
        found = by_ruamel(text)
    except ruamel.yaml.error.YAMLError as error:
        # It refuses blank lines with blanks at the beginning of a block scalar, which YAML allows.
        if str(error).startswith("more indented follow up line"):
            return None
        return f"{type(error).__name__}: {error}".replace("\n", " ")
    return None if found == trees else str(found)


def differs_from_yaml12(text, trees):
    try:
        wanted = [meaning(tree) for tree in trees]
    except (KeyError, ValueError):
        return None  # refused by whoever decodes it
    try:
        found = by_yaml12(text)
    except Exception as error:
        # It refuses an empty list whose bracket closes in a line below, under its key.
        if re.search(r"[\[{][ \r\n]*\n *[\]}]", text):
            return None
        return f"{type(error).__name__}: {error}".replace("\n", " ")
    found = [comparable(value) for value in found if value is not None]
    wanted = [comparable(value) for value in wanted if value is not None]
    return None if found == wanted else str(found)


if __name__ == "__main__":
    main()
