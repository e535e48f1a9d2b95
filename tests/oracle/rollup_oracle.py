"""The roll-up, computed a second time and differently: an independent answer to compare Meridian's with.

    rollup_oracle.py < cases.jsonl > days.jsonl

Each line in is one cycle with its log, each line out its days. It shares no code and no method with what it checks:
numbers are exact fractions until they are written, every day is computed from nothing, due dates are listed one by
one, and instants are found by asking zoneinfo what the clock reads. Slow and plain on purpose.

In (dates are YYYY-MM-DD, instants RFC 3339 in UTC, numbers text, ids text that sorts as ids do, null for nothing):

    rules        zone name -> TZif data in base64; a zone that is not here is read from the system
    now          days that end after this instant are left out
    cycle        first, last, zone, weekdays (bits, Monday is 1), holidays ([[first, last], …])
    owners       id -> zone, weekdays (bits), away ([[first, last], …])
    objectives   [id, parent, weight, count_aligned, private_to, created_at, dropped_at]
    key_results  [id, objective, cadence (weekly|fortnightly|monthly), weekday (ISO), dropped_at,
                  terms [id, effective_at, kind (increase|decrease|keep_within|milestones|yes_no), baseline, target, weight,
                         pace (linear|checkpoints|none), owner; low, high; steps [id, name, weight, due];
                         checkpoints [on, value]],
                  check_ins [id, at, date, value, done [step, …], confidence, replaces]]

Out: {"key_results": {id: [day, …]}, "objectives": {id: [day, …]}}, ids without a day left out.
"""

import base64
import io
import json
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
QUARTER_HOUR = timedelta(minutes=15)
TENTH, QUARTER = Fraction(1, 10), Fraction(1, 4)


# Numbers


def cut(fraction):
    """Six decimal places, what is beyond them cut off."""
    if fraction is None:
        return None
    whole = abs(fraction.numerator) * 10**6 // fraction.denominator
    return Fraction(whole if fraction >= 0 else -whole, 10**6)


def written(fraction):
    """As text, without trailing zeros and without an exponent."""
    if fraction is None:
        return None
    number = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# Time


def instant(text):
    return None if text is None else datetime.fromisoformat(text.replace("Z", "+00:00"))


