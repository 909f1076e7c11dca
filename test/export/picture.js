// Draws docs/partnership-network.png: the partnership network of the sample, as it was exported,
// read by graphology, laid out by its ForceAtlas2, and shown by Chromium.
//
//   clustergraph export --format gexf --shape partnerships -o partners.gexf
//   node picture.js partners.gexf ../../docs/partnership-network.png
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import Graph from 'graphology'
import gexf from 'graphology-gexf'
import forceAtlas2 from 'graphology-layout-forceatlas2'

const [file, picture] = process.argv.slice(2)
const graph = gexf.parse(Graph, readFileSync(file, 'utf8'))
const width = 1600, height = 1100, margin = 90

// The layout begins on a circle, so that the same file makes the same picture.
graph.forEachNode((id, _, i = graph.nodes().indexOf(id)) => graph.mergeNodeAttributes(id, {
  x: Math.cos(2 * Math.PI * i / graph.order), y: Math.sin(2 * Math.PI * i / graph.order), size: radius(id),
}))
forceAtlas2.assign(graph, {
  iterations: 3000,
  settings: { ...forceAtlas2.inferSettings(graph), gravity: 0.4, scalingRatio: 30, adjustSizes: true, edgeWeightInfluence: 1, linLogMode: false },
})

function radius(id) { return 4 + 1.4 * Math.sqrt(graph.degree(id)) }

const xs = graph.mapNodes((_, a) => a.x), ys = graph.mapNodes((_, a) => a.y)
const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
const at = id => {
  const { x, y } = graph.getNodeAttributes(id)
  return [margin + (x - left) / (right - left) * (width - 2 * margin), margin + (y - top) / (bottom - top) * (height - 2 * margin)]
}
const escape = s => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const short = s => s.length > 26 ? s.slice(0, 25).trimEnd() + '…' : s

const parts = []
graph.forEachEdge((_, a, from, to) => {
  const [[x1, y1], [x2, y2]] = [at(from), at(to)]
  const several = a.weight > 1
  parts.push(`<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${several ? '#333' : '#999'}" stroke-opacity="${several ? 0.8 : 0.28}" stroke-width="${0.8 * a.weight ** 1.6}"/>`)
})
const kinds = new Map()
graph.forEachNode((id, a) => {
  const [x, y] = at(id)
  kinds.set(a.kind, a.color)
  parts.push(`<circle cx="${x}" cy="${y}" r="${radius(id)}" fill="${a.color}" stroke="white"/>`)
})
// A label stands above its node, or below it where another one is in the way.
const taken = []
for (const id of graph.nodes().sort((a, b) => graph.degree(b) - graph.degree(a))) {
  const [x, y] = at(id), label = short(graph.getNodeAttribute(id, 'label')), size = id === 'eccp:ict-cluster' ? 17 : 11
  const free = y => taken.every(t => Math.abs(t.x - x) > (t.wide + label.length * size * 0.6) / 2 || Math.abs(t.y - y) > size)
  const line = [y - radius(id) - 3, y + radius(id) + size, y - radius(id) - 3 - size].find(free) ?? y - radius(id) - 3
  taken.push({ x, y: line, wide: label.length * size * 0.6 })
  parts.push(`<text x="${x}" y="${line}" text-anchor="middle" font-size="${size}" stroke="white" stroke-width="3" paint-order="stroke" fill="#222">${escape(label)}</text>`)
}
let y = 34
for (const [kind, color] of kinds) {
  parts.push(`<circle cx="30" cy="${y}" r="8" fill="${color}"/><text x="46" y="${y + 5}" font-size="15" fill="#222">${kind}</text>`)
  y += 26
}
parts.push(`<text x="${width - 20}" y="${height - 16}" text-anchor="end" font-size="13" fill="#555">${graph.order} actors, ${graph.size} pairs that share projects; thick: more than one</text>`)

const folder = mkdtempSync(join(tmpdir(), 'picture-'))
try {
  writeFileSync(join(folder, 'page.html'), `<!doctype html><meta charset="utf-8"><body style="margin:0;background:white">
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans, sans-serif">${parts.join('\n')}</svg>`)
  execFileSync('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', `--user-data-dir=${join(folder, 'profile')}`,
    `--window-size=${width},${height}`, `--screenshot=${resolve(picture)}`, `file://${join(folder, 'page.html')}`], { stdio: 'ignore' })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
