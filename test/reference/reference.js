// The served schema over a graph, executed by graphql-js. What fields, filters, orders and
// pages mean is written here a second time, from the descriptions in the schema and the
// store's contract: as plainly as possible, without regard to cost.
//
//   node reference.js SCHEMA GRAPH
//
// reads one request a line from standard input ({query, variables, cursors}) and writes one
// answer a line: {data, errors: [path]}, or {refused: message} if nothing was executed.
// cursors tells which row of its list a cursor stands for.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import {
  buildSchema, execute, getDirectiveValues, GraphQLError, isInterfaceType, isListType, isNonNullType,
  isObjectType, getNamedType, getNullableType, parse, validate,
} from 'graphql'

const schema = buildSchema(readFileSync(process.argv[2], 'utf8'))
const graph = JSON.parse(readFileSync(process.argv[3], 'utf8'))

const directive = (name, node) => node && getDirectiveValues(schema.getDirective(name), node)
const named = (name) => schema.getType(name)
const types = Object.values(schema.getTypeMap())
const kinds = types.filter((t) => isObjectType(t) && directive('kind', t.astNode))
const possible = (t) => (isInterfaceType(t) ? schema.getPossibleTypes(t).map((k) => k.name) : [t.name])
const snake = (name) => name.replace(/[A-Z]/g, (c) => '_' + c).toUpperCase().replace(/^_/, '')

// Scalars and dates.

const day = 24 * 60 * 60 * 1000
const dayOf = (y, m, d) => { const t = new Date(0); t.setUTCFullYear(y, m - 1, d); return Math.floor(t.getTime() / day) }
const intervals = new Map()
function interval(text) {
  if (!intervals.has(text)) intervals.set(text, days(text))
  return intervals.get(text)
}
function days(text) {
  let m
  const bad = () => { throw new GraphQLError(`${text} is not a date`) }
  if ((m = /^(\d{4})$/.exec(text)) && +m[1] > 0) return [dayOf(+m[1], 1, 1), dayOf(+m[1] + 1, 1, 1) - 1]
  if ((m = /^(\d{4})-Q([1-4])$/.exec(text)) && +m[1] > 0) return [dayOf(+m[1], 3 * m[2] - 2, 1), dayOf(+m[1], 3 * m[2] + 1, 1) - 1]
  if ((m = /^(\d{4})-(\d\d)$/.exec(text)) && +m[1] > 0 && +m[2] >= 1 && +m[2] <= 12) return [dayOf(+m[1], +m[2], 1), dayOf(+m[1], +m[2] + 1, 1) - 1]
  if ((m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)) && +m[1] > 0 && +m[2] >= 1 && +m[2] <= 12 && +m[3] >= 1) {
    const d = dayOf(+m[1], +m[2], +m[3])
    return d < dayOf(+m[1], +m[2] + 1, 1) ? [d, d] : bad()
  }
  return bad()
}
const cents = (s) => Math.round(Number(s) * 100)
const fold = (s) => s.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().split(/\s+/).filter((w) => w).join(' ')

function text(check) {
  return (v) => {
    if (typeof v !== 'string') throw new GraphQLError('not a string')
    check(v)
    return v
  }
}
function scalar(name, parseValue, kindsOfLiteral) {
  const t = named(name)
  t.serialize = (v) => v
  t.parseValue = parseValue
  t.parseLiteral = (node) => {
    if (!kindsOfLiteral.includes(node.kind)) throw new GraphQLError(`not a ${name}`, { nodes: node })
    return parseValue(node.value)
  }
}
scalar('Date', text(interval), ['StringValue'])
scalar('URL', text((s) => { if (!/^[a-z][a-z0-9+.-]*:/i.test(s)) throw new GraphQLError('not absolute') }), ['StringValue'])
scalar('Decimal', (v) => {
  const s = String(v)
  if (!['string', 'number'].includes(typeof v) || !/^-?\d{1,15}(\.\d{1,2})?$/.test(s)) throw new GraphQLError('not a decimal')
  return s
}, ['StringValue', 'IntValue', 'FloatValue'])

