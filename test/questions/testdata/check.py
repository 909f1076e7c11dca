"""Works out the figures in the answers to the questions anew.

    check.py TABLES ANSWERS

TABLES is a folder with nodes.csv and edges.csv, as exported; ANSWERS one with the answers
(NAME.json) and what was asked (NAME.vars.json). It knows nothing of the service but these
files: pandas joins, groups and adds up, networkx walks. It prints a line for each figure, and
ends with 1 if one differs from the answer's.
"""

import functools
import json
import math
import sys
from decimal import Decimal
from pathlib import Path

import networkx as nx
import numpy as np
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
    if isinstance(worked_out, dict):
        worked_out = dict(sorted(worked_out.items()))  # printed alike in each run
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
PARTNERS = taking.groupby("to")["from"].agg(set).to_dict()


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


@functools.cache
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
    theirs = taking[taking["from"].isin([a, b]) & taking.to.isin(shared)]
    for p in shared:
        begins, ends = [], []
        for x in (a, b):
            rows = theirs[(theirs["from"] == x) & (theirs.to == p)]
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


@functools.cache
def countries_of():
    """The codes of the countries that each actor is located in."""
    is_place = kind(of("LOCATED_IN").to).eq("Place").to_numpy()
    located = of("LOCATED_IN")[is_place]
    located = located[kind(located["from"]).isin(ACTORS).to_numpy()]
    up = of("PART_OF")
    tree = nx.DiGraph()
    tree.add_nodes_from(nodes.id[nodes.kind == "Place"])
    tree.add_edges_from(up[kind(up["from"]).eq("Place").to_numpy()][["from", "to"]].itertuples(index=False))
    country_of = {p: {q for q in {p} | nx.descendants(tree, p) if nodes.level[q] == "COUNTRY"} for p in set(located.to)}
    codes_of = {p: {nodes.code[c] for c in above} for p, above in country_of.items()}
    countries = {}
    for actor, place in located[["from", "to"]].itertuples(index=False):
        countries.setdefault(actor, set()).update(codes_of[place])
    for actor, code in nodes.country[nodes.kind.isin(ACTORS) & (nodes.country != "")].items():
        if not countries.get(actor):
            countries[actor] = {code}
    return countries


def breakdowns():
    question = "06-how-it-breaks-down"
    data, asked = answer(question)
    countries = countries_of()
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
    for id, start, amount, currency in projects[["id", "start", "totalCost.amount", "totalCost.currency"]].itertuples(index=False):
        for f in framework.get(id) or [None]:
            g = groups.setdefault((f, start[:4] or None), [0, set(), 0, 0])
            g[0] += 1
            g[1].update(PARTNERS.get(id, ()))
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
    types = nodes.type.to_dict()
    for a, r in rows:
        groups.setdefault((types[a] or None, r), set()).add(a)
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


def links():
    question = "02-how-strongly-networks-are-linked"
    data, asked = answer(question)
    member = of("MEMBER_OF")
    member = member[kind(member.to).eq("Network").to_numpy()]
    networks = member.groupby("to")["from"].agg(set).to_dict()
    place = {nodes.code[i]: i for i in nodes.id[(nodes.kind == "Place") & (nodes.level == "COUNTRY")]}
    countries = {}
    for actor, codes in countries_of().items():
        for code in codes:
            countries.setdefault(place.get(code), set()).add(actor)
    countries.pop(None, None)
    found = {}
    for name, groups in (("networks", networks), ("countries", countries)):
        groups_of = {}
        for g, actors in groups.items():
            for x in actors:
                groups_of.setdefault(x, []).append(g)
        members = {}
        for gs in groups_of.values():
            for i, g in enumerate(sorted(gs)):
                for h in sorted(gs)[i + 1:]:
                    members[g, h] = members.get((g, h), 0) + 1
        projects, pairs = {}, {}
        for project, who in PARTNERS.items():
            who = sorted(who & groups_of.keys())
            for i, x in enumerate(who):
                for y in who[i + 1:]:
                    for g in groups_of[x]:
                        for h in groups_of[y]:
                            if g != h:
                                p = (g, h) if g < h else (h, g)
                                projects.setdefault(p, set()).add(project)
                                pairs.setdefault(p, set()).add((x, y))
        found[name] = members, projects, pairs
        figure(question, f"linked {name}", data[name]["totalCount"], len(members.keys() | projects.keys()))
        for n in data[name]["nodes"]:
            p = n["a"]["id"], n["b"]["id"]
            figure(question, f"{p}: shared members, shared projects, pairs", (n["sharedMembers"], n["sharedProjects"], n["partnerPairs"]),
                   (members.get(p, 0), len(projects.get(p, ())), len(pairs.get(p, ()))))
            both = groups[p[0]] | groups[p[1]]
            figure(question, f"{p}: contribution", n["contribution"], money(taking[taking.to.isin(projects.get(p, ())) & taking["from"].isin(both)]))
            if "members" in n:
                figure(question, f"{p}: members", [m["id"] for m in n["members"]["nodes"]], sorted(groups[p[0]] & groups[p[1]])[:100])
    members, projects, _ = found["networks"]
    ranked = sorted(members.keys() | projects.keys(), key=lambda p: (-members.get(p, 0), -len(projects.get(p, ())), p))
    figure(question, "the most linked networks", [(n["a"]["id"], n["b"]["id"]) for n in data["networks"]["nodes"]], ranked[: asked["first"]])
    members, projects, _ = found["countries"]
    ranked = sorted(members.keys() | projects.keys(), key=lambda p: (-len(projects.get(p, ())), p))
    figure(question, "the most linked countries", [(n["a"]["id"], n["b"]["id"]) for n in data["countries"]["nodes"]], ranked[: asked["first"]])


