"""Says in lines what the URBACT tables hold, with nothing but Python's standard library: an
independent way to what the ready mappings must tell. Each line is "what<TAB>...", sorted."""
import csv
import sys
import unicodedata

csv.field_size_limit(1 << 30)
CODES = {"UK": "GB", "EL": "GR"}


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        for row in csv.DictReader(f, delimiter=";"):
            yield {k: "" if (v or "").strip() == "NA" else (v or "").strip() for k, v in row.items()}


def city(code, name):
    return code or name


def number(s):
    return repr(float(s.replace(",", "."))) if s else "0.0"


networks, membership = sys.argv[1:]
out = set()
for r in rows(networks):
    code = r["Code_Network"]
    out.add(("network", code, r["Name"], r["Description"] or r["Aims"], r["Start"], r["End"], r["Url"], r["NbCities"]))
    if r["LeadPartner"]:
        out.add(("lead", city(r["CodeCity"], r["LeadPartner"]), r["LeadPartner"], CODES.get(r["LeadPartnerCountry"], r["LeadPartnerCountry"]), code, r["Start"], r["End"]))
    out.add(("phase", code, r["Phase"].replace("Urbact", "URBACT")))
    for cell in (r["Main.Key.Word"], r["Additionnal.key.words"]):
        for word in cell.split("/"):
            plain = unicodedata.normalize("NFKD", word.lower())
            slug = "-".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())
            if slug:
                out.add(("keyword", code, slug))
for r in rows(membership):
    code, who = r["Code_Network"], city(r["CodeCity"], r["NameCity"])
    country = CODES.get(r["Country"], r["Country"])
    role = {"Lead Partner": "COORDINATOR", "Partner": "MEMBER"}[r["City.Statut"]]
    out.add(("member", who, code, role, r["Start"], r["End"]))
    out.add(("city", who, r["NameCity"], country, number(r["lat_GN"]), number(r["lng_GN"])))
    place = r["geonameId"] if r["asciiName"] else country
    if r["asciiName"]:
        out.add(("place", place, r["asciiName"]))
        out.add(("lies in", place, country))
    out.add(("is in", who, place))
for line in sorted("\t".join(x).replace("\n", "\\n").replace("\r", "") for x in out):
    print(line)