// The graph.

const byId = new Map(graph.nodes.map((n) => [n.id, n]))
for (const n of graph.nodes) for (const id of n.props.formerIds ?? []) byId.set(id, n)
const byType = {}
for (const e of graph.edges) (byType[e.type] ??= []).push(e)
const edgeTypes = {}
for (const t of types) {
  const e = isInterfaceType(t) && directive('edge', t.astNode)
  if (e?.type) edgeTypes[e.type] = e
}
const always = [-Infinity, Infinity]

function holds(edge, when) {
  const t = edgeTypes[edge.type] ?? {}
  const to = byId.get(edge.to)
  const bound = (own, stand) => (own && edge.props[own]) ?? (stand && to.props[stand]) ?? null
  const since = bound(t.since, t.toSince)
  const until = bound(t.until, t.toUntil)
  return (since === null || interval(since)[0] <= when[1]) && (until === null || interval(until)[1] >= when[0])
}

// A row of a list: a node, the edge that led there (if any), and the time one looks at.
class Row {
  constructor(node, edge, when) {
    Object.assign(this, { node, edge, when })
  }
}

function follow(node, rel, far, when) {
  const rows = []
  for (const edge of byType[rel.type] ?? []) {
    if (!holds(edge, when)) continue
    const ends = []
    if (rel.dir !== 'IN' && edge.from === node.id) ends.push(edge.to)
    if (rel.dir !== 'OUT' && edge.to === node.id && ends[0] !== node.id) ends.push(edge.from)
    for (const id of ends) if (far.includes(byId.get(id).kind)) rows.push(new Row(byId.get(id), edge, when))
  }
  return rows
}

// Filters.

const property = (holder, name) => (holder.props && name !== 'id' && name !== 'kind' ? holder.props : holder)[name] ?? null
const relation = (type, name) => {
  const field = type.getFields()[name]
  return { ...directive('rel', field.astNode), far: possible(endOf(getNamedType(field.type))) }
}
const endOf = (connection) => getNamedType(getNamedType(connection.getFields().edges.type).getFields().node.type)

// passes tells whether a row (or a value with parts, without one) passes a filter input.
// holder is what the filter is about: a node, an edge, a value, or null.
function passes(type, filter, row, holder) {
  const about = named(type.name.replace(/Filter$/, ''))
  return Object.entries(filter).every(([key, f]) => {
    if (f === null) return true
    const inner = getNamedType(type.getFields()[key].type)
    const own = about?.getFields()[key]
    switch (true) {
      case key === 'and': return f.every((x) => passes(inner, x, row, holder))
      case key === 'or': return f.some((x) => passes(inner, x, row, holder))
      case key === 'not': return !passes(inner, f, row, holder)
      case !about && key === 'node': return passes(inner, f, row, row.node)
      case !about && key === 'edge': return passes(inner, f, row, row.edge)
      case !own && key === 'under': return under(about, f, row)
      case !own && key === 'isNull': return (holder === null) === f
      case !own && key === 'kind': return operators(inner, f, snake(row.node.kind))
      case !own: return row.node.kind === inner.name.replace(/Filter$/, '') && passes(inner, f, row, row.node)
      case inner.name.endsWith('RelationFilter'): return related(inner, f, row, relation(about, key))
      case inner.name.endsWith('ListFilter'): return elements(inner, f, property(holder, key) ?? [])
    }
    return value(inner, f, holder === null ? null : property(holder, key))
  })
}

function value(type, filter, v) {
  return 'eq' in type.getFields() ? operators(type, filter, v) : passes(type, filter, {}, v)
}

function under(type, ids, row) {
  const rel = { type: directive('kind', type.astNode).tree, dir: 'OUT' }
  const wanted = ids.map((id) => byId.get(id)).filter((n) => n)
  const seen = new Set([row.node])
  for (const n of seen) {
    if (wanted.includes(n)) return true
    for (const r of follow(n, rel, [type.name], row.when)) seen.add(r.node)
  }
  return false
}

