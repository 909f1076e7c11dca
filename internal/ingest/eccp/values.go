package eccp

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"clustergraph/internal/store"
	"clustergraph/internal/text"
)

// monthNames are the folded names of the months in the languages that profiles are written
// in most, with the forms that stand in dates.
var monthNames = func() map[string]time.Month {
	lists := []string{
		"january february march april may june july august september october november december",
		"jan feb mar apr - jun jul aug sep oct nov dec",
		"- - - - - - - - sept - - -",
		"januar februar marz - mai juni juli - - oktober - dezember",
		"janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
		"ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
		"ianuari fevruari mart april mai iuni iuli avgust septemvri oktomvri noemvri dekemvri",
		"ianuari fevruari mart april mai iuni iuli avghust sieptiemvri oktomvri noiemvri diekiemvri",
	}
	m := map[string]time.Month{}
	for _, list := range lists {
		for i, name := range strings.Fields(list) {
			if name != "-" {
				m[name] = time.Month(i + 1)
			}
		}
	}
	return m
}()

func monthOf(word string) (time.Month, bool) {
	m, ok := monthNames[text.Key(word)]
	return m, ok
}

// span is what a phrase says about time: a date, or the first and the last of several days.
type span struct{ from, to store.Date }

// figures are in every date and every sum of money; most sentences have none.
const figures = "0123456789"

const monthWord = `(\p{L}{3,12})\.?`