# What connects: not that something speaks of both, or that both may be one.
connecting = edges[~edges.type.isin(["ABOUT", "POSSIBLY_SAME_AS"])]
# What is not gone through.
STOPS = set(nodes.id[nodes.kind.isin(["Place", "Topic", "Programme", "Source"])])


def around():
    question = "03-what-is-around"
    data, asked = answer(question)
    data = data["neighbourhood"]
    graph = nx.Graph()
    graph.add_node(asked["id"])
    graph.add_edges_from(connecting[["from", "to"]].itertuples(index=False))
    levels, seen = [{asked["id"]}], {asked["id"]}
    for _ in range(asked["depth"]):
        on = [n for n in levels[-1] if n not in STOPS or n == asked["id"]]
        levels.append({m for n in on for m in graph[n]} - seen)
        seen |= levels[-1]
    figure(question, "nodes by distance", [x["nodeCount"] for x in data["levels"]], [len(x) for x in levels])
    figure(question, "nodes", (data["nodeCount"], data["cut"]), (len(seen), len(seen) > len(data["nodes"])))
    told = [n["id"] for n in data["nodes"]]
    want = []
    for depth, level in enumerate(levels):
        if depth == 0:
            want += sorted(level)
            continue
        nearer = [n for n in levels[depth - 1] if n not in STOPS or depth == 1]
        ties = connecting[connecting["from"].isin(level) & connecting.to.isin(nearer)]["from"].value_counts().add(
            connecting[connecting.to.isin(level) & connecting["from"].isin(nearer)].to.value_counts(), fill_value=0)
        want += sorted(level, key=lambda n: (-ties[n], n))
    figure(question, "who is told, in which order", told, want[:60])
    between = connecting[connecting["from"].isin(told) & connecting.to.isin(told)]
    figure(question, "edges", sorted((e["type"], e["from"]["id"], e["to"]["id"]) for e in data["edges"]),
           sorted(between[["type", "from", "to"]].itertuples(index=False, name=None)))


