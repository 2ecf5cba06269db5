"""Where the lab keeps what it fetched and built: outside the tree, safe when interrupted."""

import contextlib
import fcntl
import os
import shutil
import sys
import tempfile
from pathlib import Path


class LabError(Exception):
    """The lab itself cannot go on; the message says what to do."""


def say(text):
    """Tell the person at the terminal what the lab is doing, apart from results on stdout."""
    print(f"lab: {text}", file=sys.stderr, flush=True)


def root():
    """The cache folder, made if need be: $KLPOLICY_LAB_CACHE, else klpolicy-lab in XDG's."""
    given = os.environ.get("KLPOLICY_LAB_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = Path(given) if given else Path(base) / "klpolicy-lab"
    path.mkdir(parents=True, exist_ok=True)
    return path.resolve()


@contextlib.contextmanager
def exclusive():
    """One lab at a time prepares the cache; a second one waits."""
    with open(root() / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made(path, make):
    """The folder `path`; if it is missing, `make(folder)` fills a temporary one that becomes it.

    The folder appears whole or not at all, so an interrupted run leaves nothing to trip over.
    """
    if path.is_dir():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    folder.chmod(0o755)
    try:
        make(folder)
        try:
            folder.rename(path)
        except OSError:
            # Another scenario has made the same meanwhile.
            if not path.is_dir():
                raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return path