function related(type, filter, row, rel) {
  const rows = follow(row.node, rel, rel.far, row.when)
  return Object.entries(filter).every(([key, f]) => {
    if (f === null) return true
    const inner = getNamedType(type.getFields()[key].type)
    const pass = (r) => passes(inner, f, r, r.node)
    switch (key) {
      case 'some': return rows.some(pass)
      case 'none': return !rows.some(pass)
      case 'every': return rows.every(pass)
    }
    return operators(inner, f, rows.length)
  })
}

function elements(type, filter, list) {
  return Object.entries(filter).every(([key, f]) => {
    if (f === null) return true
    if (key === 'isEmpty') return (list.length === 0) === f
    const inner = getNamedType(type.getFields()[key].type)
    const pass = (v) => value(inner, f, v)
    return key === 'some' ? list.some(pass) : key === 'none' ? !list.some(pass) : list.every(pass)
  })
}

function operators(type, filter, v) {
  const read = { StringFilter: fold, DecimalFilter: cents }[type.name] ?? ((x) => x)
  return Object.entries(filter).every(([op, x]) => {
    if (x === null) return op === 'eq' ? v === null : op === 'ne' ? v !== null : true
    if (op === 'isNull') return (v === null) === x
    if (op === 'ne') return !operators(type, { eq: x }, v)
    if (v === null) return false
    if (op === 'in') return x.some((y) => operators(type, { eq: y }, v))
    if (type.name === 'DateFilter') {
      const [a, b] = [interval(v), interval(x)]
      switch (op) {
        case 'eq': return v === x
        case 'lt': return a[1] < b[0]
        case 'lte': return a[1] <= b[1]
        case 'gt': return a[0] > b[1]
        case 'gte': return a[0] >= b[0]
      }
    }
    const [a, b] = [read(v), read(x)]
    switch (op) {
      case 'eq': return a === b
      case 'lt': return a < b
      case 'lte': return a <= b
      case 'gt': return a > b
      case 'gte': return a >= b
      case 'contains': return a.includes(b)
      case 'startsWith': return a.startsWith(b)
    }
    throw new Error('no such operator: ' + op)
  })
}

// Orders.

// keyOf finds what a value of an order's enum stands for among the fields of a type: a
// function from what has the field to the value compared.
function keyOf(type, name) {
  for (const f of Object.values(type.getFields())) {
    const up = snake(f.name)
    const inner = getNamedType(f.type)
    if (directive('rel', f.astNode) && name === up + '_COUNT') {
      const rel = relation(type, f.name)
      return (holder, when) => follow(holder, rel, rel.far, when).length
    }
    if (isListType(getNullableType(f.type))) continue
    if (name === up) {
      switch (inner.name) {
        case 'String': return (h) => { const v = property(h, f.name); return v === null ? null : fold(v) }
        case 'Date': return (h) => { const v = property(h, f.name); return v === null ? null : interval(v) }
        case 'Money': return (h) => { const v = property(h, f.name); return v === null ? null : [cents(v.amount), v.currency] }
      }
      return (h) => property(h, f.name)
    }
    if (name.startsWith(up + '_') && isObjectType(inner)) {
      const part = keyOf(inner, name.slice(up.length + 1))
      if (part) return (h) => { const v = property(h, f.name); return v === null ? null : part(v) }
    }
  }
  return null
}

function compare(a, b) {
  if (a === null || b === null) return (a === null) - (b === null)
  if (Array.isArray(a)) return compare(a[0], b[0]) || compare(a[1], b[1])
  return a < b ? -1 : a > b ? 1 : 0
}

