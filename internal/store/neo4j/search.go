package neo4j

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// longestWord is how many characters of a word the full-text index keeps together.
const longestWord = 250

// begin tells whether each of some words begins a word of a name.
func begin(key string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.HasPrefix(key, w) && !strings.Contains(key, " "+w) })
}

// Search is as [store.Reader] says. The full-text index finds the nodes whose names have the
// words; then each word must begin a word of the same name. They are ranked here, by the keys
// of their names; only the nodes of the page are read. Where the index finds more than count,
// a further statement lets the database keep those that do. Cost: with the nodes that have
// the words; two statements, or three.
func (r *reader) Search(ctx context.Context, wanted string, kinds []string, w store.SearchWindow) (store.Matches, error) {
	if w.First < 0 {
		return store.Matches{}, fmt.Errorf("%w: first must not be negative", store.ErrInvalid)
	}
	var lucene []string
	var keys []string
	var words [][]string
	for _, key := range text.Keys(wanted) {
		parts := strings.Fields(key)
		if len(parts) == 0 {
			continue
		}
		var all []string
		for _, p := range parts {
			runes := []rune(p)
			all = append(all, "+"+string(runes[:min(len(runes), longestWord)])+"*")
		}
		lucene = append(lucene, "("+strings.Join(all, " ")+")")
		keys, words = append(keys, key), append(words, parts)
	}
	of := r.s.layout.known(kinds)
	if err := ctx.Err(); err != nil || len(keys) == 0 || len(of) == 0 {
		return store.Matches{}, err
	}
	label := ""
	if len(of) < len(r.s.layout.kinds) {
		label = "n:" + r.s.layout.cover(of)
	}
	find := "CALL db.index.fulltext.queryNodes('" + namesIndex + "', $search) YIELD node AS n"
	if label != "" {
		find += " WHERE " + label
	}
	q := statement{
		params: map[string]any{"search": strings.Join(lucene, " "), "most": int64(store.Candidates + 1)},
		parts:  []part{{body: find + " WITH n LIMIT $most", values: []string{"n.id", "n._names"}}},
	}
	type match struct {
		id    string
		score float64
	}
	var all []match
	met := 0
	want := store.Want(wanted)
	hear := func() func(int64, []any) error {
		all, met = nil, 0
		return func(_ int64, v []any) error {
			met++
			m := match{id: str(v[0]), score: -1}
			for _, k := range strs(v[1]) {
				if slices.ContainsFunc(words, func(ws []string) bool { return begin(k, ws) }) {
					m.score = max(m.score, want.Score(k))
				}
			}
			if m.score >= 0 {
				all = append(all, m)
			}
			return nil
		}
	}
	err := r.ask(ctx, "search", q, hear)
	if err == nil && met > store.Candidates { // the database tells which of them count
		where := "size(keys) > 0"
		if label != "" {
			where = label + " AND " + where
		}
		q.params["keys"], q.params["words"], q.params["most"] = keys, words, int64(store.Candidates)
		q.parts = []part{{
			body: "CALL db.index.fulltext.queryNodes('" + namesIndex + "', $search) YIELD node AS n" +
				" WITH n, [k IN n._names WHERE any(ws IN $words WHERE all(w IN ws WHERE k STARTS WITH w OR k CONTAINS (' ' + w)))] AS keys" +
				" WHERE " + where +
				" WITH n, keys, any(k IN keys WHERE k IN $keys) AS same, reduce(least = 1000000, k IN keys | CASE WHEN size(split(k, ' ')) < least THEN size(split(k, ' ')) ELSE least END) AS length" +
				" ORDER BY same DESC, length, n.id LIMIT $most",
			values: []string{"n.id", "keys"},
		}}
		err = r.ask(ctx, "search of many", q, hear)
	}
	if err != nil {
		return store.Matches{}, err
	}
	slices.SortFunc(all, func(a, b match) int { return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.id, b.id)) })
	page := store.Matches{Total: len(all)}
	if p := w.After; p != nil {
		at := slices.IndexFunc(all, func(m match) bool { return m.score < p.Score || m.score == p.Score && m.id > p.Node })
		if at < 0 {
			at = len(all)
		}
		all = all[at:]
	}
	if len(all) > w.First {
		all, page.Next = all[:w.First], true
	}
	if len(all) == 0 {
		return page, nil
	}
	if _, err := r.fetch(ctx, each(all, func(m match) string { return m.id })); err != nil {
		return store.Matches{}, err
	}
	for _, m := range all {
		r.mu.Lock()
		n := r.nodes[m.id]
		r.mu.Unlock()
		if n == nil {
			continue // gone meanwhile: the view is not consistent
		}
		hit := store.Match{Node: n, Score: m.score}
		best := -1.0
		for _, name := range r.s.schema.Kinds[n.Kind].NamesOf(n) {
			for _, k := range text.Keys(name) {
				if score := want.Score(k); score > best {
					best, hit.Name = score, name
				}
			}
		}
		page.Hits = append(page.Hits, hit)
	}
	return page, nil
}
