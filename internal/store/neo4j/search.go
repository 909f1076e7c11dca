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

// Search is as [store.Reader] says. The full-text index finds the nodes whose names have the
// words; then each word must begin a word of the same name, and the database keeps those
// that count. They are ranked here, by the keys of their names; only the nodes of the page
// are read. Cost: with the nodes that have the words; two statements.
func (r *reader) Search(ctx context.Context, wanted string, kinds []string, w store.SearchWindow) (store.Matches, error) {
	if w.First < 0 {
		return store.Matches{}, fmt.Errorf("%w: first must not be negative", store.ErrInvalid)
	}
	var lucene []string
	var keys, words []any
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
		label = "n:" + r.s.layout.cover(of) + " AND "
	}
	q := statement{
		params: map[string]any{"search": strings.Join(lucene, " "), "keys": keys, "words": words, "most": int64(store.Candidates)},
		parts: []part{{
			body: "CALL db.index.fulltext.queryNodes('" + namesIndex + "', $search) YIELD node AS n" +
				" WITH n, [k IN n._names WHERE any(ws IN $words WHERE all(w IN ws WHERE k STARTS WITH w OR k CONTAINS (' ' + w)))] AS keys" +
				" WHERE " + label + "size(keys) > 0" +
				" WITH n, keys, any(k IN keys WHERE k IN $keys) AS same, reduce(least = 1000000, k IN keys | CASE WHEN size(split(k, ' ')) < least THEN size(split(k, ' ')) ELSE least END) AS length" +
				" ORDER BY same DESC, length, n.id LIMIT $most",
			values: []string{"n.id", "keys"},
		}},
	}
	type match struct {
		id    string
		score float64
	}
	var all []match
	want := store.Want(wanted)
	err := r.ask(ctx, "search", q, func() func(int64, []any) error {
		all = nil
		return func(_ int64, v []any) error {
			m := match{id: str(v[0])}
			for _, k := range strs(v[1]) {
				m.score = max(m.score, want.Score(k))
			}
			all = append(all, m)
			return nil
		}
	})
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
