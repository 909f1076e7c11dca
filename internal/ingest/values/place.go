package values

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"clustergraph/internal/store"

	"golang.org/x/net/idna"
)

// Coordinates reads "50.8149338,4.93566715" (latitude first) as the value of the property;
// also with a space or ";" between the two, in parentheses, and, if it is clear which comma
// is which, with decimal commas. "0,0" stands for an unknown place, and is refused.
func Coordinates(s string) (store.Props, error) {
	plain := trim(s)
	if strings.HasPrefix(plain, "(") && strings.HasSuffix(plain, ")") {
		plain = trim(plain[1 : len(plain)-1])
	}
	for _, between := range []string{";", ", ", " "} {
		if a, b, ok := strings.Cut(plain, between); ok {
			return position(s, a, b)
		}
	}
	a, b, ok := strings.Cut(plain, ",")
	if !ok || strings.Contains(b, ",") || !strings.Contains(plain, ".") && plain != "0,0" {
		return nil, badPosition(s)
	}
	return position(s, a, b)
}

// Position is the value of coordinates that stand in two columns, with decimal points or
// commas: "41,14961" is 41 degrees and a bit, however many decimals it has.
func Position(latitude, longitude string) (store.Props, error) {
	return position(latitude+"; "+longitude, latitude, longitude)
}

func position(s, latitude, longitude string) (store.Props, error) {
	a, ok := degrees(latitude, 90)
	b, ok2 := degrees(longitude, 180)
	if !ok || !ok2 {
		return nil, badPosition(s)
	}
	if a == 0 && b == 0 {
		return nil, fmt.Errorf("%q stands for an unknown place", s)
	}
	return store.Props{{Name: "latitude", Value: a}, {Name: "longitude", Value: b}}, nil
}

func badPosition(s string) error {
	return fmt.Errorf("%q are not coordinates; write degrees north and degrees east, such as 50.81,4.93", s)
}

var degreesRE = regexp.MustCompile(`^[+-]?\d{1,3}(\.\d+)?$`)

func degrees(s string, most float64) (float64, bool) {
	s = strings.ReplaceAll(strings.ReplaceAll(trim(s), ",", "."), "−", "-")
	if !degreesRE.MatchString(s) {
		return 0, false
	}
	x, err := strconv.ParseFloat(s, 64)
	if x == 0 {
		x = 0 // not -0
	}
	return x, err == nil && x >= -most && x <= most
}

// URL reads an address of the web; "www.tmleuven.be" gets https, and
// a host in other letters its ASCII form. Several addresses in one
// text are refused, as are those of mail.
func URL(s string) (string, error) {
	bad := fmt.Errorf("%q is not an address of the web; write one, such as https://www.example.org", s)
	plain := strings.ReplaceAll(trim(s), "\u2010", "-") // a hyphen that only looks like one
	if strings.ContainsFunc(plain, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>\"\\^`{|}", r)
	}) {
		return "", bad
	}
	scheme, rest, ok := strings.Cut(plain, "://")
	if !ok || strings.ContainsAny(scheme, "./?#") {
		scheme, rest = "https", plain
	}
	scheme = strings.ToLower(scheme)
	u, err := url.Parse(scheme + "://" + rest)
	if err != nil || scheme != "http" && scheme != "https" || u.User != nil || u.Host != u.Hostname() && u.Port() == "" {
		return "", bad
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if _, err := netip.ParseAddr(host); err == nil {
		if !ok { // figures and points alone may be anything
			return "", bad
		}
	} else if !hostRE.MatchString(host) {
		return "", bad
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return "", bad
	}
	u.Host = ascii + strings.TrimPrefix(u.Host, u.Hostname())
	return u.String(), nil
}

// hostRE is a name of a host with a domain of letters, in any script.
var hostRE = regexp.MustCompile(`^([\pL\pM\pN_-]+\.)+(xn--[a-z0-9-]+|[\pL\pM]{2,})$`)
