package values

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"clustergraph/internal/store"
	"clustergraph/test/draw"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"
)

func TestEmpty(t *testing.T) {
	for _, s := range []string{"", " ", "\u00a0", "\ufeff", "-", "--", "–", ".", "?", "n/a", "N/A", "N.A.", "NA", "nan", "MISSING", "null", "None", "unknown", "Not applicable", "#N/A"} {
		if !Empty(s) {
			t.Errorf("%q is told to be a value", s)
		}
	}
	for _, s := range []string{"0", "NO", "no", "na", "NAN", "a", "-1", "n/a Ltd", "Unknown Fields GmbH", "none of them"} {
		if Empty(s) {
			t.Errorf("%q is told to be no value", s)
		}
	}
}

// check reads texts and compares what is read, printed; "" stands for an error.
func check[T any](t *testing.T, read func(string) (T, error), want map[string]string) {
	t.Helper()
	for s, want := range want {
		got, err := read(s)
		if err != nil {
			if want != "" {
				t.Errorf("%q: %v, want %s", s, err, want)
			} else if !strings.Contains(err.Error(), strconv.Quote(s)) {
				t.Errorf("%q: the error does not tell the text: %v", s, err)
			}
		} else if fmt.Sprint(got) != want {
			t.Errorf("%q is read as %v, want %q", s, got, want)
		}
	}
}

func amounts(decimal byte) func(string) (store.Cents, error) {
	return func(s string) (store.Cents, error) { return Amount(s, decimal) }
}

func TestAmount(t *testing.T) {
	check(t, amounts(0), map[string]string{
		"50000.0": "50000.00", "71429": "71429.00", "49,597.57": "49597.57", "49.597,57": "49597.57", "1234,5": "1234.50", "42157.93": "42157.93",
		"1 234,50 €": "1234.50", "€ 1 234,50": "1234.50", "EUR 12": "12.00", "12 EUR": "12.00", "-3.5": "-3.50", "−3,5": "-3.50", "+7": "7.00", "0": "0.00", "0.00": "0.00",
		"1\u00a0234\u202f567,80": "1234567.80", "1'234.50": "1234.50", "1’234’567": "1234567.00", "1,234,567": "1234567.00", "1.234.567": "1234567.00",
		"12,345,678.90": "12345678.90", "2927875.50000": "2927875.50", "0.125000": "", "0,630": "0.63", "1 234,560": "1234.56", "4607871.25": "4607871.25",
		".5": "0.50", "€0.5": "0.50", "12 000": "12000.00", "100.000.000": "100000000.00",
		"1,234": "", "1.234": "", "-1,234": "", "12.000": "", "123.456,789": "", "1.2345": "", "0.001": "",
		"": "", "-": "", "n/a": "", "12 34": "", "1,23,456": "", "1,2345.00": "", "1.2.3": "", "1,2,3": "", "12.": "", "12,": "", ",": "", ".": "", "1..2": "", "1,.2": "",
		"--5": "", "5-": "", "1e6": "", "twelve": "", "12 XYZQ": "", "EUR 12 EUR": "", "12 34 EUR": "", "1234567890123456": "", "١٢": "", "(5)": "", "5%": "",
	})
	check(t, amounts(','), map[string]string{"1,234": "", "1,20": "1.20", "1.234": "1234.00", "1.234,5": "1234.50", "1234.5": "", "1,230": "1.23", "1,234.5": ""})
	check(t, amounts('.'), map[string]string{"1.234": "", "1.20": "1.20", "1,234": "1234.00", "1,234.5": "1234.50", "1234,5": "", "1.230": "1.23", "1.234,5": ""})
}

// What has more than two decimals is told as such, and is less than a cent away.
func TestAmountIsRounded(t *testing.T) {
	for s, want := range map[string]string{
		"67289236.754": "67289236.75", "2253128.8525": "2253128.85", "1043575.5375": "1043575.54", "0.125": "0.13", "-0.125000": "-0.13", "0.001": "0.00", "-0.0049": "0.00",
		"9.9950001": "10.00", "-99,9999": "-100.00", "123.456,785 EUR": "123456.79",
	} {
		if got, err := Amount(s, 0); !errors.Is(err, ErrRounded) || got.String() != want || !strings.Contains(err.Error(), strconv.Quote(s)+" is kept as "+want) {
			t.Errorf("%q is read as %v, want %s; %v", s, got, want, err)
		}
	}
}

