"""What an import of CORDIS tables has to say, worked out apart from the importer.

Reads a zip with project.csv and organization.csv by Python's own csv module, and prints JSON:

  rows           how many rows each file has
  rejected       the rows that cannot be stored, each as file, line, reason
  contribution   the exact sum of ecContribution of all others, by country (ISO 3166-1 alpha-2)
  participations the same, by how many

Usage: python3 expected.py FILE.zip
"""

import csv
import io
import json
import sys
import zipfile
from collections import Counter, defaultdict
from decimal import Decimal, InvalidOperation

csv.field_size_limit(1 << 28)

# The European Union writes two countries otherwise than ISO 3166.
ISO = {"EL": "GR", "UK": "GB"}
NOTHING = {"", "-", "n/a", "na", "null", "none", "missing", "unknown"}


def rows(archive, name):
    """Yields the header, then each row with the number of its first line."""
    with archive.open(name) as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        first = text.readline()
        text.seek(0)
        reader = csv.reader(text, delimiter=max(";,\t", key=first.count))
        line = 1
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1


def main(path):
    out = {"rows": {}, "rejected": [], "contribution": {}, "participations": {}}
    sums, counts = defaultdict(Decimal), Counter()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            lines = rows(archive, name)
            _, header = next(lines)
            n = 0
            for line, row in lines:
                n += 1
                reject = lambda why: out["rejected"].append({"file": name, "line": line, "reason": why})
                if len(row) != len(header):
                    reject("unreadable")
                    continue
                value = {k: v.strip() for k, v in zip(header, row)}
                has = lambda k: value.get(k, "").lower() not in NOTHING
                if name == "project.csv":
                    if not has("id") and not has("rcn"):
                        reject("no project")
                elif name == "organization.csv":
                    pic = value["organisationID"]
                    identified = len(pic) == 9 and pic.isdigit() and len(set(pic)) > 1
                    if not identified and value["name"] == "":
                        reject("no organisation")
                    elif not has("projectID"):
                        reject("no project")
                    else:
                        country = ISO.get(value["country"], value["country"])
                        counts[country] += 1
                        try:
                            amount = Decimal(value["ecContribution"].replace(",", "."))
                        except InvalidOperation:
                            continue
                        if amount == amount.quantize(Decimal("0.01")):
                            sums[country] += amount
            out["rows"][name] = n
    out["contribution"] = {c: format(s, ".2f") for c, s in sorted(sums.items())}
    out["participations"] = dict(sorted(counts.items()))
    json.dump(out, sys.stdout, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main(sys.argv[1])
