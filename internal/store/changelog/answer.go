package changelog

import (
	"encoding/json"

	"clustergraph/internal/store"
)

// Answer is the result of a batch as it is kept, to be given again. Withheld nodes are
// empty, withheld edges null.
type Answer struct {
	Nodes     []string     `json:"nodes"`
	Edges     []*[4]string `json:"edges"` // from, type, to, key
	NodeCount store.Tally  `json:"nodeCount"`
	EdgeCount store.Tally  `json:"edgeCount"`
	Withheld  int          `json:"withheld"`
}

// AnswerOf is what is kept of a result, beside its revision.
func AnswerOf(r store.Result) Answer {
	a := Answer{r.Nodes, make([]*[4]string, len(r.Edges)), r.NodeCount, r.EdgeCount, r.Withheld}
	for i, e := range r.Edges {
		if e.Type != "" {
			a.Edges[i] = &[4]string{e.From, e.Type, e.To, e.Key}
		}
	}
	return a
}

// String is the answer as JSON.
func (a Answer) String() string {
	data, err := json.Marshal(a)
	if err != nil {
		panic(err) // strings and numbers can always be written
	}
	return string(data)
}

// ParseAnswer reads an answer.
func ParseAnswer(data []byte) (a Answer, err error) {
	err = json.Unmarshal(data, &a)
	return a, err
}

// Repeated is the result that a batch gets when it comes again.
func (a Answer) Repeated(at store.Revision) *store.Result {
	r := &store.Result{Repeated: true, Revision: at, Nodes: a.Nodes, NodeCount: a.NodeCount, EdgeCount: a.EdgeCount, Withheld: a.Withheld}
	for _, e := range a.Edges {
		if e == nil {
			r.Edges = append(r.Edges, store.EdgeID{})
		} else {
			r.Edges = append(r.Edges, store.EdgeID{From: e[0], Type: e[1], To: e[2], Key: e[3]})
		}
	}
	return r
}

// Scrub takes a node and its edges out of an answer.
func (a *Answer) Scrub(id string) {
	for i := range a.Nodes {
		if a.Nodes[i] == id {
			a.Nodes[i] = ""
		}
	}
	for i, e := range a.Edges {
		if e != nil && (e[0] == id || e[2] == id) {
			a.Edges[i] = nil
		}
	}
}

// Quoted is an id as it stands in the JSON of answers.
func Quoted(id string) string {
	data, err := json.Marshal(id)
	if err != nil {
		panic(err) // a string can always be written
	}
	return string(data)
}
