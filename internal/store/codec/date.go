package codec

import (
	"fmt"
	"strconv"
	"strings"

	"clustergraph/internal/store"
)

// DateText is a date as a column keeps it: its text, or its days where that is none of it;
// nil if it is the zero Date, which stands for unknown.
func DateText(d store.Date) any {
	if d == (store.Date{}) {
		return nil
	}
	s := d.String()
	if back, err := store.ParseDate(s); err == nil && back == d {
		return s
	}
	return fmt.Sprintf("days %d..%d", d.First, d.Last)
}

// ParseDateText reads what DateText wrote.
func ParseDateText(s string) (d store.Date, err error) {
	days, ok := strings.CutPrefix(s, "days ")
	if !ok {
		return store.ParseDate(s)
	}
	first, last, _ := strings.Cut(days, "..")
	a, err := strconv.ParseInt(first, 10, 32)
	if err != nil {
		return d, err
	}
	z, err := strconv.ParseInt(last, 10, 32)
	return store.Date{First: int32(a), Last: int32(z)}, err
}