def connected():
    question = "04-how-they-are-connected"
    data, asked = answer(question)
    a, b = asked["from"], asked["to"]

    def paths(rows, through, limit, first):
        graph = nx.Graph()
        graph.add_nodes_from([a, b])
        graph.add_edges_from(rows[["from", "to"]].itertuples(index=False))
        graph.remove_nodes_from([n for n, degree in graph.degree if n not in (a, b) and not through(n, degree)])
        out = []
        if nx.has_path(graph, a, b):
            shortest = nx.shortest_path_length(graph, a, b)
            # Of each length all: the shortest by networkx, longer ones as long as some are wanted.
            out = sorted(nx.all_shortest_paths(graph, a, b))
            near = nx.single_source_shortest_path_length(graph, b, cutoff=limit)

            def on(path, left):
                # Goes only where b can still be reached in time: that finds every simple path of this length.
                if path[-1] == b:
                    return [path] if left == 0 else []
                return [p for n in graph[path[-1]] if n not in path and near.get(n, limit) < left for p in on([*path, n], left - 1)]

            for longer in range(shortest + 1, limit + 1):
                if len(out) >= first:
                    break
                out += sorted(on([a], longer))
        return out[:first]

    want = paths(connecting, lambda n, _: n not in STOPS, 6, 5)
    figure(question, "paths", [[n["id"] for n in p["nodes"]] for p in data["paths"]], want)
    figure(question, "lengths", [p["length"] for p in data["paths"]], [len(p) - 1 for p in want])
    for i, p in enumerate(data["paths"]):
        ids = [n["id"] for n in p["nodes"]]
        steps = set(zip(ids, ids[1:])) | set(zip(ids[1:], ids))
        figure(question, f"edges of path {i + 1}", sorted((e["type"], e["from"]["id"], e["to"]["id"]) for e in p["edges"]),
               sorted(e for e in connecting[["type", "from", "to"]].itertuples(index=False, name=None) if e[1:] in steps))
    by = edges[edges.type == "PARTICIPATES_IN"]
    want = paths(by, lambda _, degree: degree <= 100, 6, 1)
    figure(question, "paths that avoid hubs", [[n["id"] for n in p["nodes"]] for p in data["avoiding"]], want)


def network(rows, weigh=lambda n: 1):
    """Actors tied by the projects they share; the weight of a tie is the sum of what each weighs."""
    graph = nx.Graph()
    for _, who in rows.groupby("to")["from"]:
        who = sorted(set(who))
        for i, x in enumerate(who):
            for y in who[i + 1:]:
                if graph.has_edge(x, y):
                    graph[x][y]["weight"] += weigh(len(who))
                else:
                    graph.add_edge(x, y, weight=weigh(len(who)))
    return graph


def holding(year):
    """The participations that hold at some time in a year."""
    out = []
    start, end = nodes.start.to_dict(), nodes.end.to_dict()
    for r in taking.itertuples():
        since, until = r.since or start[r.to], r.until or end[r.to]
        out.append((not since or dates(since)[0].year <= year) and (not until or dates(until)[1].year >= year))
    return taking[out]


def pagerank(graph, damping=0.85):
    """By power iteration over the weights, as Brin and Page (1998) define it."""
    ids = list(graph)
    number = {n: i for i, n in enumerate(ids)}
    x, y, weights = map(np.array, zip(*((number[x], number[y], w) for x, y, w in graph.edges(data="weight"))))
    x, y, weights = np.concatenate([x, y]), np.concatenate([y, x]), np.concatenate([weights, weights])
    part = weights / np.bincount(x, weights)[x]
    order = np.argsort(y, kind="stable")
    x, y, part = x[order], y[order], part[order]
    first = np.searchsorted(y, np.arange(len(ids)))  # each has a tie
    rank = np.full(len(ids), 1 / len(ids))
    for _ in range(200):
        rank = (1 - damping) / len(ids) + damping * np.add.reduceat(part * rank[x], first)
    return dict(zip(ids, rank.tolist()))


def constraint(graph):
    """Burt's constraint of each (1992): the sum over its ties of (p(i,j) + sum of p(i,q) p(q,j))^2."""
    weights = nx.to_numpy_array(graph)
    part = weights / weights.sum(axis=1, keepdims=True)
    return dict(zip(graph, (((part + part @ part) ** 2) * (weights > 0)).sum(axis=1).tolist()))


def ranked(question, what, said, values, least_first=False, close=1e-9):
    """Compares a ranking with the values of all."""
    want = sorted(values.values(), reverse=not least_first)[: len(said)]
    figure(question, f"{what}: values", [x["value"] if abs(x["value"] - w) > close * max(1, abs(w)) else round(w, 6) for x, w in zip(said, want)], [round(w, 6) for w in want])
    figure(question, f"{what}: whose", {x["actor"]["id"] for x in said if abs(x["value"] - values[x["actor"]["id"]]) > close * max(1, abs(x["value"]))}, set())


@functools.cache
def network_of_all():
    """The network of all projects."""
    return network(taking)


