package store

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Value is what a property holds: nil (unknown), bool, int64, float64, string, [Date],
// [Cents], [Money], [List] or [Props]. Nothing else ever stands in a graph. Values are
// shared between readers and never changed.
type Value = any

// List is a property with several values, in their order.
type List = []any

// Prop is one property by name.
type Prop struct {
	Name  string
	Value Value
}

// Props are properties by name, sorted by name, each name once, no value nil (but see
// [NodeRecord.Props]). The zero value has none. They are also the value of a property with
// parts: an identifier, a label, a pair of coordinates.
type Props []Prop

// PropsOf makes Props of a map; nil values are kept, nested maps become Props and nested
// []string and []map[string]any become Lists, so that literals are easy to write.
func PropsOf(m map[string]any) Props {
	p := make(Props, 0, len(m))
	for k, v := range m {
		p = append(p, Prop{k, plain(v)})
	}
	slices.SortFunc(p, func(a, b Prop) int { return strings.Compare(a.Name, b.Name) })
	return p
}

func plain(v any) Value {
	switch v := v.(type) {
	case map[string]any:
		return PropsOf(v)
	case int:
		return int64(v)
	case []string:
		l := make(List, len(v))
		for i := range v {
			l[i] = v[i]
		}
		return l
	case []map[string]any:
		l := make(List, len(v))
		for i := range v {
			l[i] = PropsOf(v[i])
		}
		return l
	case []any:
		l := make(List, len(v))
		for i := range v {
			l[i] = plain(v[i])
		}
		return l
	}
	return v
}

// Get is the value of a property; nil if there is none.
func (p Props) Get(name string) Value {
	for i := range p {
		if p[i].Name == name {
			return p[i].Value
		}
	}
	return nil
}

// Text is a property that is a string; empty if it is not.
func (p Props) Text(name string) string { s, _ := p.Get(name).(string); return s }

// With is p with one property set (nil: removed), in its place; p itself stays.
func (p Props) With(name string, v Value) Props {
	i, found := slices.BinarySearchFunc(p, name, func(x Prop, n string) int { return strings.Compare(x.Name, n) })
	out := slices.Clone(p)
	switch {
	case v == nil && found:
		return slices.Delete(out, i, i+1)
	case v == nil:
		return out
	case found:
		out[i].Value = v
		return out
	}
	return slices.Insert(out, i, Prop{name, v})
}

// Date is a day, month, quarter or year: the interval of days it stands for, counted from
// 1970-01-01. Its text says which: "2005-01-31", "2005-01", "2020-Q2", "2005". The zero
// Date is 1970-01-01; an unknown date is a nil Value.
type Date struct{ First, Last int32 }

// ParseDate reads the text of a Date with a year from 0001 to 9999.
func ParseDate(s string) (Date, error) {
	bad := func() (Date, error) {
		return Date{}, fmt.Errorf("%w: %q is not a date; write 2005, 2020-Q2, 2005-01 or 2005-01-31", ErrInvalid, s)
	}
	if len(s) < 4 || (len(s) > 4 && s[4] != '-') {
		return bad()
	}
	year, ok := digits(s[:4])
	if !ok || year < 1 {
		return bad()
	}
	from, until := time.Month(1), time.Month(13)
	switch {
	case len(s) == 4:
	case len(s) == 7 && s[5] == 'Q' && s[6] >= '1' && s[6] <= '4':
		from = time.Month(s[6]-'1')*3 + 1
		until = from + 3
	case len(s) == 7, len(s) == 10 && s[7] == '-':
		month, ok := digits(s[5:7])
		if !ok || month < 1 || month > 12 {
			return bad()
		}
		from, until = time.Month(month), time.Month(month)+1
		if len(s) == 10 {
			day, ok := digits(s[8:])
			d := time.Date(year, from, day, 0, 0, 0, 0, time.UTC)
			if !ok || day < 1 || d.Month() != from {
				return bad()
			}
			return Date{days(d), days(d)}, nil
		}
	default:
		return bad()
	}
	return Date{
		days(time.Date(year, from, 1, 0, 0, 0, 0, time.UTC)),
		days(time.Date(year, until, 1, 0, 0, 0, 0, time.UTC)) - 1,
	}, nil
}

func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

const day = 24 * 60 * 60

func days(t time.Time) int32 { return int32(floor(t.Unix(), day)) }

func floor(a, b int64) int64 {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}

// DayOf is the Date of the day of t, in UTC.
func DayOf(t time.Time) Date { d := days(t.UTC()); return Date{d, d} }

// FirstDay and LastDay are the days a Date begins and ends with, as Dates.
func (d Date) FirstDay() Date { return Date{d.First, d.First} }

// LastDay is the day a Date ends with.
func (d Date) LastDay() Date { return Date{d.Last, d.Last} }

// String is the text that ParseDate reads.
func (d Date) String() string { return string(d.Append(nil)) }

