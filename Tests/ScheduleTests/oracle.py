"""The offsets of all zones as Python's zoneinfo has them, for ZoneOracleTests.

Each zone is a line "zone NAME" and lines "INSTANT OFFSET", both in seconds: one second before, at
and one second after each change from 1970 to 2100, and moments between. Zones with equal files are
told once, followed by lines "same NAME".

Where changes are is read from the files; what holds around them is zoneinfo's word alone.
"""

import random
import struct
import sys
import zoneinfo
from datetime import datetime, timedelta, timezone
from pathlib import Path

FOLDER = Path("/usr/share/zoneinfo")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FIRST, LAST = 0, 4_102_444_800  # 1970-01-01, 2100-01-01
WEEK = 7 * 86_400


def offset(zone, instant):
    local = (EPOCH + timedelta(seconds=instant)).astimezone(zone)
    return round(local.utcoffset().total_seconds())


def written_changes(data):
    """The transitions that a TZif file lists."""
    if data[4:5] == b"\0":
        counts, start, size = struct.unpack(">6l", data[20:44]), 44, 4
    else:
        ut, std, leap, times, types, chars = struct.unpack(">6l", data[20:44])
        second = 44 + times * 5 + types * 6 + chars + leap * 8 + std + ut
        counts, start, size = struct.unpack(">6l", data[second + 20:second + 44]), second + 44, 8
    count = counts[3]
    letter = "q" if size == 8 else "l"
    return list(struct.unpack(f">{count}{letter}", data[start:start + count * size]))


def later_changes(zone, since):
    """Changes found by looking each week: those that follow from a rule."""
    instant = since
    before = offset(zone, instant)
    while instant < LAST:
        after = offset(zone, instant + WEEK)
        if after != before:
            low, high = instant, instant + WEEK
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
            yield high
        instant, before = instant + WEEK, after


def main():
    dice = random.Random(int(sys.argv[1]))
    by_data = {}
    for name in sorted(zoneinfo.available_timezones()):
        path = FOLDER / name
        if path.is_file() and name != "localtime":
            by_data.setdefault(path.read_bytes(), []).append(name)
    for data, names in by_data.items():
        zone = zoneinfo.ZoneInfo(names[0])
        changes = written_changes(data)
        if b"," in data.rsplit(b"\n", 2)[-2]:
            changes += later_changes(zone, max([FIRST, *changes[-1:]]))
        instants = {change + around for change in changes for around in (-1, 0, 1)}
        instants |= {dice.randrange(FIRST, LAST) for _ in range(40)}
        print("zone", names[0])
        for instant in sorted(instants):
            if FIRST <= instant < LAST:
                print(instant, offset(zone, instant))
        for name in names[1:]:
            print("same", name)


main()
