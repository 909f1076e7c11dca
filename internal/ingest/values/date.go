package values

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"clustergraph/internal/store"
)

// layouts are the forms of dates, each with the form of store.ParseDate that is as precise.
// Figures are read with the day first, as Europe writes them.
var layouts = []struct{ layout, as string }{
	{"2006-01-02 15:04:05", time.DateOnly},
	{"2006-01-02 15:04", time.DateOnly},
	{"2006-01-02T15:04:05", time.DateOnly},
	{time.RFC3339, time.DateOnly},
	{"2006-01-02 15:04:05Z07:00", time.DateOnly},
	{"2006/1/2", time.DateOnly},
	{"2/1/2006", time.DateOnly},
	{"2.1.2006", time.DateOnly},
	{"2.1.2006.", time.DateOnly},
	{"2-1-2006", time.DateOnly},
	{"2/1/2006 15:04:05", time.DateOnly},
	{"2/1/2006 15:04", time.DateOnly},
	{"2.1.2006 15:04:05", time.DateOnly},
	{"2.1.2006 15:04", time.DateOnly},
	{"2 January 2006", time.DateOnly},
	{"2 Jan 2006", time.DateOnly},
	{"2-Jan-2006", time.DateOnly},
	{"January 2, 2006", time.DateOnly},
	{"Jan 2, 2006", time.DateOnly},
	{"1/2006", "2006-01"},
	{"1.2006", "2006-01"},
	{"2006/1", "2006-01"},
	{"January 2006", "2006-01"},
	{"Jan 2006", "2006-01"},
	{"Jan-2006", "2006-01"},
}

const dateForms = "write 2005, 2005-01, 2005-01-31, 31/01/2005 (the day first) or 31 January 2005"

// Date reads a date as precise as it is: what store.ParseDate reads, "2023-03-10 21:15:00",
// RFC 3339 (the day as it is written, whatever the zone), "31/01/2005", "31.01.2005",
// "1.2.2005", "01/2005", "January 2005", "31 January 2005", and, if serial is set, the serial
// numbers of spreadsheets from 10000 (1927-05-18) on. "01/02/2005" is the day 1 February, as
// Europe writes it; "01/31/2005" is refused.
func Date(s string, serial bool) (store.Date, error) {
	s = strings.Join(strings.Fields(trim(s)), " ")
	if d, err := store.ParseDate(s); err == nil {
		return d, nil
	}
	for _, l := range layouts {
		if t, err := time.Parse(l.layout, s); err == nil {
			d, err := store.ParseDate(t.Format(l.as))
			if err != nil {
				return d, fmt.Errorf("%q is not a date; %s", s, dateForms)
			}
			return d, nil
		}
	}
	if serial {
		if t, ok := dayOfSerial(s); ok {
			return store.DayOf(t), nil
		}
	}
	return store.Date{}, fmt.Errorf("%q is not a date; %s", s, dateForms)
}

// dayOfSerial is the day with a number: 1 is 1900-01-01, and numbers from 61 on count a 29
// February 1900 that never was, so that those are days after 1899-12-30.
func dayOfSerial(s string) (time.Time, bool) {
	const first, last = 10_000, 2_958_465 // 9999-12-31
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(s, "0123456789.") != "" || n < first || n >= last+1 {
		return time.Time{}, false
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(math.Floor(n))), true
}

// Span reads "2014-2020", "2015 – 2018", "01/2014 to 12/2020" and "2016", which is its own
// end. Of "2005-06", June.
func Span(s string) (from, to store.Date, err error) {
	s = strings.NewReplacer("–", "-", "—", "-", "−", "-").Replace(trim(s))
	if d, err := Date(s, false); err == nil {
		return d, d, nil
	}
	for _, between := range []string{" - ", " to ", "-", "/"} {
		first, last, ok := strings.Cut(s, between)
		if !ok {
			continue
		}
		from, err := Date(first, false)
		to, err2 := Date(last, false)
		if errors.Join(err, err2) != nil {
			continue
		}
		if from.First > to.First {
			return store.Date{}, store.Date{}, fmt.Errorf("%q ends before it begins", s)
		}
		return from, to, nil
	}
	return store.Date{}, store.Date{}, fmt.Errorf("%q is not a span of time; write 2014-2020, or two dates with \" - \" between them", s)
}
