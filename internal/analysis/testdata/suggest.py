"""What networkx says of the pairs without a tie in two real networks: common neighbours, the
Adamic-Adar index and the resource allocation index. TestSuggestionsAsNetworkx holds ours to it.

    python suggest.py > suggest.json    (networkx 3.4.2, as in examples/requirements.txt)
"""

import itertools
import json

import networkx as nx

women = nx.davis_southern_women_graph()  # who came to which event: actors and projects as they are
karate = nx.karate_club_graph()  # each tie is a project of two

networks = {
    "davis": [sorted(women[event]) for event in women.graph["bottom"]],
    "karate": [[str(a), str(b)] for a, b in sorted(karate.edges)],
}

out = []
for name, projects in networks.items():
    ties = nx.Graph()
    for together in projects:
        ties.add_edges_from(itertools.combinations(together, 2))
    pairs = sorted(sorted(p) for p in nx.non_edges(ties))
    out.append(
        {
            "name": name,
            "projects": projects,
            "pairs": [
                {"a": a, "b": b, "common": len(list(nx.common_neighbors(ties, a, b))), "adamicAdar": aa, "resourceAllocation": ra}
                for (a, b, aa), (_, _, ra) in zip(nx.adamic_adar_index(ties, pairs), nx.resource_allocation_index(ties, pairs))
            ],
        }
    )
print(json.dumps(out, indent=1))