func TestCurrency(t *testing.T) {
	for s, want := range map[string]string{"12": "", "12 €": "EUR", "€12": "EUR", "EUR 1.200,00": "EUR", "5 RSD": "RSD", "£5": "GBP", "5 $": "", "": "", "EUR": "", "12 zł": "PLN"} {
		if got := Currency(s); got != want {
			t.Errorf("the currency of %q is told as %q, want %q", s, got, want)
		}
	}
}

// Whatever the separators, an amount is the number that its digits spell.
func TestAmountIsExact(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(-99_999_999_999_999, 99_999_999_999_999).Draw(t, "cents")
		decimal := rapid.SampledFrom([]string{".", ","}).Draw(t, "decimal")
		group := rapid.SampledFrom([]string{"", " ", "\u00a0", "'", map[string]string{".": ",", ",": "."}[decimal]}).Draw(t, "group")
		exact := new(big.Rat).SetFrac64(cents, 100)
		whole, fraction, _ := strings.Cut(exact.FloatString(2), ".")
		whole, negative := strings.CutPrefix(whole, "-")
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + group + whole[i:]
		}
		if negative {
			whole = "-" + whole
		}
		for _, hint := range []byte{0, decimal[0]} {
			got, err := Amount(whole+decimal+fraction, hint)
			if err != nil {
				t.Fatal(err)
			}
			if new(big.Rat).SetFrac64(int64(got), 100).Cmp(exact) != 0 {
				t.Fatalf("%s is %v", whole+decimal+fraction, got)
			}
		}
	})
}

func TestNumber(t *testing.T) {
	check(t, func(s string) (float64, error) { return Number(s, 0) }, map[string]string{
		"1": "1", "1.5": "1.5", "1,5": "1.5", "0.123": "0.123", "0,123": "0.123", "1234.5678": "1234.5678", "1.5E+06": "1.5e+06", "1e-3": "0.001", "-2": "-2", "1,234": "", "1.234": "",
		"": "", "Inf": "", "NaN": "", "0x10": "", "1_000": "", "1e999": "", "e5": "", "1e": "", "€5": "", "1e5e5": "",
	})
}

func TestInteger(t *testing.T) {
	check(t, Integer, map[string]string{
		"12": "12", "12.0": "12", "12,00": "12", "3,200": "3200", "3.200": "3200", "3 200": "3200", "-5": "-5", "1,000": "1000", "1,234,567": "1234567", "9223372036854775807": "9223372036854775807",
		"3.000": "", "12.5": "", "": "", "x": "", "9223372036854775808": "", "1,5": "",
	})
}

func TestBool(t *testing.T) {
	check(t, Bool, map[string]string{
		"true": "true", "True": "true", "YES": "true", "y": "true", "1": "true", " false ": "false", "No": "false", "N": "false", "0": "false",
		"": "", "2": "", "maybe": "", "-": "",
	})
}

func dates(serial bool) func(string) (store.Date, error) {
	return func(s string) (store.Date, error) { return Date(s, serial) }
}

func TestDate(t *testing.T) {
	check(t, dates(false), map[string]string{
		"2005": "2005", "2005-01": "2005-01", "2020-Q2": "2020-Q2", "2005-01-31": "2005-01-31", " 2005-01-31 ": "2005-01-31",
		"2023-03-10 21:15:00": "2023-03-10", "2023-03-10T21:15:00Z": "2023-03-10", "2023-03-10T23:15:00.123-05:00": "2023-03-10", "2023-03-10T21:15:00": "2023-03-10", "2023-03-10 21:15": "2023-03-10",
		"31/01/2005": "2005-01-31", "31.01.2005": "2005-01-31", "1.2.2005": "2005-02-01", "1.2.2005.": "2005-02-01", "31-01-2005": "2005-01-31", "01/02/2005": "2005-02-01", "2005/01/31": "2005-01-31",
		"31/01/2005 10:20:00": "2005-01-31", "01/2005": "2005-01", "1.2005": "2005-01", "January 2005": "2005-01", "JAN 2005": "2005-01", "31 January 2005": "2005-01-31", "31  jan 2005": "2005-01-31",
		"31-Jan-2005": "2005-01-31", "January 31, 2005": "2005-01-31", "29/02/2004": "2004-02-29",
		"": "", "0000-00-00": "", "2005-13": "", "2005-02-30": "", "29/02/2005": "", "01/31/2005": "", "31/01/05": "", "Jan-05": "", "13/2005": "", "0000": "", "38383": "", "20050131": "", "yesterday": "",
	})
	check(t, dates(true), map[string]string{
		"38383": "2005-01-31", "38383.75": "2005-01-31", "45000": "2023-03-15", "2005": "2005", "10000": "1927-05-18", "2958465": "9999-12-31",
		"2958466": "", "9999.5": "", "-38383": "", "1e5": "", "Inf": "", "": "",
	})
}

