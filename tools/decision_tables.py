#!/usr/bin/env python3
"""Writes tests/dmn/ordered.txt: decision tables of every hit policy over every ordered type, with expected results.

The oracle works on places in a list of points, never on FEEL values: it knows nothing of the engine that it tests.
Run it again only to change the tables:  tools/decision_tables.py > tests/dmn/ordered.txt
"""

TYPES = {
    "number": ["-10.5", "-1", "0", "0.1", "7", "7.25", "1000000"],
    "string": ['"a"', '"ab"', '"b"', '"c"', '"d"', '"e"', '"あ"'],
    "date": ['@"1999-12-31"', '@"2000-01-01"', '@"2000-02-29"', '@"2004-02-29"', '@"2026-03-31"', '@"2026-04-01"',
             '@"9999-12-31"'],
    "time": ['@"00:00:00"', '@"00:00:01"', '@"08:30:00"', '@"12:00:00"', '@"17:15:00"', '@"23:59:58"', '@"23:59:59"'],
    "date and time": ['@"1999-12-31T23:59:59"', '@"2000-01-01T00:00:00"', '@"2000-01-01T00:00:01"',
                      '@"2004-02-29T12:00:00"', '@"2026-03-31T23:59:59"', '@"2026-04-01T00:00:00"',
                      '@"9999-12-31T00:00:00"'],
    "days and time duration": ['@"-P1D"', '@"PT0S"', '@"PT1S"', '@"PT1H"', '@"P1D"', '@"P1DT1S"', '@"P365D"'],
    "years and months duration": ['@"-P1Y"', '@"P0M"', '@"P1M"', '@"P11M"', '@"P1Y"', '@"P13M"', '@"P100Y"'],
}
# Rules as (low, low closed, high, high closed) over places; None is unbounded. With what each gives.
RULES = [
    ((0, True, 2, False), 10),
    ((1, True, 4, True), 30),
    ((2, False, 5, False), 20),
    ((4, True, None, False), 20),
]
PRIORITY = [30, 10, 20]
POLICIES = ["U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"]


def text(points, rule, style):
    low, low_in, high, high_in = rule
    if high is None:
        return (">= " if low_in else "> ") + points[low]
    if style == 1:  # the other way to write an open end
        return ("[" if low_in else "]") + points[low] + ".." + points[high] + ("]" if high_in else "[")
    return ("[" if low_in else "(") + points[low] + ".." + points[high] + ("]" if high_in else ")")


def inside(place, rule):
    low, low_in, high, high_in = rule
    above = place > low or (place == low and low_in)
    below = high is None or place < high or (place == high and high_in)
    return above and below


def settle(policy, values):
    if not values:
        return {"R": "[]", "O": "[]", "C": "[]", "C#": "0"}.get(policy, "null")
    if policy == "U":
        return str(values[0]) if len(values) == 1 else "null"
    if policy == "A":
        return str(values[0]) if len(set(values)) == 1 else "null"
    if policy == "P":
        return str(min(values, key=PRIORITY.index))
    if policy == "F":
        return str(values[0])
    if policy in ("R", "C"):
        return "[" + ", ".join(map(str, values)) + "]"
    if policy == "O":
        return "[" + ", ".join(map(str, sorted(values, key=PRIORITY.index))) + "]"
    return str({"C+": sum, "C<": min, "C>": max, "C#": len}[policy](values))


def main():
    print("# Written by tools/decision_tables.py: every hit policy over every ordered type.")
    for number, (name, points) in enumerate(TYPES.items()):
        for policy in POLICIES:
            for style in (0, 1):
                default = style == 1 and policy in ("U", "A", "P", "F")
                print(f"\ntable {policy} over {name}, written in way {style + 1}")
                print(f"in x: {name}")
                print("out r: number" + (" among " + ", ".join(map(str, PRIORITY)) if policy in "PO" else "")
                      + (" default 99" if default and policy != "P" else ""))
                for rule, value in RULES:
                    print(f"{text(points, rule, style)} => {value}")
                for place, point in enumerate(points):
                    values = [value for rule, value in RULES if inside(place, rule)]
                    expected = settle(policy, values)
                    if not values and default and policy != "P":
                        expected = "99"
                    print(f"? {point} => {expected}")
                none = "99" if default and policy != "P" else settle(policy, [])
                print(f"? null => {none}")


main()
