"""Reads an exported file with a library that is not ours, and tells what it holds as JSON.

graphml FILE  with networkx
gexf FILE     with networkx, which knows GEXF up to 1.2: what we write of 1.3 is spelled alike
xlsx FILE     with openpyxl: by sheet its rows, each cell with its type
csv FILE      with Python's csv, as Excel writes it
"""

import csv
import json
import sys

import networkx
import openpyxl


def graph(g):
    edges = g.edges(keys=True, data=True) if g.is_multigraph() else ((a, b, "", d) for a, b, d in g.edges(data=True))
    return {
        "directed": g.is_directed(),
        "nodes": [{"id": n, "attributes": d} for n, d in g.nodes(data=True)],
        "edges": [{"from": a, "to": b, "attributes": d} for a, b, _, d in edges],
    }


def gexf(file):
    with open(file, encoding="utf-8") as f:
        text = f.read()
    text = text.replace("http://gexf.net/1.3", "http://www.gexf.net/1.2draft").replace('version="1.3"', 'version="1.2"')
    with open(file + ".1.2", "w", encoding="utf-8") as f:
        f.write(text)
    return graph(networkx.read_gexf(file + ".1.2"))


def xlsx(file):
    book = openpyxl.load_workbook(file)
    return {s.title: [[[c.value, c.data_type] for c in row] for row in s.iter_rows()] for s in book.worksheets}


def table(file):
    with open(file, encoding="utf-8-sig", newline="") as f:
        return list(csv.reader(f))


read = {"graphml": lambda f: graph(networkx.read_graphml(f)), "gexf": gexf, "xlsx": xlsx, "csv": table}
print(json.dumps(read[sys.argv[1]](sys.argv[2]), default=str))