function sort(rows, order, end, edgeType) {
  const terms = order.map(({ field, direction }) => {
    const key = field.startsWith('EDGE_') && edgeType ? keyOf(edgeType, field.slice(5)) : keyOf(end, field)
    const on = (r) => (field.startsWith('EDGE_') && edgeType ? r.edge : r.node)
    return (a, b) => (direction === 'DESC' ? -1 : 1) * compare(key(on(a), a.when), key(on(b), b.when))
  })
  terms.push((a, b) => compare(a.node.id, b.node.id))
  if (edgeType) for (const p of ['from', 'to', 'key']) terms.push((a, b) => compare(a.edge[p], b.edge[p]))
  return rows.sort((a, b) => { for (const t of terms) { const c = t(a, b); if (c) return c } return 0 })
}

// Connections.

function page(rows, args, info, cursors) {
  for (const name of ['first', 'last']) {
    if (args[name] != null && (args[name] < 0 || args[name] > 1000)) throw new GraphQLError(`${name} is not between 0 and 1000`)
  }
  const at = (name) => {
    if (!(args[name] in cursors)) throw new GraphQLError('not a cursor')
    return cursors[args[name]]
  }
  const given = info.fieldNodes[0].arguments.find((a) => a.name.value === 'first')
  const told = given && (given.value.kind !== 'Variable' || given.value.name.value in info.variableValues)
  const first = told || args.last == null ? args.first ?? (args.last == null ? 100 : null) : null
  let begin = args.after != null ? at('after') + 1 : 0
  let end = args.before != null ? Math.max(begin, at('before')) : rows.length
  if (first !== null) end = Math.min(end, begin + first)
  if (args.last != null) begin = Math.max(begin, end - args.last)
  return { rows: rows.slice(begin, end), total: rows.length, begin, end }
}

function period(args, inherited) {
  if (args.asOf != null) return interval(args.asOf)
  if (args.during != null) {
    const { from, to } = args.during
    if (from != null && to != null && interval(from)[0] > interval(to)[1]) throw new GraphQLError('it begins after its end')
    return [from != null ? interval(from)[0] : -Infinity, to != null ? interval(to)[1] : Infinity]
  }
  return inherited
}

function connection(rows, args, info, cursors) {
  const type = getNamedType(info.returnType)
  const end = endOf(type)
  const edgeType = getNamedType(type.getFields().edges.type)
  const filterType = getNamedType(info.parentType.getFields()[info.fieldName].args.find((a) => a.name === 'filter').type)
  if (args.filter != null) rows = rows.filter((r) => passes(filterType, args.filter, r, r.node))
  return told(page(sort(rows, args.orderBy ?? [], end, rows[0]?.edge && edgeType), args, info, cursors), (r) => ({ node: r, key: r.edge?.key, said: r.edge?.said, ...r.edge?.props }))
}

// Partnerships.

const decimal = (n) => (n < 0 ? '-' : '') + Math.trunc(Math.abs(n) / 100) + '.' + String(Math.abs(n) % 100).padStart(2, '0')
const actors = graph.nodes.filter((n) => possible(named('Actor')).includes(n.kind))

