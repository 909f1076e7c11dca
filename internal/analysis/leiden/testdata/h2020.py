"""What igraph and leidenalg find in the network of partners of Horizon 2020.

    pip install igraph==1.0.0 leidenalg==0.12.0 numpy==2.* scipy==1.*
    python3 h2020.py cordis-h2020-csv.zip > h2020.json
    python3 h2020.py --times cordis-h2020-csv.zip

Organisations (by their PIC) are tied that take part in a project together, weighed by the
number of projects (count) or 1 / (n - 1) for each project of n organisations (fractional).
"""
import csv
import io
import json
import statistics
import sys
import time
import zipfile

import igraph
import leidenalg
import numpy
import scipy.sparse

SEEDS = range(3)


def participations(path):
    with zipfile.ZipFile(path) as z, z.open("organization.csv") as f:
        rows = csv.DictReader(io.TextIOWrapper(f, "utf-8-sig"), delimiter=";")
        return sorted({(r["organisationID"], r["projectID"]) for r in rows if r["organisationID"] and r["projectID"]})


def network(pairs, fractional):
    actors = {a: i for i, a in enumerate(sorted({a for a, _ in pairs}))}
    projects = {p: i for i, p in enumerate(sorted({p for _, p in pairs}))}
    row, column = [actors[a] for a, _ in pairs], [projects[p] for _, p in pairs]
    m = scipy.sparse.csr_matrix((numpy.ones(len(pairs)), (row, column)), shape=(len(actors), len(projects)))
    n = numpy.asarray(m.sum(axis=0)).ravel()
    share = 1 / numpy.maximum(n - 1, 1) if fractional else numpy.ones(len(projects))
    w = scipy.sparse.triu(m @ scipy.sparse.diags(share) @ m.T, k=1).tocoo()
    tied = numpy.unique(numpy.concatenate([w.row, w.col]))
    number = numpy.full(len(actors), -1)
    number[tied] = range(len(tied))
    g = igraph.Graph(n=len(tied), edges=numpy.column_stack([number[w.row], number[w.col]]))
    g.es["weight"] = w.data
    return g


def main():
    times = "--times" in sys.argv
    pairs = participations(sys.argv[-1])
    out = {}
    for name in ["count", "fractional"]:
        g = network(pairs, name == "fractional")
        told = {"nodes": g.vcount(), "ties": g.ecount(), "weight": round(sum(g.es["weight"]), 6)}

        def leiden(seed, iterations):
            return leidenalg.find_partition(g, leidenalg.ModularityVertexPartition, weights="weight", seed=seed, n_iterations=iterations)

        def other(seed, iterations):
            igraph.set_random_number_generator(__import__("random").Random(seed))
            return g.community_leiden("modularity", weights="weight", n_iterations=iterations)

        for label, find in [
            ("leidenalg, 2 iterations", lambda seed: leiden(seed, 2)),
            ("igraph, 2 iterations", lambda seed: other(seed, 2)),
            ("igraph, Louvain", lambda _: g.community_multilevel(weights="weight")),
        ]:
            q, took, sizes = [], [], []
            for seed in SEEDS:
                start = time.process_time()
                p = find(seed)
                took.append(time.process_time() - start)
                q.append(g.modularity(p.membership, weights="weight"))
                sizes.append(len(set(p.membership)))
            told[label] = {"median": round(statistics.median(q), 6), "best": round(max(q), 6), "worst": round(min(q), 6), "communities": statistics.median(sizes)}
            if times:
                told[label]["seconds"] = round(min(took), 3)
        out[name] = told
    json.dump(out, sys.stdout, indent=1)
    print()


main()
