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


BEYOND = [
    # Texts that are parsed: a pattern says only which characters they have.
    Beyond(
        "invalid-value",
        "ranges of versions, cron, zones, times, paths that are URLs and what other tools call an "
        "architecture"),
    Beyond("invalid-yaml", "a lone - in brackets is text to some parsers, and no YAML to others",
           lambda _, text: any(mark in text for mark in ("[-", " - -", ": -", ", -"))),
    # What depends on another key or another place.
    Beyond(
        "missing-key",
        "what a patch needs depends on its state, on other builds and on its policy's constraints"),
    Beyond("conflicting-keys", "whether a key has a meaning depends on whether a patch is defined"),
    Beyond("duplicate-patch", "names are unique among the items of a list"),
    Beyond("duplicate-build", "versions are unique among the builds of a release"),
    Beyond("requires-cycle", "names refer to other places"),
    Beyond("unknown-patch", "names refer to other documents"),
    Beyond("unknown-calendar", "names refer to other documents"),
    Beyond("unknown-time-zone", "time zones are the system's"),
    Beyond("conflicting-definitions", "places that say the same must say it equally"),
    Beyond("empty-interval", "two times are compared"),
    Beyond("cron-never-fires", "a calendar is asked"),
    Beyond("waves-not-growing", "neighbours in a list are compared"),
    Beyond("relative-program", "only the first item of `run` is a path"),
    # What a schema does not see.
    Beyond(
        "not-decimal", "a schema sees the number, and not how it is written; JSON's 1.0 is whole"),
    Beyond(
        "needs-quotes", "YAML 1.2 reads .5e3 as a number, and the validator's reader does not",
        lambda _, text: any(".5e3" in line for line in text.splitlines())),
    Beyond("yaml-tag", "a schema does not see tags", lambda _, text: "!!" in text),
    Beyond("merge-key", "merge keys are no part of YAML 1.2", lambda _, text: "<<:" in text),
    Beyond("impossible-snapshot", "no kernel gets into such a state"),
]
