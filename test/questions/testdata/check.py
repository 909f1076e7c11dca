"""Works out the figures in the answers to the questions anew.

    check.py TABLES ANSWERS

TABLES is a folder with nodes.csv and edges.csv, as exported; ANSWERS one with the answers
(NAME.json) and what was asked (NAME.vars.json). It knows nothing of the service but these
files: pandas joins, groups and adds up, networkx walks. It prints a line for each figure, and
ends with 1 if one differs from the answer's.
"""

import json
import sys
from decimal import Decimal
from pathlib import Path

import networkx as nx
import pandas as pd

pd.options.mode.copy_on_write = True
tables, answers = Path(sys.argv[1]), Path(sys.argv[2])
nodes = pd.read_csv(tables / "nodes.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig").set_index("id", drop=False)
edges = pd.read_csv(tables / "edges.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
ACTORS = ("Organisation", "Cluster", "Network")
differ = 0


def figure(question, what, said, worked_out):
    """Compares a figure of an answer with what was worked out here."""
    global differ
    same = said == worked_out
    differ += not same
    print(f"{question}: {what}: {worked_out}" + ("" if same else f", BUT THE ANSWER SAYS {said}"))


def answer(question):
    """What was answered and what was asked."""
    data = json.loads((answers / f"{question}.json").read_text(encoding="utf-8"))["data"]
    return data, json.loads((answers / f"{question}.vars.json").read_text(encoding="utf-8"))


def of(typ):
    """The edges of a type."""
    return edges[edges.type == typ]


def kind(ids):
    """The kinds of some nodes."""
    return nodes.kind.reindex(ids)


taking = of("PARTICIPATES_IN")
taking = taking[kind(taking.to).eq("Project").to_numpy()]


def below(root):
    """A place, programme or topic with all that is part of it."""
    tree = nx.DiGraph()
    tree.add_node(root)
    tree.add_edges_from(of("PART_OF")[["to", "from"]].itertuples(index=False))
    return {root} | nx.descendants(tree, root)


def side(given):
    """The actors that a side means, with the networks by which they belong to it."""
    if "membersOf" in given:
        found = of("MEMBER_OF")
        return found[found.to.isin(given["membersOf"])].groupby("from").to.agg(lambda x: sorted(set(x))).to_dict()
    if "place" in given:
        found = of("LOCATED_IN")
        found = found[found.to.isin(below(given["place"])) & kind(found["from"]).isin(ACTORS).to_numpy()]
        return {x: [] for x in found["from"]}
    return {x: [] for x in given["actors"]}


def cents(amount):
    """An amount in the smallest unit, exact."""
    return int(Decimal(amount) * 100)


def money(rows):
    """What participations are paid: sums by currency, how many are known, of how many."""
    out = []
    known = rows[rows["contribution.amount"] != ""]
    for currency, part in known.groupby("contribution.currency"):
        total = Decimal(sum(cents(x) for x in part["contribution.amount"])) / 100
        out.append({"amount": f"{total:.2f}", "currency": currency, "known": len(part), "of": len(rows)})
    return out


def role(rows):
    """The role of an actor's participations in a project: coordinator before others."""
    roles = [r for r in rows.role if r]
    return "COORDINATOR" if "COORDINATOR" in roles else (roles[0] if roles else None)


def dates(given):
    """The first and last day that a date stands for."""
    if "Q" in given:
        p = pd.Period(given.replace("-", ""), freq="Q")
    else:
        p = pd.Period(given, freq={4: "Y", 7: "M"}.get(len(given), "D"))
    return p.start_time.date(), p.end_time.date()


def since(a, b, shared):
    """The earliest day on which both took part in a shared project, as precisely as known."""
    starts = []
    for p in shared:
        begins, ends = [], []
        for x in (a, b):
            rows = taking[(taking["from"] == x) & (taking.to == p)]
            first = [dates(r) + (r,) for r in (s or nodes.start[p] for s in rows.since) if r]
            last = [u or nodes.end[p] for u in rows.until]
            begins.append(min(first) if first else None)
            ends.append(max(dates(u)[1] for u in last) if all(last) else None)
        if None in begins:
            continue
        latest = max(begins)
        if all(end is None or latest[0] <= end for end in ends):
            starts.append(latest)
    return min(starts)[2] if starts else None


def shared_projects(actors):
    """Pairs of actors (a before b) with the projects that they share."""
    mine = taking[taking["from"].isin(actors)][["from", "to"]].drop_duplicates()
    both = mine.merge(mine, on="to")
    both = both[both.from_x < both.from_y]
    return both.groupby(["from_x", "from_y"]).to.agg(list).to_dict()


def partnerships():
    question = "01-which-partners-share-projects"
    data, asked = answer(question)
    one, other = (side(s) for s in asked["between"])
    least = asked.get("filter", {}).get("minProjects", 0)
    pairs = {
        pair: projects
        for pair, projects in shared_projects(set(one) | set(other)).items()
        if len(projects) >= least and (pair[0] in one and pair[1] in other or pair[1] in one and pair[0] in other)
    }
    data = data["partnerships"]
    figure(question, "pairs", data["totalCount"], len(pairs))
    ranking = sorted((len(p) for p in pairs.values()), reverse=True)[:10]
    figure(question, "projects of the first pairs", [n["projectCount"] for n in data["nodes"]], ranking)
    for n in data["nodes"]:
        a, b = n["a"]["id"], n["b"]["id"]
        shared = pairs[min(a, b), max(a, b)]
        rows = taking[taking["from"].isin([a, b]) & taking.to.isin(shared)]
        name = f"{a} with {b}"
        figure(question, f"{name}: projects", sorted(e["node"]["id"] for e in n["sharedProjects"]["edges"]), sorted(shared))
        figure(question, f"{name}: since", n["since"], since(a, b, shared))
        figure(question, f"{name}: contribution", n["contribution"], money(rows))
        roles = {p: (role(rows[(rows["from"] == a) & (rows.to == p)]), role(rows[(rows["from"] == b) & (rows.to == p)])) for p in shared}
        figure(question, f"{name}: roles", {e["node"]["id"]: (e["roleA"], e["roleB"]) for e in n["sharedProjects"]["edges"]}, roles)
        figure(question, f"{name}: via", [sorted(x["id"] for x in n[v]) for v in ("viaA", "viaB")], [one.get(a, []), other.get(b, [])])
        pays = of("FUNDED_BY")
        figure(question, f"{name}: programmes", {e["node"]["id"]: sorted(p["name"] for p in e["node"]["programmes"]["nodes"]) for e in n["sharedProjects"]["edges"]},
               {p: sorted(nodes.name[pays[pays["from"] == p].to]) for p in shared})


def own_partners():
    question = "01-who-are-its-partners"
    data, asked = answer(question)
    me = asked["id"]
    mine = set(taking[taking["from"] == me].to)
    others = taking[taking.to.isin(mine) & (taking["from"] != me)]
    shared = others.groupby("from").to.agg(lambda x: sorted(set(x)))
    data = data["node"]["partners"]
    figure(question, "partners", data["totalCount"], len(shared))
    ranked = sorted(shared.items(), key=lambda x: (-len(x[1]), x[0]))[:20]
    figure(question, "the first partners", [(n["b"]["id"], n["projectCount"]) for n in data["nodes"]], [(b, len(p)) for b, p in ranked])
    for n in data["nodes"]:
        b = n["b"]["id"]
        figure(question, f"{b}: contribution", n["contribution"], money(taking[taking["from"].isin([me, b]) & taking.to.isin(shared[b])]))
        figure(question, f"{b}: since", n["since"], since(me, b, shared[b]))


def breakdowns():
    question = "06-how-it-breaks-down"
    data, asked = answer(question)
    is_place = kind(of("LOCATED_IN").to).eq("Place").to_numpy()
    located = of("LOCATED_IN")[is_place]
    located = located[kind(located["from"]).isin(ACTORS).to_numpy()]
    up = of("PART_OF")
    tree = nx.DiGraph()
    tree.add_nodes_from(nodes.id[nodes.kind == "Place"])
    tree.add_edges_from(up[kind(up["from"]).eq("Place").to_numpy()][["from", "to"]].itertuples(index=False))
    country_of = {p: {q for q in {p} | nx.descendants(tree, p) if nodes.level[q] == "COUNTRY"} for p in set(located.to)}
    countries = {}
    for actor, place in located[["from", "to"]].itertuples(index=False):
        countries.setdefault(actor, set()).update(nodes.code[c] for c in country_of[place])
    for actor, code in nodes.country[nodes.kind.isin(ACTORS) & (nodes.country != "")].items():
        if not countries.get(actor):
            countries[actor] = {code}
    rows = taking.assign(country=[sorted(countries.get(a, ())) or [None] for a in taking["from"]]).explode("country")
    euro = taking[taking["contribution.currency"] == "EUR"]
    total = sum(cents(x) for x in euro["contribution.amount"])
    said = data["countries"]
    figure(question, "countries", said["totalCount"], rows.country.nunique(dropna=False))
    groups = []
    for code, part in rows.groupby("country", dropna=False):
        known = part[part["contribution.currency"] == "EUR"]
        value = sum(cents(x) for x in known["contribution.amount"])
        groups.append((code if isinstance(code, str) else None, len(part), part["from"].nunique(), value, len(known)))
    by = {g[0]: g for g in groups}
    for n in said["nodes"]:
        code = n["keys"][0]["code"] if n["keys"][0] else None
        _, count, actors, value, known = by[code]
        figure(question, f"country {code}: count, actors, known, of", (n["count"], n["actors"], n["known"], n["of"]), (count, actors, known, count))
        figure(question, f"country {code}: contribution", n["value"], f"{Decimal(value) / 100:.2f}" if known else None)
        if known and total:
            figure(question, f"country {code}: share", round(n["share"], 12), round(value / total, 12))
    values = [-1 if n["value"] is None else cents(n["value"]) for n in said["nodes"]]
    figure(question, "countries: the most first", values, sorted((g[3] if g[4] else -1 for g in groups), reverse=True)[: len(values)])

    framework = frameworks()
    projects = nodes[nodes.kind == "Project"]
    groups = {}
    for p in projects.itertuples():
        for f in framework.get(p.id) or [None]:
            g = groups.setdefault((f, p.start[:4] or None), [0, set(), 0, 0])
            g[0] += 1
            g[1].update(PARTNERS.get(p.id, ()))
            amount, currency = nodes.at[p.id, "totalCost.amount"], nodes.at[p.id, "totalCost.currency"]
            if currency == "EUR":
                g[2] += cents(amount)
                g[3] += 1
    said = data["years"]
    figure(question, "frameworks and years", said["totalCount"], len(groups))
    for n in said["nodes"]:
        f, year = n["keys"]
        key = (f["id"] if f else None, year["code"] if year else None)
        count, actors, value, known = groups[key]
        figure(question, f"{key}: count, actors, total cost, known, of", (n["count"], n["actors"], n["value"], n["known"], n["of"]),
               (count, len(actors), f"{Decimal(value) / 100:.2f}" if known else None, known, count))

    said = data["roles"]
    groups = {}
    alone = set(nodes.id[nodes.kind.isin(ACTORS)]) - set(taking["from"])
    rows = [(a, r or None) for a, r in taking[["from", "role"]].itertuples(index=False)] + [(a, None) for a in alone]
    for a, r in rows:
        groups.setdefault((nodes.type[a] or None, r), set()).add(a)
    figure(question, "types and roles", said["totalCount"], len(groups))
    for n in said["nodes"]:
        key = tuple(k["code"] if k else None for k in n["keys"])
        figure(question, f"{key}: actors", (n["count"], n["actors"]), (len(groups[key]),) * 2)

    given = {"place": asked["within"]} if nodes.kind[asked["within"]] == "Place" else {"membersOf": [asked["within"]]}
    rows = taking[taking["from"].isin(side(given))]
    years = nodes.start.reindex(rows.to).str[:4].to_numpy()
    rows = rows.assign(year=years)
    said = data["within"]
    figure(question, "years within", sorted(str(n["keys"][0] and n["keys"][0]["code"]) for n in said["nodes"]), sorted(str(y or None) for y in rows.year.unique()))
    for n in said["nodes"]:
        year = n["keys"][0] and n["keys"][0]["code"]
        until = rows[(rows.year <= year) & (rows.year != "")] if year else rows[rows.year == ""]
        figure(question, f"within until {year}: projects, actors", (n["count"], n["actors"]), (until.to.nunique(), until["from"].nunique()))


PARTNERS = taking.groupby("to")["from"].agg(set).to_dict()


def frameworks():
    """The framework programmes that pay for each project."""
    up = of("PART_OF")
    tree = nx.DiGraph()
    tree.add_nodes_from(nodes.id[nodes.kind == "Programme"])
    tree.add_edges_from(up[kind(up["from"]).eq("Programme").to_numpy()][["from", "to"]].itertuples(index=False))
    above = {p: sorted(q for q in {p} | nx.descendants(tree, p) if nodes.level.get(q) == "FRAMEWORK") for p in tree}
    pays = of("FUNDED_BY")
    out = {}
    for project, programme in pays[["from", "to"]].itertuples(index=False):
        out.setdefault(project, set()).update(above[programme])
    return out


def who_worked():
    question = "08-who-worked-on-what"
    data, asked = answer(question)
    me = asked["actor"]
    works = of("AFFILIATED_WITH")
    actor = data["node"]
    figure(question, "people", sorted(e["node"]["name"] for e in actor["people"]["edges"]), sorted(nodes.name[works[works.to == me]["from"]]))
    figure(question, "projects", actor["projects"]["totalCount"], len(taking[taking["from"] == me]))
    figure(question, "roles", {e["node"]["id"]: e["role"] for e in actor["projects"]["edges"]},
           {r.to: r.role or None for r in taking[taking["from"] == me].sort_values("to").head(10).itertuples()})
    met = of("TAKES_PART_IN")
    people = met[kind(met["from"]).eq("Person").to_numpy()]
    figure(question, "who takes part in events", data["people"]["totalCount"], people["from"].nunique())
    for n in data["people"]["nodes"]:
        ids = nodes.id[(nodes.kind == "Person") & (nodes.name == n["name"])]
        figure(question, f"{n['name']}: for whom", sorted(e["node"]["name"] for e in n["affiliations"]["edges"]), sorted(nodes.name[works[works["from"].isin(ids)].to]))
        events = met[met["from"].isin(ids)].to
        figure(question, f"{n['name']}: met at", sorted((e["node"]["name"], e["node"]["participants"]["totalCount"]) for e in n["events"]["edges"]),
               sorted((nodes.name[e], int((met.to == e).sum())) for e in events))


def where_from():
    question = "10-where-from"
    data, asked = answer(question)
    node = data["node"]
    figure(question, "name", node["name"], nodes.name[asked["id"]])
    prop = asked["property"]
    if prop in nodes.columns and prop != "name":
        figure(question, f"the preferred {prop} is the first that is said", str(node["statements"]["nodes"][0]["value"]), nodes.at[asked["id"], prop])
    else:
        figure(question, "every name that is said is the name or an alias", sorted({s["value"] for s in node["statements"]["nodes"]}),
               sorted({nodes.name[asked["id"]], *filter(None, nodes.aliases[asked["id"]].split("; "))}))


for check in (partnerships, own_partners, breakdowns, who_worked, where_from):
    check()
sys.exit(differ > 0)
