"""Prints what networkx says of some graphs, and what a plain count says of brokers: expected.json.

    python3 -m venv .venv && .venv/bin/pip install --require-hashes -r requirements.txt
    .venv/bin/python oracle.py > expected.json
"""

import itertools
import json
import math
import random
from fractions import Fraction

import networkx as nx


def weighted(g, weights):
    rnd = random.Random(7)
    for a, b, tie in sorted(g.edges(data=True), key=lambda e: e[:2]):
        tie["weight"] = weights(rnd)
    return g


def ordered(g):
    """The same graph, with nodes numbered in a fixed order."""
    out = nx.Graph()
    out.add_nodes_from(range(len(g)))
    number = {x: i for i, x in enumerate(sorted(g))}
    ties = (sorted((number[a], number[b])) + [float(t.get("weight", 1))] for a, b, t in g.edges(data=True))
    out.add_weighted_edges_from(sorted(ties))
    return out


def apart():
    """Two components of one eigenvalue, one of a smaller, and a node without ties."""
    g = nx.disjoint_union_all([nx.complete_graph(4), nx.complete_graph(4), nx.path_graph(5)])
    g.add_node(len(g))
    return g


def graphs():
    club = nx.karate_club_graph()
    sides = [0 if club.nodes[x]["club"] == "Mr. Hi" else 1 for x in sorted(club)]
    yield "karate club", ordered(club), [[s] for s in sides]
    women = nx.davis_southern_women_graph()
    bottom = [x for x in women if women.nodes[x]["bipartite"] == 0]
    yield "southern women", ordered(nx.bipartite.weighted_projected_graph(women, bottom)), [[i % 3] for i in range(len(bottom))]
    miserables = ordered(nx.les_miserables_graph())
    rnd = random.Random(1)
    yield "les miserables", miserables, [rnd.sample(range(5), rnd.randint(0, 3)) for _ in miserables]
    florence = ordered(nx.florentine_families_graph())
    yield "florentine families", florence, [[x % 4] for x in florence]
    yield "apart", ordered(apart()), [[x % 2] for x in range(14)]
    scattered = weighted(nx.gnm_random_graph(60, 90, seed=3), lambda r: r.choice([0.25, 0.5, 1.0, 2.0, 4.0]))
    yield "scattered", ordered(scattered), [rnd.sample(range(6), rnd.randint(0, 2)) for _ in scattered]
    dense = weighted(nx.gnm_random_graph(40, 300, seed=4), lambda r: r.uniform(0.1, 9))
    yield "dense", ordered(dense), [[x % 5] for x in dense]
    small = weighted(nx.watts_strogatz_graph(80, 4, 0.2, seed=5), lambda r: r.choice([1.0, 2.0]))
    yield "small world", ordered(small), [[x % 7] for x in small]


def brokerage(g, groups):
    """Gould and Fernandez, as in its definition: every ordered pair of partners that are not tied."""
    out = []
    for b in g:
        roles = dict.fromkeys(["coordinator", "gatekeeper", "representative", "consultant", "liaison"], 0.0)
        for a, c in itertools.permutations(g[b], 2):
            if g.has_edge(a, c):
                continue
            ways = list(itertools.product(groups[a], groups[b], groups[c]))
            for x, y, z in ways:
                if x == y == z:
                    role = "coordinator"
                elif y == z:
                    role = "gatekeeper"
                elif x == y:
                    role = "representative"
                elif x == z:
                    role = "consultant"
                else:
                    role = "liaison"
                roles[role] += 1 / len(ways)
        out.append(list(roles.values()))
    return out


def distances(g):
    """Exact, so that ways of the same length have it whatever order their ties are in."""
    for _, _, tie in g.edges(data=True):
        tie["length"] = 1 / Fraction(tie["weight"])


def listed(values, g):
    return [None if math.isnan(values[x]) else float(values[x]) for x in g]


def main():
    answer = []
    for name, g, groups in graphs():
        distances(g)
        answer.append({
            "name": name,
            "nodes": len(g),
            "ties": [[a, b, t["weight"]] for a, b, t in g.edges(data=True)],
            "groups": groups,
            "degree": listed(dict(g.degree()), g),
            "weightedDegree": listed(dict(g.degree(weight="weight")), g),
            "betweenness": listed(nx.betweenness_centrality(g), g),
            "betweennessInverse": listed(nx.betweenness_centrality(g, weight="length"), g),
            "closeness": listed(nx.closeness_centrality(g), g),
            "closenessInverse": listed(nx.closeness_centrality(g, distance="length"), g),
            "eigenvector": listed(nx.eigenvector_centrality(g, max_iter=100000, tol=1e-15, weight="weight"), g),
            "pageRank": pagerank(g),
            "constraint": listed(nx.constraint(g, weight="weight"), g),
            "brokerage": brokerage(g, groups),
        })
    print("[\n" + ",\n".join(json.dumps(a) for a in answer) + "\n]")


def pagerank(g):
    from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python
    return listed(_pagerank_python(g, alpha=0.85, max_iter=10000, tol=1e-16), g)


main()
