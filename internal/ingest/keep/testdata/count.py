"""Counts what two exports of keep.eu hold, with Python's standard library alone.

    python3 count.py PROJECTS.csv PARTNERS.csv

Prints JSON: how many projects, partners, participations and lead partners there are, the sums
of the budgets in cents, participations by country, and how many places partners are at (a region
of NUTS, else a country).
"""

import collections
import csv
import json
import re
import sys
import unicodedata


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f, delimiter=";"))


def cents(text):
    """49,597.57 and 42157.93 alike."""
    if not text:
        return 0
    whole, _, part = text.replace(",", "").partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def words(name):
    """A name without regard to case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("đ", "d").replace("Đ", "D").replace("ł", "l").replace("Ł", "L"))
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"['’‘`´ʼ]", "", "".join(c for c in plain if not unicodedata.combining(c)).lower())))


projects, partners = rows(sys.argv[1]), rows(sys.argv[2])
of = {(p["Programme"], p["Acronym"]): p for p in projects}
country, places = collections.Counter(), set()
for p in partners:
    code = p["Country code"].split()[0]
    country[code] += 1
    for column in ("NUTS3 (or equivalent)", "NUTS2 (or equivalent)", "NUTS1 (or equivalent)"):
        if p[column].strip():
            code = p[column].split()[0]
            break
    places.add((p["Country"], words(p["Project Partner"]), code))
print(json.dumps({
    "projects": len(of.keys() | {(p["Programme"], p["Acronym"]) for p in partners}),
    "partners": len({(p["Country"], words(p["Project Partner"])) for p in partners}),
    "participations": len(partners),
    "leads": sum(p["Lead Partner"] == "Yes" for p in partners),
    "budget": sum(cents(p["Budget"]) for p in projects),
    "funding": sum(cents(p["EU Funding"]) for p in projects),
    "public": len({(p["Country"], words(p["Project Partner"])) for p in partners if p["Legal Status"] == "public"}),
    "country": country,
    "places": len(places),
}, sort_keys=True))
