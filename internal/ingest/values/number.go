package values

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"clustergraph/internal/store"

	"golang.org/x/text/currency"
)

// Amount reads an amount of money: "50000.0", "71429", "49,597.57", "49.597,57", "1234,5",
// "1 234,50 €" (the currency apart: see [Currency]). "1,234", which may be either, is refused,
// unless decimal says what the comma is: ',' or '.' is the decimal point, 0 is found out.
// Where there are more than two decimals the amount is given to the nearest cent, halves
// away from zero, with an [ErrRounded]: whoever keeps it tells so.
func Amount(s string, decimal byte) (store.Cents, error) {
	_, number := cutCurrency(s)
	n, err := readNumeral(number, decimal)
	if err != nil {
		return 0, fmt.Errorf("%q is not an amount: %w", s, err)
	}
	more := ""
	if len(n.fraction) > 2 {
		n.fraction, more = n.fraction[:2], strings.TrimRight(n.fraction[2:], "0")
	}
	c, err := store.ParseCents(n.String())
	if err != nil {
		return 0, fmt.Errorf("%q is not an amount: %w", s, err)
	}
	if more == "" {
		return c, nil
	}
	if more[0] >= '5' {
		if n.negative {
			c--
		} else {
			c++
		}
	}
	return c, fmt.Errorf("%q is kept as %s: %w", s, c, ErrRounded)
}

// ErrRounded is the error of an amount that is a little more or less than what was written.
var ErrRounded = errors.New("it has more than two decimals")

// Currency is the ISO 4217 code of the currency that stands beside an amount, by its code or
// its sign; "" if none does.
func Currency(s string) string {
	code, _ := cutCurrency(s)
	return code
}

var currencySigns = map[string]string{
	"€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "zł": "PLN", "kč": "CZK", "ft": "HUF", "лв": "BGN", "лв.": "BGN", "lei": "RON",
}

// cutCurrency parts an amount from the currency before or behind it. What is no currency
// stays, so that it is refused.
func cutCurrency(s string) (code, number string) {
	s = trim(s)
	inNumber := func(r rune) bool { return r >= '0' && r <= '9' || r == '-' || r == '+' || r == '−' }
	first, last := strings.IndexFunc(s, inNumber), strings.LastIndexFunc(s, inNumber)
	if first < 0 {
		return "", s
	}
	_, size := utf8.DecodeRuneInString(s[last:])
	before, behind := trim(s[:first]), trim(s[last+size:])
	for _, sign := range []string{before, behind} {
		code := currencySigns[strings.ToLower(sign)]
		if unit, err := currency.ParseISO(sign); err == nil && code == "" {
			code = unit.String()
		}
		if code != "" && (before == "" || behind == "") {
			return code, s[first : last+size]
		}
	}
	return "", s
}

// Number reads a number, likewise, of any decimals, and "1.5E+06".
func Number(s string, decimal byte) (float64, error) {
	plain := trim(s)
	if i := strings.IndexAny(plain, "eE"); i > 0 {
		m, err := readNumeral(plain[:i], '.')
		exponent, err2 := strconv.Atoi(plain[i+1:])
		if x, err3 := strconv.ParseFloat(fmt.Sprintf("%se%d", m, exponent), 64); err == nil && err2 == nil && err3 == nil {
			return x, nil
		}
		return 0, fmt.Errorf("%q is not a number", s)
	}
	n, err := readNumeral(plain, decimal)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number: %w", s, err)
	}
	x, err := strconv.ParseFloat(n.String(), 64)
	if err != nil || math.IsInf(x, 0) {
		return 0, fmt.Errorf("%q is not a number: it is too large", s)
	}
	return x, nil
}

// Integer reads a whole number: "12", "12.0", "3,200". As it is whole, "3.200" is 3200;
// "3.000", which may be 3 or 3000, is refused.
func Integer(s string) (int64, error) {
	plain := trim(s)
	n, err := readNumeral(plain, 0)
	if errors.Is(err, errEither) {
		whole, part, _ := strings.Cut(strings.ReplaceAll(plain, ",", "."), ".")
		if part != "000" || strings.Contains(plain, ",") {
			n, err = readNumeral(whole+part, 0)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number: %w", s, err)
	}
	if strings.Trim(n.fraction, "0") != "" {
		return 0, fmt.Errorf("%q is not a whole number", s)
	}
	n.fraction = ""
	i, err := strconv.ParseInt(n.String(), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number: it is too large", s)
	}
	return i, nil
}

// numeral is a number as digits.
type numeral struct {
	negative        bool
	whole, fraction string
}

func (n numeral) String() string {
	s := n.whole
	if n.negative {
		s = "-" + s
	}
	if n.fraction != "" {
		s += "." + n.fraction
	}
	return s
}

var (
	errEither   = errors.New("its separator may be a decimal point or stand between thousands; write it without one between thousands, or say which it is")
	errNumeral  = errors.New("write digits, with a decimal point or comma")
	errGrouping = errors.New("what stands between its thousands does not stand every three digits")
)

// readNumeral reads digits with at most one decimal separator and groups of thousands, which
// commas, points, spaces or apostrophes set apart.
func readNumeral(s string, decimal byte) (numeral, error) {
	var n numeral
	s = trim(s)
	if rest := strings.TrimPrefix(strings.TrimPrefix(s, "-"), "−"); len(rest) < len(s) {
		n.negative, s = true, rest
	} else {
		s = strings.TrimPrefix(s, "+")
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '’' || r == '\'' || unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	if strings.Trim(s, "0123456789., ") != "" || strings.Trim(s, "., ") == "" {
		return n, errNumeral
	}

	commas, points, spaces := strings.Count(s, ","), strings.Count(s, "."), strings.Count(s, " ")
	if decimal == 0 {
		switch {
		case commas > 0 && points > 0: // the last one is the decimal separator
			decimal = s[strings.LastIndexAny(s, ".,")]
		case commas+points == 1 && spaces > 0:
			decimal = s[strings.IndexAny(s, ".,")]
		case commas+points == 1:
			i := strings.IndexAny(s, ".,")
			if len(s)-i-1 == 3 && i >= 1 && i <= 3 && s[0] != '0' {
				return n, errEither
			}
			decimal = s[i]
		}
	}
	n.whole = s
	if decimal != 0 {
		if strings.Count(s, string(decimal)) > 1 {
			return n, errGrouping
		}
		var found bool
		n.whole, n.fraction, found = strings.Cut(s, string(decimal))
		if strings.Trim(n.fraction, "0123456789") != "" || found && n.fraction == "" {
			return n, errNumeral
		}
	}
	return n, n.ungroup()
}

// ungroup takes what separates thousands out of the whole part.
func (n *numeral) ungroup() error {
	if n.whole == "" {
		n.whole = "0"
	}
	i := strings.IndexAny(n.whole, "., ")
	if i < 0 {
		return nil
	}
	groups := strings.Split(n.whole, n.whole[i:i+1])
	for i, g := range groups {
		if len(g) != 3 && (i > 0 || g == "" || len(g) > 3) || strings.Trim(g, "0123456789") != "" {
			return errGrouping
		}
	}
	n.whole = strings.Join(groups, "")
	return nil
}
