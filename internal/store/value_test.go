package store

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for _, tc := range []struct{ text, first, last string }{
		{"2005", "2005-01-01", "2005-12-31"},
		{"2004", "2004-01-01", "2004-12-31"},
		{"2020-Q1", "2020-01-01", "2020-03-31"},
		{"2020-Q2", "2020-04-01", "2020-06-30"},
		{"2020-Q4", "2020-10-01", "2020-12-31"},
		{"2020-02", "2020-02-01", "2020-02-29"},
		{"2021-02", "2021-02-01", "2021-02-28"},
		{"1900-02", "1900-02-01", "1900-02-28"},
		{"2005-12", "2005-12-01", "2005-12-31"},
		{"2005-01-31", "2005-01-31", "2005-01-31"},
		{"1969-12-31", "1969-12-31", "1969-12-31"},
		{"0001", "0001-01-01", "0001-12-31"},
		{"9999-12-31", "9999-12-31", "9999-12-31"},
	} {
		d, err := ParseDate(tc.text)
		if err != nil {
			t.Errorf("%s: %v", tc.text, err)
			continue
		}
		if d.String() != tc.text || d.FirstDay().String() != tc.first || d.LastDay().String() != tc.last {
			t.Errorf("%s is %s, from %s to %s; want %s to %s", tc.text, d, d.FirstDay(), d.LastDay(), tc.first, tc.last)
		}
	}
	for day, want := range map[string]int32{"1970-01-01": 0, "1970-01-02": 1, "1969-12-31": -1, "2000-03-01": 11017} {
		if d, err := ParseDate(day); err != nil || d.First != want || d.Last != want {
			t.Errorf("%s is day %d (%v), want %d", day, d.First, err, want)
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, text := range []string{
		"", "5", "205", "20051", "2005-", "2005-1", "2005-1-1", "2005-13", "2005-00", "2005-Q0", "2005-Q5", "2005-q1", "2005-Q", "2005-02-30", "2021-02-29", "1900-02-29",
		"2005-01-00", "2005-01-32", "2005/01/01", "2005-01-1", "2005-01-011", "0000", "-005", "+005", "2005 ", " 2005", "20O5", "２００５", "2005-01_01", "05-01-2005", "2005-01-31T00:00:00Z",
	} {
		if d, err := ParseDate(text); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q is %v (%v)", text, d, err)
		}
	}
}

func TestDayOf(t *testing.T) {
	for _, tc := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), "2026-11-23"},
		{time.Date(2026, 11, 23, 23, 59, 59, 999, time.UTC), "2026-11-23"},
		{time.Date(2026, 11, 24, 0, 30, 0, 0, time.FixedZone("east", 3600)), "2026-11-23"},
		{time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), "1969-12-31"},
		{time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC), "1969-12-31"},
	} {
		if got := DayOf(tc.at).String(); got != tc.want {
			t.Errorf("%v is %s, want %s", tc.at, got, tc.want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2005", "2020-Q2", "2005-01", "2005-01-31", "0001", "9999-Q4", "2005-02-30", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			if !errors.Is(err, ErrInvalid) || d != (Date{}) {
				t.Errorf("%q: %v %v", s, d, err)
			}
			return
		}
		if d.First > d.Last || d.String() != s {
			t.Errorf("%q is %+v, which is told as %q", s, d, d)
		}
	})
}

func TestParseCents(t *testing.T) {
	for text, want := range map[string]Cents{
		"0": 0, "-0": 0, "50000": 5000000, "-3.5": -350, "0.63": 63, "-0.05": -5, "00.10": 10, "1.2": 120,
		"999999999999999.99": 99999999999999999, "-999999999999999.99": -99999999999999999,
	} {
		if c, err := ParseCents(text); err != nil || c != want {
			t.Errorf("%q is %d (%v), want %d", text, c, err, want)
		}
	}
	for _, text := range []string{"", "-", ".", ".5", "5.", "1.234", "1e3", "1,5", "+1", " 1", "1 ", "--1", "1.-5", "0x1", "1000000000000000", "NaN", "1.2.3", "１"} {
		if c, err := ParseCents(text); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q is %d (%v)", text, c, err)
		}
	}
	for c, want := range map[Cents]string{0: "0.00", 5: "0.05", -5: "-0.05", 63: "0.63", -350: "-3.50", 5000000: "50000.00", math.MaxInt64: "92233720368547758.07", math.MinInt64: "-92233720368547758.08"} {
		if got := c.String(); got != want {
			t.Errorf("%d is told as %q, want %q", int64(c), got, want)
		}
	}
}

