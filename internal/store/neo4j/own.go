package neo4j

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"unicode/utf8"

	"clustergraph/internal/store"
)

// What the service keeps for itself lies beside the graph, in nodes whose labels begin with
// "_". What is said (records, merges, denials, marks) is the truth; the graph, names and
// identifiers are worked out from it.
//
//	(:_Graph {id: 0})      where the store stands: epoch, revision (of the last commit),
//	                       salt (of the hashes of erased people), layout (its version);
//	                       merges, denials, distinct, erased: whether there ever were any.
//	                       Whoever writes locks it first
//	(:_Id {node})          an original node, as records address it, merges apart. What is said of
//	                       it stands there: said, a list of records (JSON), and the ids of
//	                       their sources
//	(:_Id)-[:_SAID]->(:_Id)   what is said of an edge between two of them: type, edgeKey,
//	                       source, said (one record, JSON)
//	(:_Identifier)         scheme, value, node: which original node has an identifier
//	(:_Name)               key, node: by which folded name a node is met; whole, if the key
//	                       was cut for the index
//	(:_Id)-[:_MERGED_INTO]->(:_Id)   who became whom
//	(:_Denied {id})        a node that something is said of, but that is denied: not in the
//	                       graph, so it has none of the graph's labels; _kind and _props
//	(:_NodeDenial {key})   node: an original node that was denied by hand
//	(:_EdgeDenial {key})   from, type, to, edgeKey: likewise
//	(:_Distinct)           a, b: nodes that were marked as not one
//	(:_Erased {hash})      of an identifier or a name of an erased person
//	(:_Batch {id})         a batch that had an id: revision, time, by, result (JSON), attempt
//	(:_Commit {revision})  an entry of the change log: time, batch, by, sources, nodes, edges,
//	                       goneNodes, goneEdges, changes (JSON), erases, attempt
//	(:_Property {name})    type of a property of the ontology as of the last opening
//	(:_Shape {of})         how the nodes of a kind, or the edges of a type, are laid out
//
// Of _Batch and _Commit, JSON that is long is packed; see pack.go.
//
// What is unknown or empty is left out. Records have no index: those of a node are all read
// when one more is said of it, and those of an edge lie between its ends. So a record costs
// little to write; to find all that a source said looks at every record.

// longestID is how many bytes an id may have: an index holds 8,167 bytes for all properties
// of an entry, and an id stands beside a twin.
const longestID = 7000

// nodeKey begins the keys of all denials at a node.
func nodeKey(id string) string { return id + " " }

// edgeKey is the key of an edge's denial.
func edgeKey(e store.EdgeID) string { return nodeKey(e.From) + hash(e.Type, e.To, e.Key) + " " }

// hash is 128 bits that stand for several texts.
func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d %s", len(p), p)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// bounded is a key of a name as an index holds it. Two keys that are cut to the same are
// told apart by what they are whole.
func bounded(key string) string {
	if len(key) <= longest {
		return key
	}
	return cut(key)
}

// checkID is an ErrInvalid if an id is too long for the database.
func checkID(id string) error {
	if len(id) > longestID {
		return fmt.Errorf("%w: the id that begins %.40q has %d bytes; Neo4j holds at most %d", store.ErrInvalid, id[:utf8Start(id, 40)], len(id), longestID)
	}
	return nil
}

// utf8Start is the last place at or before n at which a character begins.
func utf8Start(s string, n int) int {
	n = min(n, len(s)-1)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return n
}