def central():
    question = "05-who-is-central"
    data, asked = answer(question)
    graph = network_of_all()
    figure(question, "network size", data["degree"]["nodes"][0]["networkSize"], graph.number_of_nodes())
    figure(question, "ranked", data["degree"]["totalCount"], graph.number_of_nodes())
    ranked(question, "degree", data["degree"]["nodes"], dict(graph.degree()))
    ranked(question, "pagerank", data["pagerank"]["nodes"], pagerank(graph), close=1e-7)
    projects = taking.drop_duplicates(["from", "to"]).groupby("to")["from"].transform("size")
    alone = taking.drop_duplicates(["from", "to"])[projects > 1]["from"].value_counts().to_dict()
    ranked(question, "fractional strength is the number of shared projects", data["strength"]["nodes"], alone)

    graph = network(of_danube(asked))
    figure(question, "actors of the projection", data["betweenness"]["totalCount"], graph.number_of_nodes())
    ranked(question, "betweenness", data["betweenness"]["nodes"], nx.betweenness_centrality(graph))
    ranked(question, "closeness", data["closeness"]["nodes"], nx.closeness_centrality(graph))
    ranked(question, "constraint", data["constraint"]["nodes"], constraint(graph), least_first=True)

    countries = countries_of()
    share = {n: {c: 1 / len(countries[n]) for c in countries[n]} if countries.get(n) else {} for n in graph}
    roles = {}
    for b in graph:
        got = dict.fromkeys(("coordinator", "gatekeeper", "representative", "consultant", "liaison"), 0.0)
        near = sorted(graph[b])
        for i, x in enumerate(near):
            for y in near[i + 1:]:
                if graph.has_edge(x, y):
                    continue
                for gx, px in share[x].items():
                    for gy, py in share[y].items():
                        for gb, pb in share[b].items():
                            part = px * py * pb
                            if gx == gy == gb:
                                got["coordinator"] += 2 * part
                            elif gx == gy:
                                got["consultant"] += 2 * part
                            elif gx == gb or gy == gb:
                                got["gatekeeper"] += part
                                got["representative"] += part
                            else:
                                got["liaison"] += 2 * part
        roles[b] = got
    ranked(question, "brokerage", data["brokers"]["nodes"], {n: sum(r.values()) for n, r in roles.items()})
    for x in data["brokers"]["nodes"]:
        figure(question, f"roles of {x['actor']['id']}", {k: round(v, 6) for k, v in x["roles"].items()}, {k: round(v, 6) for k, v in roles[x["actor"]["id"]].items()})

    by_year = {}
    for x in data["years"]["nodes"]:
        by_year.setdefault(x["year"], []).append(x)
    for year, said in sorted(by_year.items()):
        graph = network(holding(year))
        figure(question, f"{year}: network size", said[0]["networkSize"], graph.number_of_nodes())
        ranked(question, f"{year}: degree", [dict(x, rank=0) for x in said], dict(graph.degree()))


def of_danube(asked):
    """The participations that a projection leaves: of projects of Danube programmes, if one was asked for."""
    if "projection" not in asked:
        return taking
    pays = of("FUNDED_BY")
    danube = pays[pays.to.isin(nodes.id[(nodes.kind == "Programme") & nodes.name.str.contains("danube", case=False)])]["from"]
    return taking[taking.to.isin(danube)]