// belongs are the actors of a side, by id, each with the ways by which it belongs there: the node,
// the members in between, and the edges from the node on down; none where the side has no such node.
function belongs(side, when) {
  const [by, value] = Object.entries(side)[0]
  const out = new Map()
  const add = (node, ways) => out.set(node.id, [...(out.get(node.id) ?? []), ...ways])
  const allowed = { membersOf: ['Cluster', 'Network'], membersWithin: ['Cluster', 'Network'], actors: possible(named('Actor')), place: ['Place'] }[by]
  if (by === 'membersWithin' && (value.depth < 1 || value.depth > 10)) throw new GraphQLError('too deep')
  const given = [by === 'membersWithin' ? value.of : value].flat().map((id) => {
    if (!byId.has(id)) throw new GraphQLError('not found')
    if (!allowed.includes(byId.get(id).kind)) throw new GraphQLError('of the wrong kind')
    return byId.get(id)
  })
  for (const n of new Set(given)) {
    if (by === 'actors') add(n, [])
    if (by === 'membersOf' || by === 'membersWithin') {
      const met = new Set(by === 'membersWithin' ? [n] : []) // who is a member of itself is a member, but leads nowhere new
      let above = [{ node: n, through: [], edges: [] }]
      for (let depth = 1; depth <= (value.depth ?? 1); depth++) {
        const next = new Map()
        for (const a of above) {
          const rows = follow(a.node, { type: 'MEMBER_OF', dir: 'IN' }, possible(named('Actor')), when)
          rows.sort((x, y) => compare(x.node.id, y.node.id) || compare(x.edge.key ?? '', y.edge.key ?? ''))
          for (const r of rows.filter((r) => !met.has(r.node))) {
            const way = { of: n, through: depth === 1 ? [] : [...a.through, a.node], edges: [...a.edges, r.edge] }
            add(r.node, [way])
            if (!next.has(r.node)) next.set(r.node, { node: r.node, ...way })
          }
        }
        for (const node of next.keys()) met.add(node)
        above = [...next.values()]
      }
    }
    if (by === 'place') {
      for (const a of actors) {
        const at = follow(a, { type: 'LOCATED_IN', dir: 'OUT' }, ['Place'], when)
        if (at.some((r) => under(named('Place'), [n.id], r))) add(a, [])
      }
    }
  }
  return out
}

function partnerships(around, args, info, inherited, cursors) {
  const when = period(args, inherited)
  const between = around ? [] : args.between.map((s) => belongs(s, when))
  const filter = args.filter ?? {}
  const test = (name, type, node) => filter[name] == null || passes(named(type), filter[name], new Row(node, null, when), node)
  const takes = new Map(actors.map((a) => [a, new Map()]))
  for (const a of actors) {
    for (const r of follow(a, { type: 'PARTICIPATES_IN', dir: 'OUT' }, ['Project'], when)) {
      if (filter.participations == null || passes(named('ParticipationFilter'), filter.participations, r, r.edge)) takes.get(a).set(r.node, [...(takes.get(a).get(r.node) ?? []), r.edge])
    }
  }
  const rows = []
  for (const a of around ? [around] : actors) {
    for (const b of actors) {
      if (a === b) continue
      const inA = [...between.keys()].filter((i) => between[i].has(a.id))
      const inB = [...between.keys()].filter((i) => between[i].has(b.id))
      if (!around) {
        if (!inA.length || !inB.length) continue
        if (between.length === 1 && a.id > b.id) continue
        if (between.length > 1) {
          if (inA[0] >= inB.at(-1)) continue
          if (inB[0] < inA.at(-1) && (inB[0] < inA[0] || (inB[0] === inA[0] && b.id < a.id))) continue
        }
      }
      if (!test('a', 'ActorFilter', a) || !test('b', 'ActorFilter', b)) continue
      const shared = [...takes.get(a).keys()].filter((p) => takes.get(b).has(p) && test('projects', 'ProjectFilter', p))
      if (!shared.length || shared.length < (filter.minProjects ?? 0)) continue
      rows.push(partnership(a, b, shared, takes, when,
        inA.filter((i) => between.length === 1 || i < inB.at(-1)).flatMap((i) => between[i].get(a.id)),
        inB.filter((i) => between.length === 1 || i > inA[0]).flatMap((i) => between[i].get(b.id))))
    }
  }
  const keys = {
    PROJECT_COUNT: (r) => r.projectCount, SINCE: (r) => (r.since === null ? null : interval(r.since)), LATEST: (r) => (r.latest === null ? null : interval(r.latest)), CONTRIBUTION: (r) => r.euro,
    A_NAME: (r) => fold(r.a.node.props.name), B_NAME: (r) => fold(r.b.node.props.name),
  }
  const order = args.orderBy?.length ? args.orderBy : [{ field: 'PROJECT_COUNT', direction: 'DESC' }]
  rows.sort((x, y) => {
    for (const { field, direction } of order) {
      const c = compare(keys[field](x), keys[field](y))
      if (c) return direction === 'DESC' ? -c : c
    }
    return compare(x.a.node.id, y.a.node.id) || compare(x.b.node.id, y.b.node.id)
  })
  const projects = [...new Set(rows.flatMap((r) => r.shared.map((s) => s.node.node)))]
  const edges = new Set(rows.flatMap((r) => r.edges))
  const sides = [rows.map((r) => r.a.node), rows.map((r) => r.b.node)]
  const totals = {
    actorsA: new Set(sides[0]).size, actorsB: new Set(sides[1]).size, actors: new Set(sides.flat()).size,
    sharedByAll: inOrder(projects).map((p) => new Row(p, null, when)), contribution: sumsOf([...edges]),
  }
  return { ...told(page(rows, args, info, cursors), (r) => ({ node: r })), totals }
}

