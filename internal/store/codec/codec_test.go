package codec_test

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/test/draw"
)

func date(s string) store.Date {
	d, err := store.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestPlainJSON(t *testing.T) {
	for _, tc := range []struct {
		value store.Value
		want  string
	}{
		{nil, "null"},
		{int64(3), "3"},
		{float64(3), "3.0"},
		{1e300, "1e+300"},
		{"a\"b\u0000ъ", `"a\"b\u0000ъ"`},
		{date("2020-Q2"), `{"@date":"2020-Q2"}`},
		{store.Date{First: 3, Last: 5}, `{"@days":[3,5]}`},
		{store.Cents(-5), `{"@cents":-0.05}`},
		{store.Cents(math.MinInt64), `{"@cents":-92233720368547758.08}`},
		{store.Money{Amount: 22220690, Currency: "EUR"}, `{"@money":222206.90,"currency":"EUR"}`},
		{store.PropsOf(map[string]any{"@date": "no date", "list": []string{"a", "b"}, "none": store.Props{}}),
			`{"@@date":"no date","list":["a","b"],"none":{}}`},
	} {
		got := codec.Append(nil, tc.value)
		if string(got) != tc.want {
			t.Errorf("%#v is written as %s, not %s", tc.value, got, tc.want)
		}
		back, err := codec.NewDecoder().Value(got)
		if err != nil || !reflect.DeepEqual(back, tc.value) {
			t.Errorf("%s is read as %#v, %v", got, back, err)
		}
	}
}

func TestWhatToolsEdit(t *testing.T) {
	p, err := codec.NewDecoder().Props([]byte(` { "b" : 1 , "a" : [ ] } `))
	if want := store.PropsOf(map[string]any{"a": []any{}, "b": 1}); err != nil || !reflect.DeepEqual(p, want) {
		t.Errorf("names out of order: %#v, %v", p, err)
	}
	for _, bad := range []string{``, `{`, `[]`, `{"a":1,"a":2}`, `{"@x":1}`, `{"a":1,"@date":"2005"}`, `{"@date":"2005","a":1}`, `{"@date":"soon"}`,
		`{"@money":1.00}`, `{"@money":1.5,"currency":"EUR"}`, `{"@cents":1}`, `{"@days":[1]}`, `{} {}`, `{"a":99999999999999999999}`} {
		if p, err := codec.NewDecoder().Props([]byte(bad)); err == nil {
			t.Errorf("%s is read as %#v", bad, p)
		}
	}
}

// value draws any value that a graph can hold.
func value(depth int) *rapid.Generator[store.Value] {
	kinds := []*rapid.Generator[store.Value]{
		rapid.Map(rapid.Bool(), func(v bool) store.Value { return v }),
		rapid.Map(rapid.Int64(), func(v int64) store.Value { return v }),
		rapid.Map(rapid.Float64(), func(v float64) store.Value { return v }),
		rapid.Map(rapid.String(), func(v string) store.Value { return v }),
		rapid.Custom(func(t *rapid.T) store.Value {
			return store.Date{First: rapid.Int32().Draw(t, "first"), Last: rapid.Int32().Draw(t, "last")}
		}),
		rapid.Map(rapid.SampledFrom([]string{"2005", "0001", "9999-12-31", "2020-Q4", "1969-07"}), func(s string) store.Value { return date(s) }),
		rapid.Map(rapid.Int64(), func(v int64) store.Value { return store.Cents(v) }),
		rapid.Custom(func(t *rapid.T) store.Value {
			return store.Money{Amount: store.Cents(rapid.Int64().Draw(t, "amount")), Currency: rapid.String().Draw(t, "currency")}
		}),
	}
	if depth > 0 {
		kinds = append(kinds,
			rapid.Map(rapid.SliceOfN(value(depth-1), 0, 3), func(v []any) store.Value { return v }),
			rapid.Map(props(depth-1), func(p store.Props) store.Value { return p }))
	}
	return rapid.OneOf(kinds...)
}

func props(depth int) *rapid.Generator[store.Props] {
	names := rapid.OneOf(rapid.SampledFrom([]string{"a", "@", "@date", "@@money", "currency", ""}), rapid.String())
	return rapid.Map(rapid.MapOfN(names, rapid.OneOf(value(depth), rapid.Just(store.Value(nil))), 0, 4), func(m map[string]any) store.Props { return store.PropsOf(m) })
}

func TestRoundTrip(t *testing.T) {
	d := codec.NewDecoder()
	draw.Check(t, func(t *rapid.T) {
		p := props(3).Draw(t, "props")
		data := codec.Append(nil, p)
		if !json.Valid(data) {
			t.Fatalf("%s is not JSON", data)
		}
		back, err := d.Props(data)
		if err != nil || !reflect.DeepEqual(back, p) {
			t.Fatalf("%#v is written as %s and read as %#v, %v", p, data, back, err)
		}
	})
}

// FuzzProps holds that whatever can be read is written and read again as the same.
func FuzzProps(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `{"a":{"@date":"2005"},"b":[1,1.0,{"@money":-0.01,"currency":"EUR"}]}`, `{"@@a":{"@days":[1,2]}}`, `{"a":-0.0}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := codec.NewDecoder().Props(data)
		if err != nil {
			return
		}
		once := codec.Append(nil, p)
		again, err := codec.NewDecoder().Props(once)
		if err != nil || store.CompareNull(p, again) != 0 {
			t.Errorf("%s is read as %#v, written as %s and read as %#v, %v", data, p, once, again, err)
		}
	})
}

func BenchmarkProps(b *testing.B) {
	p := store.PropsOf(map[string]any{
		"name": "ICT Cluster of Central Serbia", "aliases": []string{"IKT Klaster Centralne Srbije", "ICT Cluster Central Serbia"},
		"identifiers": []map[string]any{{"scheme": "PIC", "value": "986451977"}}, "city": "Kragujevac", "established": date("2005-01"), "sme": true,
	})
	data := codec.Append(nil, p)
	d := codec.NewDecoder()
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.Props(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		buf := make([]byte, 0, 1000)
		for b.Loop() {
			buf = codec.Append(buf[:0], p)
		}
	})
}
