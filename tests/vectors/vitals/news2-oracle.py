#!/usr/bin/env python3
"""NEWS2, scale 1, of every row of a recording by itself, from the chart as data and in decimal arithmetic.

Written from the published chart (Royal College of Physicians, 2017) in another language than the product, to make
the expected scores that lie beside it: python3 news2-oracle.py < icu-hourly-cut.csv > icu-hourly-cut.news2.csv
"""
import csv
import sys
from decimal import Decimal

# (last value of the band, points), in the chart's precision; the last band has no end.
CHART = {
    "respiration": ("resp", "1", [("8", 3), ("11", 1), ("20", 0), ("24", 2), (None, 3)]),
    "spo2": ("spo2", "1", [("91", 3), ("93", 2), ("95", 1), (None, 0)]),
    "oxygen": ("oxygen", "1", [("0", 0), (None, 2)]),
    "systolic": ("sbp", "1", [("90", 3), ("100", 2), ("110", 1), ("219", 0), (None, 3)]),
    "pulse": ("hr", "1", [("40", 3), ("50", 1), ("90", 0), ("110", 1), ("130", 2), (None, 3)]),
    "consciousness": ("consciousness", None, None),
    "temperature": ("temp", "0.1", [("35.0", 3), ("36.0", 1), ("38.0", 0), ("39.0", 1), (None, 2)]),
}


def band(value, bands):
    for end, points in bands:
        if end is None or value <= Decimal(end):
            return points


def points(parameter, row):
    column, step, bands = CHART[parameter]
    text = (row.get(column) or "").strip()
    if text == "":
        return None
    if bands is None:
        return 0 if text == "A" else 3
    value, step = Decimal(text), Decimal(step)
    below = (value // step) * step
    rest = (value - below) / step
    if rest == Decimal("0.5"):
        return max(band(below, bands), band(below + step, bands))
    return band(below + step if rest > Decimal("0.5") else below, bands)


def risk(total, parts):
    if not parts:
        return "unknown"
    if total >= 7:
        return "high"
    if total >= 5:
        return "medium"
    return "low-medium" if 3 in parts else "low"


def main():
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["patient", "time_s", "total", "known", "risk", *CHART])
    for row in csv.DictReader(sys.stdin):
        parts = [points(parameter, row) for parameter in CHART]
        known = [part for part in parts if part is not None]
        time_s = int(Decimal(row["hour"]) * 3600) if "hour" in row else row["time_s"]
        shown = ["" if part is None else part for part in parts]
        out.writerow([row["patient"], time_s, sum(known), len(known), risk(sum(known), known), *shown])


main()
