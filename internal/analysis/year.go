package analysis

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"clustergraph/internal/store"
)

// maxYears is how many years one answer can tell of.
const maxYears = 200

const daySeconds = 24 * 60 * 60

// years are those that a projection tells of, ascending: those of its period if that has both
// ends, else those in which an edge that holds in it is known to begin, hold or end.
func (a *Analyst) years(ctx context.Context, r store.Reader, p Projection) ([]*int, error) {
	year := func(day int32) int { return time.Unix(int64(day)*daySeconds, 0).UTC().Year() }
	known := map[int]bool{}
	mark := func(first, last int) error {
		for y := first; y <= last; y++ {
			if known[y] = true; len(known) > maxYears {
				return fmt.Errorf("%w: every: there are more than %d years; ask for those of a period (during)", ErrTooMuch, maxYears)
			}
		}
		return nil
	}
	bounded := func(p store.Period) bool { return p.First != math.MinInt32 && p.Last != math.MaxInt32 }
	if !p.When.Always() && bounded(p.When) {
		if err := mark(year(p.When.First), year(p.When.Last)); err != nil {
			return nil, err
		}
	} else {
		shares := a.snapshot(r).participations
		if p.Ties == SharedMemberships {
			shares = a.snapshot(r).memberships
		}
		l, err := shares(ctx, r, a)
		if err != nil {
			return nil, err
		}
		for _, h := range l.hold {
			if !h.Meets(p.When) {
				continue
			}
			if !p.When.Always() {
				h.First, h.Last = max(h.First, p.When.First), min(h.Last, p.When.Last)
			}
			switch {
			case bounded(h):
				err = mark(year(h.First), year(h.Last))
			case h.First != math.MinInt32:
				err = mark(year(h.First), year(h.First))
			case h.Last != math.MaxInt32:
				err = mark(year(h.Last), year(h.Last))
			}
			if err != nil {
				return nil, err
			}
		}
	}
	out := []*int{}
	for y := range known {
		out = append(out, &y)
	}
	slices.SortFunc(out, func(x, y *int) int { return cmp.Compare(*x, *y) })
	return out, nil
}

// yearOf is what a year has of a period.
func yearOf(p store.Period, year int) store.Period {
	day := func(y int) int32 { return int32(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / daySeconds) }
	out := store.Period{First: day(year), Last: day(year+1) - 1}
	if !p.Always() {
		out.First, out.Last = max(out.First, p.First), min(out.Last, p.Last)
	}
	return out
}