const inOrder = (projects) => projects.sort((p, q) => compare(p.props.start ? interval(p.props.start) : null, q.props.start ? interval(q.props.start) : null) || compare(p.id, q.id))

function sumsOf(edges) {
  const sums = {}
  for (const m of edges.map((e) => e.props.contribution).filter((m) => m)) {
    sums[m.currency] ??= [0, 0]
    sums[m.currency][0] += cents(m.amount)
    sums[m.currency][1]++
  }
  return Object.keys(sums).sort().map((currency) => {
    const [sum, known] = sums[currency]
    return { amount: decimal(sum), value: sum / 100, currency, known, of: edges.length, cents: sum }
  })
}

function partnership(a, b, shared, takes, when, waysA, waysB) {
  const role = (edges) => (edges.some((e) => e.props.role === 'COORDINATOR') ? 'COORDINATOR' : edges.find((e) => e.props.role)?.props.role ?? null)
  const earlier = (x, y) => (x === null || (y !== null && compare(interval(y), interval(x)) < 0) ? y : x)
  const span = (p, edges) => [
    edges.map((e) => e.props.since ?? p.props.start ?? null).reduce(earlier, null),
    Math.max(...edges.map((e) => (e.props.until ?? p.props.end ? interval(e.props.until ?? p.props.end)[1] : Infinity))),
  ]
  let since = null
  let latest = null
  const edges = []
  for (const p of shared) {
    const [x, y] = [takes.get(a).get(p), takes.get(b).get(p)]
    const [[beganA, leftA], [beganB, leftB]] = [span(p, x), span(p, y)]
    if (beganA !== null && beganB !== null) {
      const both = compare(interval(beganA), interval(beganB)) < 0 ? beganB : beganA
      if (interval(both)[0] <= Math.min(leftA, leftB)) {
        since = earlier(since, both)
        if (latest === null || compare(interval(both), interval(latest)) > 0) latest = both
      }
    }
    edges.push(...x, ...y)
  }
  const row = (n) => new Row(n, null, when)
  const membership = ({ of, through, edges }) => {
    const sinces = edges.map((e) => e.props.since ?? null)
    const untils = edges.map((e) => e.props.until ?? null)
    return {
      of: row(of), depth: edges.length, through: through.map(row), role: edges.at(-1).props.role ?? null,
      since: sinces.includes(null) ? null : sinces.reverse().reduce((x, y) => (compare(interval(y), interval(x)) > 0 ? y : x)),
      until: untils.reverse().reduce(earlier),
    }
  }
  const contribution = sumsOf(edges)
  return {
    a: row(a), b: row(b), projectCount: shared.length, since, latest, edges, contribution,
    euro: contribution.find((s) => s.currency === 'EUR')?.cents ?? null,
    viaA: [...new Set(waysA.map((w) => w.of))].map(row), viaB: [...new Set(waysB.map((w) => w.of))].map(row),
    membershipsA: waysA.map(membership), membershipsB: waysB.map(membership),
    shared: inOrder(shared).map((p) => ({ node: row(p), roleA: role(takes.get(a).get(p)), roleB: role(takes.get(b).get(p)) })),
  }
}

