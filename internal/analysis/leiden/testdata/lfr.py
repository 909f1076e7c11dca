"""What igraph and leidenalg find in random networks with planted communities.

    pip install igraph==1.0.0 leidenalg==0.12.0 networkx==3.6.1
    python3 lfr.py > lfr.json

The networks are LFR benchmarks (A. Lancichinetti, S. Fortunato, F. Radicchi, 2008) as networkx
makes them, with weights of 1 to 3; beside them some that are known to be hard, or to be
simple. Of each it tells the ties, what a partition of it is worth, and the best and the median
of what is found with 20 seeds.
"""
import json
import random
import statistics
import sys

import igraph
import leidenalg
import networkx


def lfr(n, mu, seed):
    g = networkx.LFR_benchmark_graph(n, 3, 1.5, mu, average_degree=8, max_degree=40, min_community=15, max_community=60, seed=seed)
    g.remove_edges_from(list(networkx.selfloop_edges(g)))
    return networkx.Graph(g)


def networks():
    for n, mu, seed in [(250, 0.1, 10), (250, 0.3, 10), (500, 0.2, 3), (500, 0.45, 3), (500, 0.6, 3)]:
        yield f"LFR of {n}, mixing {mu}", lfr(n, mu, seed)
    yield "Zachary's karate club", networkx.karate_club_graph()
    yield "ring of 30 cliques of 5", networkx.ring_of_cliques(30, 5)
    yield "no communities: random", networkx.gnm_random_graph(300, 1500, seed=1)
    yield "grid", networkx.convert_node_labels_to_integers(networkx.grid_2d_graph(15, 15))


def main():
    out = []
    for name, g in networks():
        rnd = random.Random(1)
        ties = [[a, b, rnd.randint(1, 3) if name.startswith("LFR") else 1] for a, b in sorted(tuple(sorted(e)) for e in g.edges)]
        w = networkx.Graph()
        w.add_nodes_from(range(len(g)))
        w.add_weighted_edges_from(ties)
        h = igraph.Graph(n=len(g), edges=[t[:2] for t in ties])
        h.es["weight"] = [t[2] for t in ties]
        for resolution in [1, 0.5, 2] if len(g) <= 250 else [1]:
            q = {"leidenalg": [], "igraph": []}
            for seed in range(20):
                igraph.set_random_number_generator(random.Random(seed))
                found = {
                    "leidenalg": leidenalg.find_partition(h, leidenalg.RBConfigurationVertexPartition, weights="weight", seed=seed, n_iterations=-1, resolution_parameter=resolution),
                    "igraph": h.community_leiden("modularity", weights="weight", resolution=resolution, n_iterations=10),
                }
                for label, p in found.items():
                    q[label].append(networkx.community.modularity(w, list(p), weight="weight", resolution=resolution))
            some = [x % 7 for x in range(len(g))]
            parts = [{x for x in w if some[x] == c} for c in range(7)]
            out.append({
                "name": name, "nodes": len(g), "ties": ties, "resolution": resolution,
                "every seventh together": networkx.community.modularity(w, parts, weight="weight", resolution=resolution),
                "best": max(max(v) for v in q.values()),
                "median": max(statistics.median(v) for v in q.values()),
            })
    print("[")
    print(",\n".join(json.dumps(x, separators=(",", ":")) for x in out))
    print("]")


main()
