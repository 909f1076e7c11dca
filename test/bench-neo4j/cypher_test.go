package bench

// Cypher that the bare handler and the peer share; only the form of a row differs.

// headlinePairs are the first pairs, with the projects they share. Who is a member of both
// networks stands on either side: such a pair is told once.
const headlinePairs = `MATCH (:Network {id: $a})<-[:MEMBER_OF]-(x:Organisation)-[:PARTICIPATES_IN]->(p:Project)
	MATCH (p)<-[:PARTICIPATES_IN]-(y:Organisation)-[:MEMBER_OF]->(:Network {id: $b}) WHERE x <> y
	WITH x, y, collect(p) AS ps
	WHERE x.id < y.id OR NOT EXISTS { (x)-[:MEMBER_OF]->(:Network {id: $b}) } OR NOT EXISTS { (y)-[:MEMBER_OF]->(:Network {id: $a}) }
	WITH x, y, ps ORDER BY size(ps) DESC, x.id, y.id LIMIT 20
	CALL (ps) { UNWIND ps AS p WITH p ORDER BY p.start, p.id RETURN collect(p) AS shared }
	WITH x, y, shared ORDER BY size(shared) DESC, x.id, y.id
	`

const (
	headlineCypher = headlinePairs + `RETURN x.id, x.name, y.id, y.name, size(shared), [p IN shared | p.acronym]`
	headlinePeer   = headlinePairs + `RETURN {a: x{.id, .name}, b: y{.id, .name}, projectCount: size(shared), sharedProjects: [p IN shared | p{.acronym}]} AS row`
)

// searchHits are the organisations of which a name has a word that begins with the text,
// ranked as internal/store.Score ranks one word: the exact name first, then by the share of
// the name that the text is, and by how whole and how early the word is.
const searchHits = `CALL db.index.fulltext.queryNodes('clustergraph_names', $text + '*') YIELD node WHERE node:Organisation
	WITH node, [key IN node._names | [key, split(key, ' ')]] AS keys
	WITH node, [k IN keys | [k, [i IN range(0, size(k[1]) - 1) WHERE k[1][i] STARTS WITH $text]]] AS found
	WITH node, [f IN found WHERE size(f[1]) > 0 | [f[0], coalesce([i IN f[1] WHERE f[0][1][i] = $text][0], f[1][0])]] AS best
	UNWIND best AS x
	WITH node, max(CASE WHEN x[0][0] = $text THEN 1.0 ELSE 0.99 * (
		2.0 * size($text) / (size(x[0][0]) - size(x[0][1]) + 1)
		+ 1.0 * size($text) / size(x[0][1][x[1]])
		+ CASE x[1] WHEN 0 THEN 1.0 ELSE 0.0 END) / 4 END) AS score
	ORDER BY score DESC, node.id LIMIT 20
	`

const (
	searchCypher = searchHits + `RETURN score, node.id, node.name`
	searchPeer   = searchHits + `RETURN {score: score, node: node{.id, .name}} AS row`
)

// shortest is the way from one organisation to another.
const shortest = `(:Organisation {id: $a})-[:MEMBER_OF|PARTICIPATES_IN*..6]-(:Organisation {id: $b})`

const (
	onePath  = `MATCH p = shortestPath(` + shortest + `) `
	tenPaths = `MATCH p = allShortestPaths(` + shortest + `) WITH p ORDER BY [n IN nodes(p) | n.id] LIMIT 10 `

	pathRow = `RETURN length(p), [n IN nodes(p) | [n.id, n.name]]`
	pathOf  = `RETURN {length: length(p), nodes: [n IN nodes(p) | n{.id, .name}]} AS row`

	pathCypher, pathPeer   = onePath + pathRow, onePath + pathOf
	pathsCypher, pathsPeer = tenPaths + pathRow, tenPaths + pathOf
)

// byCountry goes on from participations r of organisations o, first by organisation, as each
// is in one country at most. Sums are in cents: those of doubles would not be exact.
const byCountry = `-[r:PARTICIPATES_IN]->(:Project)
	WITH o, CASE r.contribution_currency WHEN 'EUR' THEN r.contribution_cents END AS cents
	WITH o, count(*) AS n, sum(cents) AS cents, count(cents) AS known
	OPTIONAL MATCH (o)-[:LOCATED_IN]->(c:Place)
	WITH c, sum(n) AS count, count(*) AS actors, sum(cents) AS cents, sum(known) AS known
	ORDER BY known = 0, cents DESC, c.code, c.name, c.id
	`

const (
	ofAll     = `MATCH (o:Organisation)` + byCountry
	ofMembers = `MATCH (:Network {id: $of})<-[:MEMBER_OF]-(o:Organisation)` + byCountry

	groupRow = `RETURN c.id, c.code, c.name, count, actors, CASE WHEN known > 0 THEN cents END, known`
	groupOf  = `RETURN {keys: [c{.id, .code, .name}], count: count, actors: actors, known: known,
		value: CASE WHEN known > 0 THEN toString(cents / 100) + '.' + right('0' + toString(cents % 100), 2) END} AS row`

	contributionCypher, contributionPeer = ofAll + groupRow, ofAll + groupOf
	withinCypher, withinPeer             = ofMembers + groupRow, ofMembers + groupOf
)