class Zone:
    def __init__(self, name, rules):
        if name in rules:
            self.info = ZoneInfo.from_file(io.BytesIO(base64.b64decode(rules[name])), key=name)
        else:
            self.info = ZoneInfo(name)
        self.found = {}

    def date(self, at):
        return at.astimezone(self.info).date()

    def begins(self, day):
        """The first instant at which the clock reads this date or a later one."""
        if day not in self.found:
            at = datetime.combine(day, datetime.min.time(), timezone.utc) - timedelta(hours=16)
            while self.date(at) < day:
                at += QUARTER_HOUR
            step = QUARTER_HOUR
            while step > timedelta(seconds=1):
                step = max(step // 2, timedelta(seconds=1))
                while self.date(at - step) >= day:
                    at -= step
            self.found[day] = at
        return self.found[day]

    def has(self, day):
        return self.date(self.begins(day)) == day


def within(day, ranges):
    return any(date.fromisoformat(first) <= day <= date.fromisoformat(last) for first, last in ranges)


class Cycle:
    def __init__(self, given, zone_of):
        self.first, self.last = date.fromisoformat(given["first"]), date.fromisoformat(given["last"])
        self.zone = zone_of(given["zone"])
        self.bits, self.holidays = given["weekdays"], given["holidays"]
        self.dates = [self.first + n * DAY for n in range((self.last - self.first).days + 1)]
        self.working = [day for day in self.dates if self.works(day)]

    def works(self, day):
        on = self.bits >> day.weekday() & 1
        return bool(on) and not within(day, self.holidays) and self.zone.has(day)

    def share(self, day):
        over = sum(1 for one in self.working if one <= day)
        return cut(Fraction(over, len(self.working))) if self.working else None


# A key result


@lru_cache(maxsize=None)
def due_dates(start, last, cadence, weekday):
    """Every due date after `start`, up to `last`."""
    ahead = [start + n * DAY for n in range(1, (last - start).days + 1)]
    ahead = [day for day in ahead if day.isoweekday() == weekday]
    if cadence == "weekly":
        return ahead
    if cadence == "fortnightly":
        return ahead[1::2]
    return [day for day in ahead if (day + 7 * DAY).month != day.month]


def stands(check_ins):
    """The check-ins that stand, each at the place of the first one it goes back to, in order."""
    by_id = {one["id"]: one for one in check_ins}
    replaced = {one["replaces"] for one in check_ins}
    rows = []
    for one in check_ins:
        if one["id"] in replaced:
            continue
        place = one
        while place["replaces"] in by_id:
            place = by_id[place["replaces"]]
        rows.append((instant(place["at"]), one["id"], date.fromisoformat(place["date"]), one))
    return sorted(rows, key=lambda row: row[:2])


def on_the_way(terms, value):
    baseline, target = Fraction(terms["baseline"]), Fraction(terms["target"])
    return cut((value - baseline) / (target - baseline))


def by_weight(terms, which):
    """The share of the milestones, by weight, of which something is so."""
    whole = sum(step["weight"] for step in terms["steps"])
    return cut(Fraction(sum(step["weight"] for step in terms["steps"] if which(step)), whole))


def is_kept(terms, value):
    low, high = terms.get("low"), terms.get("high")
    return (low is None or Fraction(low) <= value) and (high is None or value <= Fraction(high))


def kept(terms, dues, rows, last):
    """The share of due dates with data whose newest check-in lies within the bounds. Whatever comes after the last due
    date belongs to the cycle's last day."""
    newest = {}
    for _, _, day, one in rows:
        newest[next((due for due in dues if due >= day), last)] = Fraction(one["value"])
    inside = sum(1 for value in newest.values() if is_kept(terms, value))
    return cut(Fraction(inside, len(newest))) if newest else None


def expected_by(terms, cycle, day):
    """Where the calendar wants it when this day is over."""
    if terms["pace"] == "none":
        return None
    if terms["kind"] == "keep_within":
        return Fraction(1)
    if terms["pace"] == "linear":
        return cycle.share(day)
    if terms["kind"] == "milestones":
        due = lambda step: cycle.last if step["due"] is None else date.fromisoformat(step["due"])
        return by_weight(terms, lambda step: due(step) <= day or day >= cycle.last)
    points = [(date.fromisoformat(one["on"]), on_the_way(terms, Fraction(one["value"]))) for one in terms["checkpoints"]]
    points = [(on, min(max(share, Fraction(0)), Fraction(1))) for on, share in points if cycle.first <= on < cycle.last]
    points = [(cycle.first - DAY, Fraction(0)), *points, (cycle.last, Fraction(1))]
    if day >= cycle.last:
        return Fraction(1)
    for (start, low), (end, high) in zip(points, points[1:]):
        if start <= day < end:
            return cut(low + (high - low) * Fraction((day - start).days, (end - start).days))


def pace_of(progress, expected, share, lasts):
    if progress is None:
        return None
    if progress >= 1 and not (lasts and share < 1):
        return "done"
    if expected is None or share < TENTH:
        return None
    gap = expected - progress
    return "on_track" if gap <= TENTH else "at_risk" if gap <= QUARTER else "off_track"


class KeyResult:
    def __init__(self, given, cycle, owners, zone_of):
        self.given, self.cycle, self.owners, self.zone_of = given, cycle, owners, zone_of
        self.rows = stands(given["check_ins"])
        self.terms = sorted(given["terms"], key=lambda entry: (instant(entry["effective_at"]), entry["id"]))
        self.dropped = instant(given["dropped_at"])

    def terms_at(self, end):
        if self.dropped is not None and self.dropped < end:
            return None
        held = [entry for entry in self.terms if instant(entry["effective_at"]) < end]
        return held[-1] if held else None

    def start(self):
        made = self.cycle.zone.date(instant(self.terms[0]["effective_at"]))
        return max(made, self.cycle.first)

    def dues(self):
        return due_dates(self.start(), self.cycle.last, self.given["cadence"], self.given["weekday"])

    def progress(self, terms, seen):
        """The value that is shown, and the progress as it is."""
        if not seen:
            return None, None
        one = seen[-1][3]
        value = Fraction(one["value"])
        if terms["kind"] == "milestones":
            done = lambda step: step["id"] in one["done"]
            return Fraction(sum(1 for step in terms["steps"] if done(step))), by_weight(terms, done)
        if terms["kind"] == "keep_within":
            return value, kept(terms, self.dues(), seen, self.cycle.last)
        if terms["kind"] == "yes_no":
            return value, Fraction(1 if value >= 1 else 0)
        return value, on_the_way(terms, value)

    def stale_at(self, terms, last):
        start = self.start()
        last = max(start if last is None else last, start)
        ahead = [d for d in self.dues() if d > last]
        if not ahead:
            return None
        owner = self.owners.get(terms["owner"])
        zone, works = self.cycle.zone, self.cycle.works
        if owner is not None:
            zone = self.zone_of(owner["zone"])
            works = lambda day: owner["weekdays"] >> day.weekday() & 1 and not within(day, owner["away"])
        day, worked = ahead[0], 0
        for _ in range(800):
            day += DAY
            worked += 1 if works(day) else 0
            if worked == 2:
                return zone.begins(day + DAY)
        return None

    def day(self, day, end):
        terms = self.terms_at(end)
        if terms is None:
            return None
        seen = [row for row in self.rows if row[0] < end]
        _, _, last, one = seen[-1] if seen else (None, None, None, None)
        value, raw = self.progress(terms, seen)
        progress = None if raw is None else min(max(raw, Fraction(0)), Fraction(1))
        share = self.cycle.share(day)
        expected = expected_by(terms, self.cycle, day)
        stale_at = self.stale_at(terms, last)
        stale = stale_at is not None and stale_at < end
        return {
            "weight": terms["weight"],
            "progress": progress,
            "expected": expected,
            "row": {
                "date": day.isoformat(),
                "check_in": one["id"] if one else None,
                "value": written(value),
                "raw": written(raw),
                "progress": written(progress),
                "expected": written(expected),
                "pace": pace_of(progress, expected, share, terms["kind"] == "keep_within"),
                "confidence": one["confidence"] if one else None,
                "status": "stale" if stale else one["confidence"] if one else "pending",
            },
        }


# Objectives


def mean(parts):
    parts = list(parts)
    return cut(sum(w * p for w, p in parts) / sum(w for w, _ in parts)) if parts else None


class Objectives:
    def __init__(self, given):
        self.given = given

    def alive(self, one, end):
        dropped = instant(one["dropped_at"])
        return instant(one["created_at"]) < end and (dropped is None or dropped >= end)

    def figure(self, one, end, own):
        """Progress, expectation and the counts of an objective, down to the leaves."""
        parts = list(own.get(one["id"], []))
        if one["count_aligned"]:
            for child in self.given:
                told = child["private_to"] in (None, one["private_to"])
                if child["parent"] == one["id"] and told and self.alive(child, end):
                    below = self.figure(child, end, own)
                    parts.append((child["weight"], below["progress"], below["expected"]))
        data = [(w, p, e) for w, p, e in parts if p is not None]
        return {
            "progress": mean((w, p) for w, p, _ in data),
            "expected": mean((w, e) for w, _, e in data if e is not None),
            "counted": len(data),
            "missing": len(parts) - len(data),
        }


def days(case):
    zone_of = lru_cache(maxsize=None)(lambda name: Zone(name, case["rules"]))
    cycle = Cycle(case["cycle"], zone_of)
    key_results = {
        one["id"]: KeyResult(one, cycle, case["owners"], zone_of) for one in case["key_results"]
    }
    objectives = Objectives(case["objectives"])
    now = instant(case["now"])
    out = {"key_results": {}, "objectives": {}}
    for day in cycle.dates:
        end = cycle.zone.begins(day + DAY)
        if end > now:
            break
        if not cycle.zone.has(day):
            continue
        own = {}
        for name, key_result in key_results.items():
            figures = key_result.day(day, end)
            if figures is not None:
                out["key_results"].setdefault(name, []).append(figures["row"])
                part = (figures["weight"], figures["progress"], figures["expected"])
                own.setdefault(key_result.given["objective"], []).append(part)
        for one in case["objectives"]:
            if objectives.alive(one, end):
                figure = objectives.figure(one, end, own)
                row = {
                    "date": day.isoformat(),
                    "progress": written(figure["progress"]),
                    "expected": written(figure["expected"]),
                    "pace": pace_of(figure["progress"], figure["expected"], cycle.share(day), figure["expected"] == 1),
                    "counted": figure["counted"],
                    "missing": figure["missing"],
                }
                out["objectives"].setdefault(one["id"], []).append(row)
    return out


for line in sys.stdin:
    print(json.dumps(days(json.loads(line))))
