"""What Python makes of cycles, local days and standups: an independent answer to compare Meridian's calendar with.

    period_oracle.py FOLDER < a line of JSON, then zone names, one a line

FOLDER holds TZif files. The JSON says what is asked of each zone:

    {"cycles": [{"first", "last", "weekdays": [0 is Monday, …], "holidays": [dates]}, …],
     "days": [[first, last], …],
     "schedules": [{"weekly": [every, [weekdays], anchor] or "monthly": [nth, weekday],
                    "opens", "due", "evening", "first", "last"}, …]}

To standard output go native 64-bit integers, instants in seconds since 1970. For each zone: four for each cycle (it opens,
its last five working days begin, it ends, grading ends); two for each date (its first instant, and the next day's; 0 when
the zone leaves the date out); for each schedule the number of occurrences, then for each of them its date as a number, its
opening and its due instant.
"""

import json
import sys
from array import array
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from zoneinfo_oracle import SECOND, SKIPPED, UNIQUE, explain, seconds

DAY = timedelta(days=1)


class Place:
    """A zone that remembers the first instants of its days."""

    def __init__(self, zone):
        self.zone, self.starts = zone, {}

    def wall(self, day, at):
        """The instant of a wall time as an opening, as a deadline, and its kind."""
        wall = datetime.combine(day, at)
        offset = self.zone.utcoffset(wall)
        if offset == self.zone.utcoffset(wall.replace(fold=1)):
            instant = seconds(wall) - offset // SECOND
            return instant, instant, UNIQUE
        return explain(self.zone, wall)

    def start(self, day):
        """The first instant of a date; None when it is left out."""
        if day not in self.starts:
            opening, _, kind = self.wall(day, time(0))
            self.starts[day] = None if kind == SKIPPED else opening
        return self.starts[day]

    def start_from(self, day):
        """The first instant of a date, or of the next there is."""
        while self.start(day) is None:
            day += DAY
        return self.start(day)


def cycle(place, asked):
    first, last = date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"])
    holidays = {date.fromisoformat(day) for day in asked["holidays"]}

    def works(day):
        return day.weekday() in asked["weekdays"] and day not in holidays and place.start(day) is not None

    ends = place.start_from(last + DAY)
    inside = [first + n * DAY for n in range((last - first).days + 1)]
    working = [day for day in inside if works(day)]
    after = [last + n * DAY for n in range(1, 367)]
    graded = [day for day in after if works(day)][:10]
    return (
        place.start_from(first),
        place.start_from(working[-5] if len(working) >= 5 else first),
        ends,
        place.start_from(graded[9] + DAY) if len(graded) == 10 else ends,
    )


def falls_on(asked, day):
    if "weekly" in asked:
        every, weekdays, anchor = asked["weekly"]
        anchor = date.fromisoformat(anchor)
        weeks = ((day - day.weekday() * DAY) - (anchor - anchor.weekday() * DAY)).days // 7
        return day.weekday() in weekdays and weeks % every == 0
    nth, weekday = asked["monthly"]
    of_month = [n for n in range(1, monthrange(day.year, day.month)[1] + 1) if day.replace(day=n).weekday() == weekday]
    return day.day in (of_month[-1:] if nth == -1 else of_month[nth - 1 : nth])


def occurrences(place, asked, days):
    opens, due = time.fromisoformat(asked["opens"]), time.fromisoformat(asked["due"])
    for day in days:
        _, deadline, kind = place.wall(day, due)
        if kind == SKIPPED:
            continue
        evening = day - DAY if asked["evening"] else day
        opening, _, kind = place.wall(evening, opens)
        if kind == SKIPPED:
            opening = place.start_from(evening)
        yield day.toordinal(), min(opening, deadline), deadline


def main():
    asked = json.loads(sys.stdin.readline())
    ranges = [[date.fromisoformat(day) for day in pair] for pair in asked["days"]]
    days = [first + n * DAY for first, last in ranges for n in range((last - first).days + 1)]
    due = []
    for schedule in asked["schedules"]:
        first, last = (date.fromisoformat(schedule[end]) for end in ("first", "last"))
        due.append([day for day in (first + n * DAY for n in range((last - first).days + 1)) if falls_on(schedule, day)])
    for name in sys.stdin.read().split():
        with (Path(sys.argv[1]) / name).open("rb") as rules:
            place = Place(ZoneInfo.from_file(rules, key=name))
        answers = array("q")
        for one in asked["cycles"]:
            answers.extend(cycle(place, one))
        for day in days:
            start = place.start(day)
            answers.extend((0, 0) if start is None else (start, place.start_from(day + DAY)))
        for schedule, dates in zip(asked["schedules"], due):
            found = list(occurrences(place, schedule, dates))
            answers.append(len(found))
            for one in found:
                answers.extend(one)
        answers.tofile(sys.stdout.buffer)


main()
