"""The rules of klpolicy that are beyond a schema: the only ones by which it may be stricter."""

from dataclasses import dataclass
from typing import Callable


@dataclass
class Beyond:
    """A diagnostic that a schema cannot give.

    `breaks(document, text)` says on its own whether the rule is broken: a code alone would excuse
    every diagnostic that has it.
    """
    code: str
    why: str
    breaks: Callable = lambda document, text: True


def entries(document):
    """The entries of a policy's rules, as mappings."""
    for rule in document.get("spec", {}).get("kernels", []):
        for entry in rule["patches"]:
            yield {"name": entry} if isinstance(entry, str) else entry


def is_undefined(document, _):
    return any(
        entry.get("state") != "absent" and not {"module", "file", "sha256"} <= entry.keys()
        for entry in entries(document))


def defines_absence(document, _):
    return any(
        entry.get("state") == "absent" and entry.keys() - {"name", "state", "module"}
        for entry in entries(document))


def repeats_a_patch(document, _):
    return any(
        len({entry["name"] for entry in names}) < len(names)
        for names in (
            [entry if isinstance(entry, dict) else {"name": entry} for entry in rule["patches"]]
            for rule in document["spec"]["kernels"]))


def requires_something(document, _):
    return any(entry.get("requires") for entry in entries(document))


BEYOND = [
    Beyond("missing-key", "whether a patch must be defined depends on its state", is_undefined),
    Beyond(
        "conflicting-keys", "whether a definition has a meaning depends on the state",
        defines_absence),
    Beyond("duplicate-patch", "names are unique among the items of a list", repeats_a_patch),
    Beyond("requires-cycle", "names refer to other places", requires_something),
    Beyond(
        "conflicting-definitions", "places that say the same must say it equally",
        lambda document, _: len(document["spec"]["kernels"]) > 1),
    Beyond(
        "not-decimal", "a schema sees the number, and not how it is written; JSON's 1.0 is whole"),
    Beyond(
        "needs-quotes", "YAML 1.2 reads .5e3 as a number, and the validator's reader does not",
        lambda _, text: any(".5e3" in line for line in text.splitlines())),
    Beyond("yaml-tag", "a schema does not see tags", lambda _, text: "!!" in text),
    Beyond("unknown-key", "merge keys are no part of YAML 1.2", lambda _, text: "<<:" in text),
    Beyond("impossible-snapshot", "no kernel gets into such a state"),
]