func TestSpan(t *testing.T) {
	check(t, func(s string) (string, error) {
		from, to, err := Span(s)
		return from.String() + ".." + to.String(), err
	}, map[string]string{
		"2014-2020": "2014..2020", "2015 – 2018": "2015..2018", "2015—2018": "2015..2018", "2016": "2016..2016", "2014 to 2020": "2014..2020", "2014/2020": "2014..2020",
		"01/2014 - 12/2020": "2014-01..2020-12", "2014-01-01 - 2020-12-31": "2014-01-01..2020-12-31", "2014-01-01/2020-12-31": "2014-01-01..2020-12-31", "1.2.2014-3.4.2015": "2014-02-01..2015-04-03",
		"2005-06": "2005-06..2005-06", "January 2014 - March 2015": "2014-01..2015-03",
		"2020-2014": "", "": "", "-": "", "2014-": "", "-2014": "", "2014-20": "", "2014-2015-2016": "", "soon": "",
	})
}

func TestCoordinates(t *testing.T) {
	place := func(latitude, longitude float64) store.Props {
		return store.PropsOf(map[string]any{"latitude": latitude, "longitude": longitude})
	}
	for s, want := range map[string]store.Props{
		"50.8149338,4.93566715": place(50.8149338, 4.93566715), "(50.81, 4.93)": place(50.81, 4.93), "50.81 4.93": place(50.81, 4.93), "50,81; 4,93": place(50.81, 4.93), "-33.9,18.4": place(-33.9, 18.4),
		"50,81 -4,93": place(50.81, -4.93), "52, 13": place(52, 13), "51.5,0": place(51.5, 0), "50,81, 4,93": place(50.81, 4.93),
		"": nil, "0,0": nil, "0.0,0.0": nil, "50,81": nil, "50,8,4,9": nil, "91.0,4.0": nil, "4.0,181.0": nil, "50.8": nil, "a,b": nil, "1.2,NaN": nil, "1.2,1e1": nil, "1.2,3.4,5.6": nil, "(50.8,4.9": nil,
	} {
		got, err := Coordinates(s)
		if (err != nil) != (want == nil) || cmp.Diff(want, got) != "" {
			t.Errorf("%q is read as %v, %v", s, got, err)
		}
	}
	if got, err := Position("41,14961", "-8,611"); err != nil || cmp.Diff(place(41.14961, -8.611), got) != "" {
		t.Errorf("two columns with decimal commas are read as %v, %v", got, err)
	}
	if got, err := Position("NA", "NA"); err == nil {
		t.Errorf("NA is read as %v", got)
	}
}

func TestURL(t *testing.T) {
	check(t, URL, map[string]string{
		"www.tmleuven.be": "https://www.tmleuven.be", "http://www.epa.ie": "http://www.epa.ie", "HTTP://WWW.Epa.ie/Path": "http://www.epa.ie/Path", "https://ppbw.pl/en/": "https://ppbw.pl/en/",
		"example.org:8080/x?q=1#top": "https://example.org:8080/x?q=1#top", "http://Müller.example/ü": "http://xn--mller-kva.example/%C3%BC", "http://192.0.2.1/": "http://192.0.2.1/", "http://xn--mller-kva.example/": "http://xn--mller-kva.example/",
		" www.a.be ": "https://www.a.be", "www.dcnsgroup.com.": "https://www.dcnsgroup.com", "www.a\u2010b.com": "https://www.a-b.com", "a.be/?u=http://b.be": "https://a.be/?u=http://b.be",
		"": "", "-": "", "http://": "", "https://": "", "www": "", "no site": "", "http://www.uoi.gr / www.rc.uoi.gr": "", "http://cri.fmach.eu; www.fmach.eu": "", "info@example.org": "", "mailto:info@example.org": "",
		"ftp://example.org": "", "javascript:alert(1)": "", "http://http://a.be": "", "http:/a.be": "", "12.5": "", "1.2.3.4": "", "a..be": "", "http://a.be:x/": "", "file:///etc/passwd": "", "http://[::1": "", "http://a.be/\x00": "",
	})
}