func FuzzParseCents(f *testing.F) {
	for _, s := range []string{"0", "-3.5", "0.63", "50000", "1.234", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCents(s)
		if err != nil {
			if !errors.Is(err, ErrInvalid) || c != 0 {
				t.Errorf("%q: %d %v", s, c, err)
			}
			return
		}
		if again, err := ParseCents(c.String()); err != nil || again != c {
			t.Errorf("%q is %s, which is %d (%v)", s, c, again, err)
		}
	})
}

// ordered are values in their order, each less than the next.
var ordered = []Value{
	false, true,
	math.Inf(-1), -1e30, int64(math.MinInt64), int64(math.MinInt64 + 1), -1.5, int64(-1), int64(0), 0.5, int64(1), 1.5, float64(1 << 53), int64(1<<53 + 1), float64(1<<53 + 2), int64(math.MaxInt64 - 1), int64(math.MaxInt64), math.Inf(1),
	"", "\x00", "A", "a", "a\x00", "aa", "b", "é", "😀",
	Date{-5, -5}, Date{0, 0}, Date{0, 30}, Date{0, 364}, Date{1, 1},
	Cents(-1), Cents(0), Cents(1),
	Money{-1, "EUR"}, Money{1, "EUR"}, Money{1, "RSD"}, Money{2, "EUR"},
	List{}, List{true}, List{int64(1)}, List{int64(1), "a"}, List{int64(2)}, List{nil},
	Props{}, Props{{"a", int64(1)}}, Props{{"a", int64(1)}, {"b", "x"}}, Props{{"a", int64(2)}}, Props{{"a", nil}}, Props{{"b", int64(0)}},
	nil,
}

func TestCompareIsTotal(t *testing.T) {
	for i, a := range ordered {
		for j, b := range ordered {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := CompareNull(a, b); got != want {
				t.Errorf("%#v and %#v: %d, want %d", a, b, got, want)
			}
			if Equal(a, b) != (i == j) {
				t.Errorf("Equal %#v and %#v", a, b)
			}
			if a != nil && b != nil && Compare(a, b) != want {
				t.Errorf("Compare %#v and %#v", a, b)
			}
		}
	}
	if Compare(int64(2), 2.0) != 0 || !Equal(2.0, int64(2)) {
		t.Error("numbers are not compared by size, whatever their type")
	}
}

func TestProps(t *testing.T) {
	p := PropsOf(map[string]any{"b": 1, "a": []string{"x"}, "c": map[string]any{"d": []map[string]any{{"e": nil}}}, "n": nil})
	want := Props{{"a", List{"x"}}, {"b", int64(1)}, {"c", Props{{"d", List{Props{{"e", nil}}}}}}, {"n", nil}}
	if !slices.EqualFunc(p, want, func(x, y Prop) bool { return x.Name == y.Name && Equal(x.Value, y.Value) }) {
		t.Errorf("got %#v", p)
	}
	q := p.With("bb", true).With("a", nil).With("z", nil)
	if q.Get("bb") != true || q.Get("a") != nil || len(q) != 4 || len(p) != 4 || p.Get("bb") != nil {
		t.Errorf("got %#v from %#v", q, p)
	}
	if !slices.IsSortedFunc(q, func(a, b Prop) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("out of order: %#v", q)
	}
	if r := p.With("b", "x"); r.Text("b") != "x" || p.Text("b") != "" || p.Get("b") != int64(1) {
		t.Errorf("got %#v from %#v", r, p)
	}
	if (Props)(nil).With("a", true).Get("a") != true || (Props)(nil).Get("a") != nil {
		t.Error("the zero Props are not empty")
	}
}

func TestPart(t *testing.T) {
	v := Props{{"cost", Money{12345, "EUR"}}, {"list", List{"x"}}}
	for _, tc := range []struct {
		path string
		want Value
	}{
		{"", v}, {"cost", Money{12345, "EUR"}}, {"cost amount", Cents(12345)}, {"cost value", 123.45}, {"cost currency", "EUR"},
		{"cost nothing", nil}, {"nothing", nil}, {"nothing at all", nil}, {"list x", nil}, {"cost amount x", nil},
	} {
		if got := Part(v, strings.Fields(tc.path)); !Equal(got, tc.want) {
			t.Errorf("%q is %#v, want %#v", tc.path, got, tc.want)
		}
	}
}
