"""A year of standups, computed a second time: an independent answer to compare Meridian's rows with.

    year_oracle.py < story.json > answer.json

It is told what people did and when, and says who must have been asked for what on which date, from when to when. It
shares no code and no method with what it checks: each date of each person is lived through from the year's first instant
to its last, deed by deed, and wall times are found by trying both of zoneinfo's readings.

In (dates YYYY-MM-DD, instants RFC 3339 in UTC, wall times HH:MM, people by their number):

    rules        zone name -> TZif data in base64
    until        the last local date that is answered for
    end          the instant the year is over
    start        the instant everybody begins
    people       [{id, zone, office [weekdays (bits, Monday is 1), from, until]}]
    seats        [[team, person]] at the start
    standups     [{id, team, weekly [[ISO weekdays], every] or monthly [nth, ISO weekday], anchor (a date of a week that
                  counts; the first date too), opens, evening, due, zone or null}]
    key_results  [{id, owner, cadence, weekday, first, last, zone, created}]
    deeds        [{at, what, …}] in order: go (person, zone, until or null), sit and rise (team, person), observe and
                 take_part (person), change (standup and what one has), away (person, first, last)
    holidays     [[person, date]]
    mails        [{person, period, at}]

Out: rows [subject, member, date, zone, opens, due, excused], and what is counted or found wrong on the way.
"""

import base64
import io
import json
import sys
from collections import Counter
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
story = json.load(sys.stdin)


# Wall times


@lru_cache(maxsize=None)
def rules(name):
    return ZoneInfo.from_file(io.BytesIO(base64.b64decode(story["rules"][name])), key=name)


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def reading(name, at):
    return at.astimezone(rules(name)).replace(tzinfo=None)


def local_date(name, at):
    return reading(name, at).date()


@lru_cache(maxsize=None)
def resolve(name, wall, deadline):
    """The instant of a wall time: the earlier of two, the later for a deadline, the end of a gap."""
    zone = rules(name)
    both = [wall.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc) for fold in (0, 1)]
    found = sorted(at for at in both if reading(name, at) == wall)
    if found:
        return found[-1] if deadline else found[0]
    # No clock showed it: the first instant that reads later, halved for between the two readings.
    early, late = min(both) - SECOND, max(both)
    while late - early > SECOND:
        middle = early + (late - early) // SECOND // 2 * SECOND
        early, late = (early, middle) if reading(name, middle) > wall else (middle, late)
    return late


def begins(name, day):
    return resolve(name, datetime.combine(day, time()), False)


# Dates


def monday(day):
    return day - timedelta(days=day.weekday())


class Version:
    def __init__(self, given, first):
        self.weekly, self.monthly, self.anchor = given["weekly"], given["monthly"], date.fromisoformat(given["anchor"])
        self.opens, self.due = time.fromisoformat(given["opens"]), time.fromisoformat(given["due"])
        self.evening, self.zone = given["evening"], given["zone"]
        self.first, self.last = first, date.max

    def falls_on(self, day):
        if not self.first <= day <= self.last:
            return False
        if self.weekly:
            weekdays, every = self.weekly
            weeks = (monday(day) - monday(self.anchor)).days // 7
            return day.isoweekday() in weekdays and weeks % every == 0
        nth, weekday = self.monthly
        if day.isoweekday() != weekday:
            return False
        return (day + 7 * DAY).month != day.month if nth == -1 else (day.day + 6) // 7 == nth

    def window(self, zone, day):
        zone = self.zone or zone
        due = resolve(zone, datetime.combine(day, self.due), True)
        opens = resolve(zone, datetime.combine(day - DAY if self.evening else day, self.opens), False)
        return zone, min(opens, due), due


class KeyResult:
    def __init__(self, given):
        self.id, self.owner = given["id"], given["owner"]
        self.since = instant(given["created"])
        last = date.fromisoformat(given["last"])
        start = max(date.fromisoformat(given["first"]), local_date(given["zone"], self.since))
        days = [start + n * DAY for n in range(1, (last - start).days + 1)]
        days = [day for day in days if day.isoweekday() == given["weekday"]]
        if given["cadence"] == "fortnightly":
            days = days[1::2]
        if given["cadence"] == "monthly":
            days = [day for day in days if (day + 7 * DAY).month != day.month]
        self.dates = set(days)


# Lives


class Asked:
    """What one subject asks of one person, date by date."""

    def __init__(self):
        self.rows = {}

    def follow(self, wanted, now):
        """From `now` on the windows are `wanted`: date -> (zone, opens, due). What has opened stays."""
        for day in set(self.rows) | set(wanted):
            row, new = self.rows.get(day), wanted.get(day)
            if row and not row["excused"] and row["opens"] <= now:
                continue
            if new is None:
                if row and not row["excused"]:
                    del self.rows[day]
                continue
            zone, opens, due = new
            if due > now:
                at_once = opens < now
                opens = max(opens, now)
                self.rows[day] = {"zone": zone, "opens": opens, "due": due, "excused": False, "at_once": at_once}
            elif row and not row["excused"]:
                self.rows[day] = {"zone": zone, "opens": opens, "due": due, "excused": True, "at_once": False}


START, UNTIL = instant(story["start"]), date.fromisoformat(story["until"])
DATES = [START.date() - 3 * DAY + n * DAY for n in range((UNTIL - START.date()).days + 8)]

