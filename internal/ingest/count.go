package ingest

import (
	"hash/maphash"

	"clustergraph/internal/store"
)

// count tells what became of distinct nodes or edges over many batches. Stores tell it of
// one batch; so one that several speak of has to be recognised.
type count struct {
	store.Tally
	seed maphash.Seed
	// seen tells of each by a hash whether it has been new or changed yet.
	seen map[uint64]bool
}

func newCount() *count { return &count{seed: maphash.MakeSeed(), seen: map[uint64]bool{}} }

// add takes a batch's outcome: those that it speaks of, and those of them and of others that
// it made or changed. Of a batch that was stored earlier the latter are not known.
func (c *count) add(t store.Tally, of, touched []string, repeated bool) {
	if repeated {
		first := 0
		for _, key := range of {
			h := maphash.String(c.seed, key)
			if _, known := c.seen[h]; key != "" && !known {
				c.seen[h] = true
				first++
			}
		}
		take := func(n int) int { n = min(n, first); first -= n; return n }
		c.New += take(t.New)
		c.Changed += take(t.Changed)
		c.Unchanged += first
		return
	}
	fresh := 0 // met for the first time, and new or changed
	for _, key := range touched {
		h := maphash.String(c.seed, key)
		was, known := c.seen[h]
		switch {
		case !known:
			fresh++
		case !was:
			c.Unchanged--
			c.Changed++
		}
		c.seen[h] = true
	}
	for _, key := range of {
		h := maphash.String(c.seed, key)
		if _, known := c.seen[h]; key != "" && !known {
			c.seen[h] = false
			c.Unchanged++
		}
	}
	made := min(t.New, fresh)
	c.New += made
	c.Changed += fresh - made
	c.Gone += t.Gone
}

// spokenOf tells whether a batch has spoken of one.
func (c *count) spokenOf(key string) bool {
	_, known := c.seen[maphash.String(c.seed, key)]
	return known
}

func touchedNodes(r store.Result) []string {
	out := make([]string, len(r.Commit.Nodes))
	for i, n := range r.Commit.Nodes {
		out[i] = n.ID
	}
	return out
}

func touchedEdges(r store.Result) []string {
	ids := make([]store.EdgeID, len(r.Commit.Edges))
	for i, e := range r.Commit.Edges {
		ids[i] = e.EdgeID
	}
	return edgeKeys(ids)
}

func edgeKeys(ids []store.EdgeID) []string {
	out := make([]string, len(ids))
	for i, e := range ids {
		if e.From != "" {
			out[i] = e.Type + "\x00" + e.Key + "\x00" + e.From + "\x00" + e.To
		}
	}
	return out
}
