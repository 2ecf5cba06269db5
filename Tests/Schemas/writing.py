"""Documents as text: YAML in several styles, or JSON."""

import json
import re


class Plain(str):
    """A YAML scalar that is written as it is, without quotes."""


def yaml(value, random, indent=0):
    """A value in block style, with flow collections and other quotes here and there."""
    if isinstance(value, (dict, list)) and (not value or (indent and random.random() < 0.2)):
        return flow(value)
    pad = "  " * indent
    if isinstance(value, dict):
        return "".join(
            f"\n{pad}{key_text(key)}:{after(inner, random, indent)}" for key, inner in value.items())
    if isinstance(value, list):
        return "".join(f"\n{pad}-{after(inner, random, indent)}" for inner in value)
    return scalar(value, random)


def after(value, random, indent):
    text = yaml(value, random, indent + 1)
    return text if text.startswith("\n") else f" {text}"


def key_text(key):
    return key if re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", key) and key != "null" else json.dumps(key)


def scalar(value, random):
    if isinstance(value, Plain):
        return str(value)
    if isinstance(value, str):
        words = re.fullmatch(r"[a-z]{4,}(-[a-z]+)*", value) and value not in ("null", "true", "false")
        if words and random.random() < 0.5:
            return value
        if value.isprintable() and random.random() < 0.3:
            return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=random.random() < 0.5)


def flow(value):
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)}: {flow(one)}" for key, one in value.items())
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return str(value) if isinstance(value, Plain) else json.dumps(value)


def has_plain(value):
    if isinstance(value, dict):
        return any(map(has_plain, value.values()))
    if isinstance(value, list):
        return any(map(has_plain, value))
    return isinstance(value, Plain)