def communities():
    question = "05-which-communities-appear"
    data, asked = answer(question)
    graph = network(of_danube(asked))
    told = data["communities"]
    parts = [{e["node"]["id"] for e in c["members"]["edges"]} for c in told]
    figure(question, "every actor is in one community", (sum(map(len, parts)), set().union(*parts) == set(graph)), (graph.number_of_nodes(), True))
    figure(question, "communities", (told[0]["communityCount"], told[0]["networkSize"]), (len(told), graph.number_of_nodes()))
    figure(question, "each is connected", [nx.is_connected(graph.subgraph(p)) for p in parts], [True] * len(parts))
    figure(question, "the largest first", [c["size"] for c in told], sorted(map(len, parts), reverse=True))
    modularity = nx.community.modularity(graph, parts, weight="weight")
    figure(question, "modularity", round(told[0]["modularity"], 9), round(modularity, 9))
    louvain = max(nx.community.modularity(graph, nx.community.louvain_communities(graph, weight="weight", seed=seed), weight="weight") for seed in range(5))
    figure(question, "as modular as Louvain's best of five, but for 0.01", told[0]["modularity"] > louvain - 0.01, True)
    countries = countries_of()
    place = {i: nodes.code[i] for i in nodes.id[nodes.kind == "Place"]}
    for c, p in zip(told[:10], parts[:10]):
        within = graph.subgraph(p)
        weight = within.size("weight")
        outside = sum(d for _, d in graph.degree(p, "weight")) - 2 * weight
        ties, n = within.number_of_edges(), len(p)
        name = f"community {c['number']}"
        figure(question, f"{name}: ties, density, weight within, outside", (c["ties"], round(c["density"], 9), round(c["weightWithin"], 6), round(c["weightOutside"], 6)),
               (ties, round(2 * ties / (n * (n - 1)), 9), round(float(weight), 6), round(float(outside), 6)))
        figure(question, f"{name}: members' weights", {e["node"]["id"]: e["weight"] for e in c["members"]["edges"]}, dict(within.degree(weight="weight")))
        for t in c["countries"]:
            code = place[t["node"]["id"]]
            count, total = (sum(code in countries.get(x, ()) for x in xs) for xs in (p, graph))
            figure(question, f"{name}: {code}", (t["count"], t["total"], round(t["share"], 9)), (count, total, round(count / n, 9)))


def suggestions():
    question = "07-whom-to-work-with-next"
    data, asked = answer(question)
    me = asked["id"]
    graph = network_of_all()
    mine = set(graph[me])
    projects = {x: set(rows.to) for x, rows in taking[taking["from"].isin(mine | {n["actor"]["id"] for part in data.values() for n in part["nodes"]} | {me})].groupby("from")}
    for n in data["suggestPartners"]["nodes"] + data["byPartners"]["nodes"]:
        b = n["actor"]["id"]
        said = {r["measure"]: round(r["value"], 9) for r in n["reasons"]}
        common = sorted(nx.common_neighbors(graph, me, b)) if b in graph else []
        want = {"COMMON_PARTNERS": len(common), "EXPERIENCE": len(projects.get(b, ()))}
        if b in graph:
            want["ADAMIC_ADAR"] = round(next(nx.adamic_adar_index(graph, [(me, b)]))[2], 9)
            want["RESOURCE_ALLOCATION"] = round(next(nx.resource_allocation_index(graph, [(me, b)]))[2], 9)
        figure(question, f"{b}: {', '.join(want)}", {m: said.get(m, 0) for m in want}, want)
        figure(question, f"{b} shares no project yet", b in mine, False)
        if "sharedPartners" in n:
            figure(question, f"{b}: shared partners", sorted(x["id"] for x in n["sharedPartners"]["nodes"]), common)
            figure(question, f"{b}: the score is what the measures add", round(n["score"], 9), round(sum(r["adds"] for r in n["reasons"]), 9))
    ways = [(sum(1 / math.log(graph.degree[z]) for z in nx.common_neighbors(graph, me, b)), b) for b in {c for z in mine for c in graph[z]} - mine - {me}]
    figure(question, "the first by Adamic and Adar", [round({r["measure"]: r["value"] for r in n["reasons"]}["ADAMIC_ADAR"], 9) for n in data["byPartners"]["nodes"]],
           [round(w, 9) for w, _ in sorted(ways, key=lambda x: -x[0])[:10]])


def changed():
    question = "09-what-changed"
    data, asked = answer(question)
    kinds = [{"CLUSTER": "Cluster", "PERSON": "Person", "NETWORK": "Network"}[k] for k in asked["kinds"]]
    figure(question, "nodes and edges", data["all"]["totalCount"], len(nodes) + len(edges))
    figure(question, "nodes of these kinds", data["nodes"]["totalCount"], int(nodes.kind.isin(kinds).sum()))
    figure(question, "edges of these types", data["edges"]["totalCount"], int(edges.type.isin(asked["relations"]).sum()))
    figure(question, "since a day to come", data["later"]["totalCount"], 0)
    for n in data["nodes"]["nodes"]:
        figure(question, n["id"], (n["what"], n["node"]["name"]), ("NEW", nodes.name[n["id"]]))


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


for check in (partnerships, own_partners, links, around, connected, central, communities, breakdowns, suggestions, who_worked, changed, where_from):
    check()
sys.exit(differ > 0)
