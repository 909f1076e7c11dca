// Package values reads numbers, amounts, dates, truth values, coordinates and addresses in
// the forms that public tables write them in. An empty text, and placeholders such as "-",
// "n/a" and "MISSING", are no value ([Empty]); what cannot be read for sure is an error that
// says what would be.
package values

import (
	"fmt"
	"strings"
	"unicode"
)

// Empty tells whether a text stands for no value. "NA" does, as R and pandas write it: of a
// column of codes, where it is Namibia, ask only whether it is "".
func Empty(s string) bool {
	s = trim(s)
	switch s {
	case "", "NA", "NaN", "nan", "<NA>":
		return true
	}
	if len(s) > len("not applicable") {
		return false
	}
	switch strings.ToLower(s) {
	case "n/a", "n.a.", "n.a", "#n/a", "null", "none", "nil", "missing", "unknown", "not available", "not applicable", "not specified":
		return true
	}
	return strings.Trim(s, "-–—._?") == ""
}

// trim takes away what is not seen at both ends: spaces, zero-width characters and BOMs.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\u2060' || r == '\ufeff'
	})
}

// Bool reads true/false, yes/no, y/n, 1/0, whatever their case.
func Bool(s string) (bool, error) {
	switch strings.ToLower(trim(s)) {
	case "true", "yes", "y", "1":
		return true, nil
	case "false", "no", "n", "0":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false; write true or false, yes or no, 1 or 0", s)
}
