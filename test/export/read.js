// Reads a GEXF or GraphML file with graphology and tells what it holds as JSON: nodes by id,
// and edges, with their attributes.
import { readFileSync } from 'node:fs'
import Graph from 'graphology'
import gexf from 'graphology-gexf'
import graphml from 'graphology-graphml'

const [format, file] = process.argv.slice(2)
const read = { gexf, graphml }[format]
const graph = read.parse(Graph, readFileSync(file, 'utf8'))
process.stdout.write(JSON.stringify({
  type: graph.type,
  nodes: graph.mapNodes((id, attributes) => ({ id, attributes })),
  edges: graph.mapEdges((id, attributes, from, to, _, __, undirected) => ({ id, from, to, undirected, attributes })),
}))