// datePatterns are the forms of dates. Figures alone are read with the day first, as in
// Europe, unless that cannot be.
var datePatterns = []struct {
	re   *regexp.Regexp
	read func(m []string) (span, bool)
}{
	{regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`), func(m []string) (span, bool) { return day(m[1], m[2], m[3]) }},
	{regexp.MustCompile(`(\d{1,2})[./](\d{1,2})[./](\d{4})\b`), func(m []string) (span, bool) {
		if s, ok := day(m[3], m[2], m[1]); ok {
			return s, true
		}
		return day(m[3], m[1], m[2])
	}},
	{regexp.MustCompile(`(\d{1,2})(?:st|nd|rd|th|er|\.)?\s*(?:and|und|et|și|&|-|–|—|to)\s*(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?` + monthWord + `,?\s+(\d{4})\b`), func(m []string) (span, bool) {
		return days(m[4], m[3], m[1], m[2])
	}},
	{regexp.MustCompile(monthWord + `\s+(\d{1,2})(?:st|nd|rd|th)?\s*(?:and|&|-|–|—|to)\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`), func(m []string) (span, bool) {
		return days(m[4], m[1], m[2], m[3])
	}},
	{regexp.MustCompile(`(\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?` + monthWord + `,?\s+(?:de\s+)?(\d{4})\b`), func(m []string) (span, bool) {
		return days(m[3], m[2], m[1], m[1])
	}},
	{regexp.MustCompile(monthWord + `\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`), func(m []string) (span, bool) {
		return days(m[3], m[1], m[2], m[2])
	}},
	{regexp.MustCompile(`(?i)\blast day of (?:the )?(?:year )?(\d{4})\b`), func(m []string) (span, bool) { return day(m[1], "12", "31") }},
	{regexp.MustCompile(`(\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?)?` + monthWord + `,?\s+(\d{4})\b`), func(m []string) (span, bool) {
		month, ok := monthOf(m[2])
		if !ok || m[1] != "" { // a day that the month does not have
			return span{}, false
		}
		return dated(fmt.Sprintf("%s-%02d", m[3], month))
	}},
	{regexp.MustCompile(`(?i)\bQ([1-4])[ /-]?(\d{4})\b`), func(m []string) (span, bool) { return dated(m[2] + "-Q" + m[1]) }},
}

func dated(s string) (span, bool) {
	d, err := store.ParseDate(s)
	return span{d, d}, err == nil
}

func day(year, month, dayOf string) (span, bool) {
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(dayOf)
	return dated(fmt.Sprintf("%s-%02d-%02d", year, m, d))
}

func days(year, month, first, last string) (span, bool) {
	m, ok := monthOf(month)
	if !ok {
		return span{}, false
	}
	a, ok := day(year, strconv.Itoa(int(m)), first)
	if !ok {
		return span{}, false
	}
	b, ok := day(year, strconv.Itoa(int(m)), last)
	return span{a.from, b.to}, ok && a.from.First <= b.to.First
}

// findDate is the first date in s, and where it stands. A year alone is no date here: in
// running text it may be a quantity or part of a name.
func findDate(s string) (found span, start, end int, ok bool) {
	if !strings.ContainsAny(s, figures) {
		return span{}, 0, 0, false
	}
	for _, p := range datePatterns {
		for _, m := range p.re.FindAllStringSubmatchIndex(s, -1) {
			if ok && m[0] > start {
				break
			}
			parts := make([]string, len(m)/2)
			for i := range parts {
				if m[2*i] >= 0 {
					parts[i] = s[m[2*i]:m[2*i+1]]
				}
			}
			got, good := p.read(parts)
			if good && (!ok || m[0] < start || m[1] > end) {
				found, start, end, ok = got, m[0], m[1], true
			}
			if good {
				break
			}
		}
	}
	return found, start, end, ok
}

var yearRE = regexp.MustCompile(`^(1[89]\d\d|20\d\d)$`)

// readDate is the date that the whole of s is, also a year alone; a weekday may precede it.
func readDate(s string) (store.Date, bool) {
	s = strings.TrimSpace(s)
	if yearRE.MatchString(s) {
		d, err := store.ParseDate(s)
		return d, err == nil
	}
	got, start, end, ok := findDate(s)
	if !ok || end != len(strings.TrimRight(s, " .")) {
		return store.Date{}, false
	}
	if before := strings.Trim(s[:start], " ,"); before != "" && !weekdays[text.Key(before)] {
		return store.Date{}, false
	}
	return got.from, got.from == got.to
}

var weekdays = map[string]bool{"monday": true, "tuesday": true, "wednesday": true, "thursday": true, "friday": true, "saturday": true, "sunday": true}

// plusMonths is the last day of a period of n months that begins on the first day of d.
func plusMonths(d store.Date, n int64) store.Date {
	t := time.Unix(int64(d.First)*24*60*60, 0).UTC()
	months := int(t.Month()) - 1 + int(n)
	first := time.Date(t.Year()+months/12, time.Month(months%12+1), 1, 0, 0, 0, 0, time.UTC)
	// The day before the same day of the month, or that month's end where it is shorter.
	end := first.AddDate(0, 0, t.Day()-2)
	if last := first.AddDate(0, 1, -1); end.After(last) {
		end = last
	}
	if d.Last-d.First > 0 && d.Last-d.First < 32 {
		m, err := store.ParseDate(first.AddDate(0, 0, -1).Format("2006-01"))
		if err == nil {
			return m
		}
	}
	return store.DayOf(end)
}

var numberWords = map[string]int64{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100,
}

const numberWord = `one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|hundred`

// number is a count as it is written: "293", "3 200", "30,000", "eight".
const number = `(?:\d{1,3}(?:[ .,']\d{3})+|\d+|` + numberWord + `)`

// readCount is the whole number that s writes.
func readCount(s string) (int64, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if n, ok := numberWords[s]; ok {
		return n, true
	}
	if !countRE.MatchString(s) {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.NewReplacer(" ", "", ".", "", ",", "", "'", "").Replace(s), 10, 64)
	return n, err == nil
}

var countRE = regexp.MustCompile(`^(?:\d{1,3}(?:[ .,']\d{3})+|\d{1,12})$`)

var durationRE = regexp.MustCompile(`(?i)\b(\d{1,3}|` + numberWord + `)[ -]*(months?|years?|monate?n?|jahre?n?|mois|luni|ani|meses|mesi)\b`)

// readDuration is the first duration in s, in months.
func readDuration(s string) (int64, bool) {
	m := durationRE.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	n, ok := readCount(m[1])
	switch unit := strings.ToLower(m[2]); {
	case strings.HasPrefix(unit, "year"), strings.HasPrefix(unit, "jahr"), unit == "ani":
		n *= 12
	}
	return n, ok && n > 0
}

var currencies = map[string]string{
	"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "£": "GBP", "gbp": "GBP",
	"chf": "CHF", "ron": "RON", "lei": "RON", "bgn": "BGN", "лв": "BGN", "pln": "PLN", "huf": "HUF", "czk": "CZK",
	"sek": "SEK", "nok": "NOK", "dkk": "DKK", "hrk": "HRK", "rsd": "RSD", "try": "TRY",
}

const (
	currency = `(€|\$|£|\b(?:EUR|Euros?|euros?|USD|GBP|CHF|RON|lei|BGN|PLN|HUF|CZK|SEK|NOK|DKK|HRK|RSD|TRY)\b|лв)`
	amount   = `(\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?)`
	scale    = `(?:\s*((?i:millions?|millionen|milioane|mln|mio|billion|bn|thousand|k|m))\b\.?)?`
)

var moneyRE = regexp.MustCompile(currency + `\s*` + amount + scale + `|` + amount + scale + `\s*` + currency)

// scaledSign is a sum whose scale stands at the sign before it: "M€ 3.5".
var scaledSign = regexp.MustCompile(`((?:^|[^\d\s])\s*)\b(M|m|k|K|[Mm]io|[Mm]ln)\.?\s?(€|\$|£|EUR\b|USD\b|GBP\b)\s*` + amount)

// findMoney is the first sum of money in s.
func findMoney(s string) (store.Money, bool) {
	if !strings.ContainsAny(s, figures) {
		return store.Money{}, false
	}
	s = scaledSign.ReplaceAllString(s, "$1$3 $4 $2")
	m := moneyRE.FindStringSubmatch(s)
	if m == nil {
		return store.Money{}, false
	}
	unit, number, factor := m[1], m[2], m[3]
	if unit == "" {
		number, factor, unit = m[4], m[5], m[6]
	}
	cents, ok := readAmount(number, strings.ToLower(factor))
	return store.Money{Amount: cents, Currency: currencies[strings.ToLower(unit)]}, ok
}

func readAmount(s, factor string) (store.Cents, bool) {
	s = strings.NewReplacer(" ", "", "'", "").Replace(s)
	dot, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	at := max(dot, comma)
	if at >= 0 {
		sep := s[at]
		single := strings.Count(s, string(sep)) == 1
		// A lone separator before three figures groups thousands; "1.234 million" does not.
		decimal := single && (len(s)-at-1 != 3 || factor != "" || (dot >= 0 && comma >= 0))
		whole, part := s[:at], s[at+1:]
		if !decimal {
			whole, part = s, ""
		}
		whole = strings.NewReplacer(".", "", ",", "").Replace(whole)
		s = whole
		if part != "" {
			s += "." + part
		}
	}
	places := 0
	switch factor {
	case "million", "mln", "mio", "millionen", "millions", "milioane", "m":
		places = 6
	case "billion", "bn":
		places = 9
	case "thousand", "k":
		places = 3
	}
	whole, part, _ := strings.Cut(s, ".")
	for ; places > 0; places-- {
		if part == "" {
			part = "0"
		}
		whole, part = whole+part[:1], part[1:]
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if part != "" {
		whole += "." + part
	}
	c, err := store.ParseCents(whole)
	return c, err == nil
}