// What is read and printed is read the same again, and nothing makes a reader panic.
func FuzzAmount(f *testing.F) {
	for _, s := range []string{"50000.0", "49,597.57", "49.597,57", "1 234,50 €", "-1’234", "EUR .5", "1,234", "1.2E+6"} {
		f.Add(s, byte(0))
	}
	f.Fuzz(func(t *testing.T, s string, decimal byte) {
		if decimal != ',' && decimal != '.' {
			decimal = 0
		}
		Currency(s)
		if c, err := Amount(s, decimal); err == nil {
			if again, err := Amount(c.String(), '.'); err != nil || again != c {
				t.Errorf("%q is %v, and that is %v, %v", s, c, again, err)
			}
		}
	})
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1.5", "1,234.5", "1e5", "-0", "3,200"} {
		f.Add(s, byte(0))
	}
	f.Fuzz(func(t *testing.T, s string, decimal byte) {
		if decimal != ',' && decimal != '.' {
			decimal = 0
		}
		if x, err := Number(s, decimal); err == nil {
			again, err := Number(strconv.FormatFloat(x, 'f', -1, 64), '.')
			if err != nil || again != x || math.IsInf(x, 0) {
				t.Errorf("%q is %v, and that is %v, %v", s, x, again, err)
			}
		}
		if i, err := Integer(s); err == nil {
			if again, err := Integer(strconv.FormatInt(i, 10)); err != nil || again != i {
				t.Errorf("%q is %d, and that is %d, %v", s, i, again, err)
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"2005", "2020-Q2", "31/01/2005", "38383.5", "31 January 2005", "2023-03-10T21:15:00Z", "2014 – 2020"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, serial := range []bool{false, true} {
			if d, err := Date(s, serial); err == nil {
				if again, err := Date(d.String(), serial); err != nil || again != d {
					t.Errorf("%q is %v, and that is %v, %v", s, d, again, err)
				}
			}
		}
		if from, to, err := Span(s); err == nil {
			from2, to2, err := Span(from.String() + " - " + to.String())
			if err != nil || from2 != from || to2 != to || from.First > to.First {
				t.Errorf("%q is %v to %v, and that is %v to %v, %v", s, from, to, from2, to2, err)
			}
		}
	})
}

func FuzzCoordinates(f *testing.F) {
	for _, s := range []string{"50.8149338,4.93566715", "(50,81; -4,93)", "1 2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := Coordinates(s); err == nil {
			again, err := Coordinates(fmt.Sprintf("%s, %s", strconv.FormatFloat(p.Get("latitude").(float64), 'f', -1, 64), strconv.FormatFloat(p.Get("longitude").(float64), 'f', -1, 64)))
			if err != nil || cmp.Diff(p, again) != "" {
				t.Errorf("%q is %v, and that is %v, %v", s, p, again, err)
			}
		}
	})
}

func FuzzURL(f *testing.F) {
	for _, s := range []string{"www.tmleuven.be", "http://a.be:80/x?y#z", "http://[::1]/", "HTTPS://Müller.example/%zz", "a.be/é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if u, err := URL(s); err == nil {
			if Empty(s) {
				t.Errorf("%q is no value, and the address %q", s, u)
			}
			if again, err := URL(u); err != nil || again != u {
				t.Errorf("%q is %q, and that is %q, %v", s, u, again, err)
			}
		}
		if b, err := Bool(s); err == nil {
			if again, err := Bool(strconv.FormatBool(b)); err != nil || again != b {
				t.Errorf("%q is %v, and that is %v, %v", s, b, again, err)
			}
		}
	})
}

// A day's serial number is how many days after 1899-12-30 it is.
func TestSerialsAreDays(t *testing.T) {
	draw.Check(t, func(t *rapid.T) {
		day := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "second"), 0).UTC()
		serial := int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
		if got, err := Date(strconv.Itoa(serial), true); err != nil || got.String() != day.Format(time.DateOnly) {
			t.Fatalf("%d is %v, %v", serial, got, err)
		}
	})
}

