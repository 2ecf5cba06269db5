"""check-jsonschema, the independent validator: installed once, into the lab's cache."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Lab"))

import cache

# A known version, so that a run says the same tomorrow.
REQUIREMENT = "check-jsonschema==0.39.0"


def python():
    """The Python of an environment that has the validator, made if need be."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = cache.root() / "python" / f"{REQUIREMENT.replace('==', '-')}-python-{version}"

    def make(folder):
        cache.say(f"installing {REQUIREMENT}")
        for command in (
                [sys.executable, "-m", "venv", str(folder)],
                [str(folder / "bin/python"), "-m", "pip", "install", "--quiet",
                 "--disable-pip-version-check", REQUIREMENT]):
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True)
            if done.returncode != 0:
                raise cache.LabError(
                    f"{REQUIREMENT} could not be installed (on Debian, python3-venv is needed):\n"
                    f"{done.stdout.strip()}")

    with cache.exclusive():
        return cache.made(folder, make) / "bin/python"


def refused(schema, files):
    """Those of the files that do not satisfy the schema, with what the validator says of each."""
    files = list(files)
    count = os.cpu_count()
    parts = [files[first::count] for first in range(min(count, len(files)))]
    with ThreadPoolExecutor(count) as pool:
        told = pool.map(lambda part: _run("--schemafile", str(schema), files=part), parts)
        return {file: messages for part in told for file, messages in part.items()}


def unsound(schemas):
    """Those of the schemas that are no schemas by their own metaschema."""
    return _run("--check-metaschema", files=schemas)


def _run(*options, files):
    # Called by its module: an environment that was renamed has no scripts that can be run.
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *options, "--output-format", "json",
         *map(str, files)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    try:
        told = json.loads(done.stdout)
    except json.JSONDecodeError:
        raise cache.LabError(f"check-jsonschema failed:\n{done.stdout}{done.stderr}") from None
    messages = {}
    for error in told.get("errors", []) + told.get("parse_errors", []):
        text = f"{error.get('path', '')} {error['message']}".strip()
        messages.setdefault(Path(error["filename"]), []).append(text)
    if bool(messages) != (done.returncode != 0):
        raise cache.LabError(f"check-jsonschema contradicts itself:\n{done.stdout}{done.stderr}")
    return messages