zone_of = [one["zone"] for one in story["people"]]
journey = [None for _ in zone_of]
seats = {tuple(seat) for seat in story["seats"]}
observers = set()
versions = {one["id"]: [Version(one, date.fromisoformat(one["anchor"]))] for one in story["standups"]}
team_of = {one["id"]: one["team"] for one in story["standups"]}
key_results = [KeyResult(one) for one in story["key_results"]]
asked = {}
places = [[(START, zone)] for zone in zone_of]
away = [[] for _ in zone_of]
counts = Counter()
EAST, WEST = "over the date line, a day ahead", "over the date line, a day back"


def wanted_of(person, standup, now):
    if (team_of[standup], person) not in seats or person in observers:
        return {}
    near = now.date() - 4 * DAY
    wanted = {}
    for version in versions[standup]:
        for day in DATES:
            if day >= near and version.falls_on(day):
                wanted[day] = version.window(zone_of[person], day)
    return wanted


def follow(now, person=None, team=None, check_ins=False):
    for standup, its_team in team_of.items():
        people = range(len(zone_of)) if person is None else [person]
        for one in people:
            if (person is not None or its_team == team) and ((standup, one) in asked or (its_team, one) in seats):
                asked.setdefault((standup, one), Asked()).follow(wanted_of(one, standup, now), now)
    for one in key_results:
        if check_ins and one.owner == person:
            zone = zone_of[person]
            days = set() if person in observers else {day for day in one.dates if day >= now.date() - 4 * DAY}
            wanted = {day: (zone, begins(zone, day), begins(zone, day + DAY)) for day in days}
            asked.setdefault((one.id, person), Asked()).follow(wanted, now)


def go(person, zone, until, now, seen_from):
    old, home = zone_of[person], journey[person][0] if journey[person] else zone_of[person]
    journey[person] = (home, begins(zone, date.fromisoformat(until) + DAY)) if until and zone != home else None
    zone_of[person] = zone
    places[person].append((seen_from, zone))
    apart = reading(zone, now) - reading(old, now)
    counts[EAST] += apart > timedelta(hours=12)
    counts[WEST] += apart < timedelta(hours=-12)
    follow(now, person=person, check_ins=True)


def come_home(now):
    """Whoever's journey has ended by then is home as of the instant it ended."""
    ended = [(trip[1], person) for person, trip in enumerate(journey) if trip and trip[1] <= now]
    for at, person in sorted(ended):
        counts["came home by themselves"] += 1
        go(person, journey[person][0], None, at, at)


def change(deed, now):
    """A new version begins on a day that has begun for nobody."""
    team, old = team_of[deed["standup"]], versions[deed["standup"]]
    zones = [zone_of[person] for its, person in seats if its == team] + [old[-1].zone, deed["zone"]]
    first = max(local_date(zone, now) for zone in zones if zone) + DAY
    for version in old:
        if version.last >= first:
            version.last = max(first - DAY, version.first - DAY)
    old.append(Version(deed, first))
    follow(now, team=team)


for person in range(len(zone_of)):
    follow(START, person=person)
for one in key_results:
    zone = zone_of[one.owner]
    wanted = {day: (zone, begins(zone, day), begins(zone, day + DAY)) for day in one.dates}
    asked.setdefault((one.id, one.owner), Asked()).follow(wanted, one.since)
for deed in story["deeds"]:
    now, what = instant(deed["at"]), deed["what"]
    come_home(now)
    counts[what] += 1
    if what == "go":
        counts["travelled"] += deed["until"] is not None
        # What is sent at an instant is sent before the deeds of that instant.
        go(deed["person"], deed["zone"], deed["until"], now, now + SECOND)
    elif what in ("sit", "rise"):
        seat = (deed["team"], deed["person"])
        seats.add(seat) if what == "sit" else seats.remove(seat)
        follow(now, person=deed["person"])
    elif what in ("observe", "take_part"):
        observers.add(deed["person"]) if what == "observe" else observers.remove(deed["person"])
        follow(now, person=deed["person"], check_ins=True)
    elif what == "change":
        change(deed, now)
    elif what == "away":
        away[deed["person"]].append((date.fromisoformat(deed["first"]), date.fromisoformat(deed["last"])))
    else:
        raise ValueError(what)
come_home(instant(story["end"]))


# What follows


free = {(person, date.fromisoformat(day)) for person, day in story["holidays"]}


def absent(person, day):
    return (person, day) in free or any(first <= day <= last for first, last in away[person])


def written(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


rows = []
for (subject, person), lived in asked.items():
    for day, row in lived.rows.items():
        if day <= UNTIL:
            member = story["people"][person]["id"]
            window = [row["zone"], written(row["opens"]), written(row["due"])]
            rows.append([subject, member, day.isoformat(), *window, row["excused"]])
            counts["excused"] += row["excused"]
            counts["opened at once"] += row["at_once"]
            counts["asked on days away or holidays"] += absent(person, day)


def outside(mail):
    """Whether a mail came when its reader does not work or wants peace, as their wall clock says."""
    person, at = mail["person"], instant(mail["at"])
    zone = [zone for since, zone in places[person] if since <= at][-1]
    wall = reading(zone, at)
    bits, start, end = story["people"][person]["office"]
    at_work = bits >> wall.weekday() & 1 and time.fromisoformat(start) <= wall.time() < time.fromisoformat(end)
    peak = story["people"][person]["peak"]
    in_peak = peak and time.fromisoformat(peak[0]) <= wall.time() < time.fromisoformat(peak[1])
    return not at_work or in_peak or absent(person, wall.date())


twice = Counter((mail["person"], mail["period"]) for mail in story["mails"])
answer = {
    "rows": rows,
    "counts": counts,
    "mails_outside": [mail for mail in story["mails"] if outside(mail)],
    "mails_doubled": [key for key, times in twice.items() if times > 1],
}
json.dump(answer, sys.stdout)