// Append adds the text of the date to b.
func (d Date) Append(b []byte) []byte {
	t := time.Unix(int64(d.First)*day, 0).UTC()
	switch n := d.Last - d.First; {
	case n >= 364:
		return t.AppendFormat(b, "2006")
	case n > 31:
		return append(t.AppendFormat(b, "2006-Q"), byte('0'+(int(t.Month())+2)/3))
	case n > 0:
		return t.AppendFormat(b, "2006-01")
	}
	return t.AppendFormat(b, time.DateOnly)
}

// Cents is an exact decimal with two places, in hundredths.
type Cents int64

// ParseCents reads a decimal number with at most two places: "50000", "-3.5", "0.63".
func ParseCents(s string) (Cents, error) {
	whole, part, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	n, ok := digits(whole)
	f, ok2 := digits((part + "00")[:2])
	if !ok || !ok2 || whole == "" || len(whole) > 15 || len(part) > 2 || strings.HasSuffix(s, ".") {
		return 0, fmt.Errorf("%w: %q is not a decimal number with at most two places and 15 digits before them", ErrInvalid, s)
	}
	c := Cents(n*100 + f)
	if s[0] == '-' {
		c = -c
	}
	return c, nil
}

// String is c with exactly two places: "50000.00".
func (c Cents) String() string { return string(c.Append(nil)) }

// Append adds the text of the number to b.
func (c Cents) Append(b []byte) []byte {
	n := uint64(c)
	if c < 0 {
		b, n = append(b, '-'), -n // of the least number, too
	}
	return append(strconv.AppendUint(b, n/100, 10), '.', byte('0'+n/10%10), byte('0'+n%10))
}

// Money is an exact amount and its ISO 4217 currency.
type Money struct {
	Amount   Cents
	Currency string
}

// Part is what stands at path within v: a property of Props, or amount, value (a float64)
// and currency of Money. An empty path is v itself; what is not there is nil.
func Part(v Value, path []string) Value {
	for _, name := range path {
		switch x := v.(type) {
		case Props:
			v = x.Get(name)
		case Money:
			switch name {
			case "amount":
				v = x.Amount
			case "value":
				v = float64(x.Amount) / 100
			case "currency":
				v = x.Currency
			default:
				return nil
			}
		default:
			return nil
		}
	}
	return v
}

// JSON is a value as encoding/json is to write it: dates and cents as text, money as its amount
// and currency, a value with parts as an object.
func JSON(v Value) any {
	switch v := v.(type) {
	case Date:
		return v.String()
	case Cents:
		return v.String()
	case Money:
		return map[string]any{"amount": v.Amount.String(), "currency": v.Currency}
	case List:
		out := make([]any, len(v))
		for i := range v {
			out[i] = JSON(v[i])
		}
		return out
	case Props:
		out := map[string]any{}
		for _, p := range v {
			out[p.Name] = JSON(p.Value)
		}
		return out
	}
	return v
}

// Compare orders values that are not nil: false before true; numbers by size, whatever
// their type; strings by code point; dates by first, then last day; money by amount, then
// currency; lists by their first difference; Props by name and value. Values of different
// types are ordered by type, in the order of [Value]'s list, so that every order is total.
func Compare(a, b Value) int {
	ra, rb := rank(a), rank(b)
	if ra != rb {
		return cmp.Compare(ra, rb)
	}
	switch x := a.(type) {
	case bool:
		switch y := b.(bool); {
		case x == y:
			return 0
		case y:
			return -1
		}
		return 1
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
		return compareNumbers(x, b.(float64))
	case float64:
		if y, ok := b.(float64); ok {
			return cmp.Compare(x, y)
		}
		return -compareNumbers(b.(int64), x)
	case string:
		return strings.Compare(x, b.(string))
	case Date:
		y := b.(Date)
		return cmp.Or(cmp.Compare(x.First, y.First), cmp.Compare(x.Last, y.Last))
	case Cents:
		return cmp.Compare(x, b.(Cents))
	case Money:
		y := b.(Money)
		return cmp.Or(cmp.Compare(x.Amount, y.Amount), strings.Compare(x.Currency, y.Currency))
	case List:
		return slices.CompareFunc(x, b.(List), CompareNull)
	case Props:
		return slices.CompareFunc(x, b.(Props), func(a, b Prop) int {
			return cmp.Or(strings.Compare(a.Name, b.Name), CompareNull(a.Value, b.Value))
		})
	}
	return 0
}

// compareNumbers is exact, so that the order of numbers is total: not every int64 is a
// float64.
func compareNumbers(a int64, b float64) int {
	switch {
	case b >= 1<<63:
		return -1
	case b < -1<<63:
		return 1
	}
	whole := math.Floor(b)
	return cmp.Or(cmp.Compare(a, int64(whole)), cmp.Compare(whole, b))
}

// CompareNull is Compare with nil after everything else.
func CompareNull(a, b Value) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return Compare(a, b)
}

// Equal tells whether two values are the same in every part.
func Equal(a, b Value) bool { return CompareNull(a, b) == 0 }

func rank(v Value) int {
	switch v.(type) {
	case bool:
		return 1
	case int64, float64:
		return 2
	case string:
		return 3
	case Date:
		return 4
	case Cents:
		return 5
	case Money:
		return 6
	case List:
		return 7
	case Props:
		return 8
	}
	return 9
}
