"""What Python's zoneinfo makes of wall times: an independent answer to compare Meridian's calendar with.

    zoneinfo_oracle.py FOLDER FIRST LAST TIME... < zone names, one a line

FOLDER holds TZif files. For each zone, each date from FIRST to LAST and each TIME (HH:MM), in that order, three
native 64-bit integers go to standard output: the instant of the wall time as an opening and as a deadline,
in seconds since 1970, and its kind (0 unique, 1 gap, 2 fold, 3 skipped date, whose instants are 0).

It shares no rule with what it checks: it tries both of zoneinfo's readings, keeps those that read back as the
wall time, and looks for the end of a gap by halving.
"""

import sys
from array import array
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1)
SECOND = timedelta(seconds=1)
UNIQUE, GAP, FOLD, SKIPPED = range(4)


def seconds(utc):
    return (utc - EPOCH) // SECOND


def reading(zone, utc):
    """The naive wall clock reading at a naive UTC instant."""
    return utc.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)


def date_exists(zone, day):
    """Whether any instant, a quarter of an hour apart, reads as this date."""
    noon = datetime.combine(day, time(12))
    return any(reading(zone, noon + timedelta(minutes=15 * n)).date() == day for n in range(-4 * 40, 4 * 40))


def end_of_gap(zone, early, late):
    """The first instant after `early`, to the second, with the offset in force at `late`."""
    offset = lambda utc: reading(zone, utc) - utc
    after = offset(late)
    while late - early > SECOND:
        middle = early + (late - early) // SECOND // 2 * SECOND
        if offset(middle) == after:
            late = middle
        else:
            early = middle
    return late


def explain(zone, wall):
    first, second = (wall - zone.utcoffset(wall.replace(fold=fold)) for fold in (0, 1))
    instants = sorted(utc for utc in (first, second) if reading(zone, utc) == wall)
    if instants:
        return seconds(instants[0]), seconds(instants[-1]), FOLD if len(instants) == 2 else UNIQUE
    if not date_exists(zone, wall.date()):
        return 0, 0, SKIPPED
    # In a gap the reading with the later offset is the earlier instant, still before the change.
    gap = seconds(end_of_gap(zone, min(first, second) - SECOND, max(first, second)))
    return gap, gap, GAP


def main():
    folder, first, last, *times = sys.argv[1:]
    first, last = date.fromisoformat(first), date.fromisoformat(last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    times = [time.fromisoformat(t) for t in times]
    walls = [datetime.combine(day, t) for day in days for t in times]
    asked = [(wall, wall.replace(fold=1), seconds(wall)) for wall in walls]
    for name in sys.stdin.read().split():
        with (Path(folder) / name).open("rb") as rules:
            zone = ZoneInfo.from_file(rules, key=name)
        answers = array("q")
        for wall, again, count in asked:
            offset = zone.utcoffset(wall)
            # Both readings agree on all but the rarest days; then the wall time is one instant.
            if offset == zone.utcoffset(again):
                instant = count - offset // SECOND
                answers.extend((instant, instant, UNIQUE))
            else:
                answers.extend(explain(zone, wall))
        answers.tofile(sys.stdout.buffer)


if __name__ == "__main__":
    main()