func TestMisread(t *testing.T) {
	for _, c := range []struct{ read, meant, encoding string }{
		{"D√ºsseldorf", "Düsseldorf", "Mac Roman"},
		{"SVEUƒåILI≈†TE U RIJECI", "SVEUČILIŠTE U RIJECI", "Mac Roman"},
		{"DÃ¼sseldorf", "Düsseldorf", "Windows-1252"},
		{"CafÃ© â€“ Bar", "Café – Bar", "Windows-1252"},
		{"√âcole des Mines d‚Äôal√®s", "École des Mines d’alès", "Mac Roman"},
		{"Düsseldorf", "", ""}, {"", "", ""}, {"Duesseldorf", "", ""}, {"»Spaß«", "", ""}, {"SPAß«", "", ""}, {"É«", "", ""}, {"√2", "", ""},
		{"Ü»", "", ""}, {"LÄRM", "", ""}, {"Україна", "", ""}, {"Αθήνα", "", ""}, {"© 2020", "", ""}, {"Łódź", "", ""}, {"MÜ¼", "", ""}, {"20 °C ± 1", "", ""}, {"Institut –école", "", ""}, {"l’école", "", ""},
		// Signs that do stand behind others tell nothing alone.
		{"CAFFÈ™", "", ""}, {"AMANHÃ®", "", ""}, {"Å’s", "", ""}, {"JOSÉ…", "", ""}, {"«école", "", ""}, {"= √π", "", ""}, {"SELKÄ\u00a0EDELLÄ", "", ""}, {"10 Å—", "", ""},
		{"SocietÃ\u00a0 Italiana", "Società Italiana", "Windows-1252"}, {"KÃ–LN", "KÖLN", "Windows-1252"}, {"Cefal√π", "Cefalù", "Mac Roman"}, {"GrÃƒÂ¼n", "Grün", "Windows-1252"},
		{"D√ºsseldorf und Köln", "", ""}, // of two minds
	} {
		meant, encoding, ok := Misread(c.read)
		if meant != c.meant || encoding != c.encoding || ok != (c.encoding != "") {
			t.Errorf("%q is %q in %q, %t", c.read, meant, encoding, ok)
		}
	}
}

// What was read wrong is told, in whichever encoding and however often, if one sign tells it.
func TestMisreadAnywhere(t *testing.T) {
	letters := []rune("aEz -(,.éÜñçßåØĐłŠżőțĀķęğ–’")
	draw.Check(t, func(t *rapid.T) {
		e := rapid.SampledFrom(misreadings).Draw(t, "encoding")
		s := "Müller" + rapid.StringOfN(rapid.RuneFrom(readable(e.of, letters)), 0, 20, -1).Draw(t, "text")
		read := readAs(e.of, s)
		if e.of == charmap.Windows1252 && strings.Trim(s, "aEz -(,.éÜñçß’") == "" && rapid.Bool().Draw(t, "twice") {
			read = readAs(e.of, read)
		}
		meant, encoding, ok := Misread(read)
		if !ok || meant != s || encoding != e.name {
			t.Errorf("%q, read as %q in %s, is told as %q in %q, %t", s, read, e.name, meant, encoding, ok)
		}
		if meant, _, ok := Misread(s); ok {
			t.Errorf("%q is taken for %q", s, meant)
		}
	})
}

// What was read right stays, in any language and between any signs that it has.
func TestReadRight(t *testing.T) {
	words := strings.Fields("École À été naïve Œuvre façade IRMÃ AMANHÃ São coração MARQUÉ Größe STRAẞE Übung ÄRZTE Å SELKÄ På Tromsø Ærø Łódź " +
		"ZARZĄD źródło Česká ŘEKA Žižkov ĽUDIA Kőszeg ÚJ ȘCOALĂ ȚARĂ Iași İstanbul DIŞ Ñandú España CAFFÈ Àlex L·l Þór Đuro Ķekava Šiauliai Õun " +
		"Αθήνα Ελλάδα Київ Ъгъл Београд Ελ.Ο.Τ. Tiếng Việt תל ไทย 日本 50 1º 2ª 20° CO² √2 π ∆t µm §1 ©")
	around := []string{"%s", "«%s»", "« %s »", "“%s”", "„%s“", "‚%s‘", "‘%s’", "»%s«", "›%s‹", "%s…", "%s™", "%s®", "%s’s", "l’%s", "– %s –", "%s—", "%s\u00a0", "(%s)", "%s°", "¿%s?", "%s´", "%s•", "%s²", "%s·"}
	draw.Check(t, func(t *rapid.T) {
		var parts []string
		for _, w := range rapid.SliceOfN(rapid.SampledFrom(words), 1, 5).Draw(t, "words") {
			parts = append(parts, strings.Replace(rapid.SampledFrom(around).Draw(t, "around"), "%s", w, 1))
		}
		s := strings.Join(parts, rapid.SampledFrom([]string{" ", ", ", "/", "-", "\u00a0", " – "}).Draw(t, "between"))
		if meant, _, ok := Misread(s); ok {
			t.Errorf("%q is taken for %q", s, meant)
		}
	})
}

// readAs reads the UTF-8 of a text in another encoding.
func readAs(e *charmap.Charmap, s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(e.DecodeByte(s[i]))
	}
	return b.String()
}

// readable are the letters whose every byte an encoding has a sign for: Windows-1252 lacks five.
func readable(e *charmap.Charmap, letters []rune) (some []rune) {
	for _, r := range letters {
		if !strings.ContainsRune(readAs(e, string(r)), utf8.RuneError) {
			some = append(some, r)
		}
	}
	return some
}
