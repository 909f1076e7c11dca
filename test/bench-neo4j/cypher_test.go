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
