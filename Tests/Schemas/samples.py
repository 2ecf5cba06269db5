"""Values made from a JSON Schema of klpolicy's: as far as those use it."""

import datetime
import re._parser as parser

# What a sample has where all but a few characters may stand.
OTHERS = "aZ09/.-_ äß中"


def part_for(schema, value):
    """The schema among alternatives that is meant for a value of this type."""
    for part in schema.get("anyOf", [schema]):
        if "type" not in part:
            continue
        types = part["type"] if isinstance(part["type"], list) else [part["type"]]
        if any(is_of(value, name) for name in types):
            return part
    return schema


def is_of(value, name):
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, {
        "string": str, "integer": int, "number": (int, float), "array": list, "object": dict,
        "null": type(None), "boolean": bool}[name])


def child(schema, key):
    """The schema of a mapping's value or a list's item."""
    if isinstance(key, int):
        return schema.get("items", {})
    rest = schema.get("additionalProperties")
    return schema.get("properties", {}).get(key, rest if isinstance(rest, dict) else {})


def text(pattern, random):
    """A text that the pattern matches."""
    def of(tokens):
        return "".join(map(one, tokens))

    def one(token):
        name, argument = str(token[0]), token[1]
        if name == "LITERAL":
            return chr(argument)
        if name == "NOT_LITERAL":
            return random.choice([c for c in OTHERS if ord(c) != argument])
        if name == "IN":
            if str(argument[0][0]) == "NEGATE":
                excluded = {value for kind, value in argument[1:]}
                return random.choice([c for c in OTHERS if ord(c) not in excluded])
            kind, value = random.choice(argument)
            return chr(value if str(kind) == "LITERAL" else random.randint(*value))
        if name == "MAX_REPEAT":
            least, most, tokens = argument
            most = int(most)
            count = random.choice((least, min(most, least + 5), min(most, 300)))
            return "".join(of(tokens) for _ in range(count))
        if name == "SUBPATTERN":
            return of(argument[-1])
        if name == "AT":
            return ""
        raise ValueError(f"{pattern} has {name}, of which no sample can be made")

    return of(parser.parse(pattern))


def sample(schema, random, is_valid):
    """A value of a schema; with `is_valid(schema, value)` its rules on keys are met by trying."""
    if "anyOf" in schema and "type" not in schema:
        return sample(random.choice(schema["anyOf"]), random, is_valid)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return random.choice(schema["enum"])
    name = schema["type"]
    if isinstance(name, list):
        name = random.choice(name)
    if name == "string":
        if schema.get("examples") and random.random() < 0.3:
            return random.choice(schema["examples"])
        if schema.get("format") == "date":
            return str(datetime.date(2026, 1, 1) + datetime.timedelta(random.randrange(900)))
        if schema.get("format") == "date-time":
            return random.choice((
                "2026-11-20T08:00:00Z", "2024-02-29t23:59:59.5z", "2026-11-20T08:00:00+02:00"))
        return text(schema.get("pattern", "^[a-z]{0,5}$"), random)
    if name in ("integer", "number"):
        least, most = schema.get("minimum", -9), schema.get("maximum", 9)
        inside = min(max(random.randint(-3, 100), least), most)
        return random.choice((least, most, inside))
    if name == "boolean":
        return random.random() < 0.5
    if name == "null":
        return None
    if name == "array":
        least = schema.get("minItems", 0)
        count = min(random.randint(least, least + 2), schema.get("maxItems", 99))
        return [sample(schema["items"], random, is_valid) for _ in range(count)]
    if "properties" not in schema:
        return {
            f"key-{index}": sample(schema["additionalProperties"], random, is_valid)
            for index in range(random.randint(0, 2))}
    value = {}
    for attempt in range(30):
        value = {
            key: sample(part, random, is_valid) for key, part in schema["properties"].items()
            if key in schema.get("required", []) or random.random() < 0.4}
        if is_valid(schema, value):
            break
    return value