// told is a connection of a page of rows.
const told = (p, edge) => ({
  edges: p.rows.map((r) => ({ cursor: '*', ...edge(r) })),
  nodes: p.rows.map((r) => edge(r).node),
  totalCount: p.total,
  pageInfo: {
    hasNextPage: p.end < p.total, hasPreviousPage: p.begin > 0,
    startCursor: p.rows.length ? '*' : null, endCursor: p.rows.length ? '*' : null,
  },
})

// What is said of a node or an edge.
function statements(source, args, info, cursors) {
  const [said, when] = source instanceof Row ? [source.node.said, source.when] : [source.said, source.node.when]
  const about = said.filter((s) => !args.property || s.property === args.property || s.property.startsWith(args.property + '.'))
  const rows = about.map((s) => ({ ...s, source: s.source ? new Row(byId.get(s.source), null, when) : null }))
  return told(page(rows, args, info, cursors), (r) => ({ node: r }))
}

function resolve(source, args, { cursors }, info) {
  const field = info.parentType.getFields()[info.fieldName]
  if (info.fieldName === 'partnerships') return partnerships(null, args, info, always, cursors)
  if (info.fieldName === 'partners' && source instanceof Row && info.parentType.name !== 'Project') return partnerships(source.node, args, info, source.when, cursors)
  if (info.fieldName === 'statements') return statements(source, args, info, cursors)
  if (info.fieldName === 'sharedProjects') return told(page(source.shared, args, info, cursors), (r) => r)
  if (info.fieldName === 'projects' && source?.sharedByAll) return told(page(source.sharedByAll, args, info, cursors), (r) => ({ node: r }))
  if (info.parentType === schema.getQueryType()) return root(args, cursors, info)
  const rel = directive('rel', field.astNode)
  if (rel) {
    const when = period(args, source.when)
    const { far } = relation(info.parentType, info.fieldName)
    return connection(follow(source.node, rel, far, when), args, info, cursors)
  }
  const holder = source instanceof Row ? source.node : source
  let v = property(holder, info.fieldName) ?? null
  if (v === null && isListType(getNullableType(field.type)) && isNonNullType(field.type)) v = []
  if (v === null || !args.as || args.as === 'GIVEN') return v
  const [first, last] = interval(v)
  return new Date((args.as === 'FIRST_DAY' ? first : last) * day).toISOString().slice(0, 10)
}

function root(args, cursors, info) {
  const found = (id) => (byId.has(id) ? new Row(byId.get(id), null, always) : null)
  switch (info.fieldName) {
    case 'node': return found(args.id)
    case 'nodes': return args.ids.map(found)
    case 'byIdentifier': {
      const is = (i) => i.scheme === args.scheme.trim().toUpperCase() && i.value === args.value.trim()
      const n = graph.nodes.find((n) => (n.props.identifiers ?? []).some(is))
      return n ? found(n.id) : null
    }
  }
  for (const k of kinds) {
    const { one } = directive('kind', k.astNode)
    if (info.fieldName === one) {
      const f = found(args.id)
      return f?.node.kind === k.name ? f : null
    }
  }
  const end = endOf(getNamedType(info.returnType))
  const when = period(args, always)
  const rows = graph.nodes.filter((n) => possible(end).includes(n.kind)).map((node) => new Row(node, null, when))
  return connection(rows, args, info, cursors)
}

// Requests.

function answer({ query, variables, cursors }) {
  let document
  try {
    document = parse(query)
  } catch (e) {
    return { refused: e.message }
  }
  const wrong = validate(schema, document)
  if (wrong.length) return { refused: wrong[0].message }
  const { data, errors } = execute({
    schema, document, variableValues: variables, contextValue: { cursors: cursors ?? {} },
    fieldResolver: resolve, typeResolver: (r) => r.node.kind,
  })
  if (data === undefined) return { refused: errors[0].message }
  for (const e of errors ?? []) if (e.originalError instanceof TypeError) throw e.originalError // a mistake in this file
  return { data, errors: (errors ?? []).map((e) => e.path), messages: (errors ?? []).map((e) => e.message) }
}

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\n')
