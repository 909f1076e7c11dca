package neo4j

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// Size counts the nodes and edges of the graph. Cost: one query; the database keeps both
// counts, and looks at neither nodes nor edges.
func (s *Store) Size(ctx context.Context) (nodes, edges int, err error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer leave()
	var types []string
	for _, typ := range slices.Sorted(maps.Keys(s.schema.Edges)) {
		types = append(types, quoted(typ))
	}
	ask := `MATCH (:Node) RETURN count(*) AS n`
	if len(types) > 0 {
		ask += ` UNION ALL MATCH ()-[:` + strings.Join(types, "|") + `]->() RETURN count(*) AS n`
	}
	var counts []int
	err = s.read(ctx, ask, nil, func(v []any) error {
		counts = append(counts, int(num(v[0])))
		return nil
	})
	if err != nil || len(counts) < 2 {
		return 0, 0, err
	}
	return counts[0], counts[1], nil
}
