"""Measures of networkx and igraph, for BenchmarkPeers.

    python3 peers.py FOLDER

FOLDER has ties.txt (the network of partners: a line "x y weight" for each tie, x < y) and
edges.txt (who takes part in what: a line "x y" for each edge), of nodes that are numbered from 0;
the first line of either is the number of nodes. On each line of the standard input stands what is
wanted: a library, a measure, and the nodes or pairs of nodes it is wanted of. For each, a line of the
standard output has the seconds of processor time it took, what part of the whole measure that
is, and what came out: a number for each node or pair, if the measure can be compared.
"""
import pathlib
import random
import sys
import time
import warnings

import igraph
import networkx
import numpy

warnings.simplefilter("ignore")  # igraph tells that some are in other parts of the network
folder = pathlib.Path(sys.argv[1])


def read(name):
    with open(folder / name) as f:
        n = int(f.readline())
        return n, numpy.loadtxt(f, ndmin=2)


n, ties = read("ties.txt")
pairs, weight = ties[:, :2].astype(int), ties[:, 2]
nodes, edges = read("edges.txt")
edges = edges.astype(int)

small = igraph.Graph(n=n, edges=pairs)
small.es["weight"] = weight
wide = igraph.Graph(n=nodes, edges=edges)
nx_small, nx_wide = networkx.Graph(), networkx.Graph()
nx_small.add_nodes_from(range(n))
nx_small.add_weighted_edges_from((int(x), int(y), float(w)) for (x, y), w in zip(pairs, weight))
nx_wide.add_nodes_from(range(nodes))
nx_wide.add_edges_from((int(x), int(y)) for x, y in edges)


def leiden(_):
    igraph.set_random_number_generator(random.Random(1))
    small.community_leiden("modularity", weights="weight", n_iterations=2)
    return []


# Each tells values of the given nodes or pairs. Those that are not "whole" measure these alone.
MEASURES = {
    ("igraph", "betweenness"): lambda of: small.betweenness(directed=False, sources=of) and [],
    ("igraph", "closeness"): lambda of: small.closeness(vertices=of, normalized=False),
    ("igraph", "constraint"): lambda of: small.constraint(vertices=of, weights="weight"),
    ("igraph", "page rank"): lambda of: pick(small.pagerank(directed=False, damping=0.85, weights="weight"), of),
    ("igraph", "eigenvector"): lambda of: pick(small.eigenvector_centrality(weights="weight"), of),
    ("igraph", "Leiden, 2 iterations"): leiden,
    ("igraph", "paths"): lambda of: [len(wide.get_shortest_path(x, y)) for x, y in of],
    ("networkx", "betweenness"): lambda of: networkx.betweenness_centrality_subset(nx_small, of, list(range(n))) and [],
    ("networkx", "closeness"): lambda of: [networkx.closeness_centrality(nx_small, x, wf_improved=True) for x in of],
    ("networkx", "constraint"): lambda of: list(networkx.constraint(nx_small, of, weight="weight").values()),
    ("networkx", "page rank"): lambda of: pick(networkx.pagerank(nx_small, alpha=0.85, tol=1e-13, max_iter=1000), of),
    ("networkx", "paths"): lambda of: [len(networkx.bidirectional_shortest_path(nx_wide, x, y)) for x, y in of],
}
WHOLE = {"page rank", "eigenvector", "Leiden, 2 iterations", "paths"}


def pick(values, of):
    return [values[x] for x in of]


print("ready", flush=True)
for line in sys.stdin:
    library, measure, *of = line.rstrip("\n").split("\t")
    of = [tuple(int(x) for x in o.split("-")) if "-" in o else int(o) for o in of]
    start = time.process_time()
    values = MEASURES[library, measure](of)
    took = time.process_time() - start
    part = 1 if measure in WHOLE else len(of) / n
    print(took, part, *values, sep="\t", flush=True)
