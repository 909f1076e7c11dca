// Command authority makes the files of names that package resolve comes with.
//
//	go run ./internal/ingest/resolve/authority v2.9-ror-data.json
//
// makes ror.tsv.gz, names of research bodies, of a dump of the Research Organization Registry
// (ror.org, CC0): an array of records in its second or first schema. A line is a record of a
// European country that has names which differ by more than case and accents: its id, country,
// city, domains, acronyms and names; those of which there are several are separated by "|".
//
//	go run ./internal/ingest/resolve/authority cities15000.txt
//
// makes cities.tsv.gz of a dump of GeoNames (geonames.org, CC BY 4.0). A line is a European
// city: its country and its names in the Latin script, the usual one first; the largest cities
// come first.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"clustergraph/internal/ingest/resolve"
	"clustergraph/internal/text"
)

const (
	folder = "internal/ingest/resolve/"
	europe = "AL AD AM AT AZ BY BE BA BG CH CY CZ DE DK EE ES FI FO FR GB GE GR HR HU IE IL IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM TR UA VA XK"
)

type record struct {
	ID, Status string
	// of the second schema
	Names []struct {
		Value string
		Types []string
	}
	Locations []struct {
		Details struct {
			Name    string
			Country string `json:"country_code"`
		} `json:"geonames_details"`
	}
	// of the first
	Name              string
	Aliases, Acronyms []string
	Labels            []struct{ Label string }
	Addresses         []struct{ City string }
	Country           struct {
		Code string `json:"country_code"`
	}
	Links []any
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: authority DUMP.json")
	}
	data, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	if strings.HasSuffix(args[0], ".txt") {
		return write("cities.tsv.gz", cities(string(data)))
	}
	var records []record
	if err := json.Unmarshal(data, &records); err != nil {
		return err
	}
	var lines []string
	for _, r := range records {
		if l := line(r); l != "" {
			lines = append(lines, l)
		}
	}
	slices.Sort(lines)
	return write("ror.tsv.gz", lines)
}

func write(name string, lines []string) error {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(z)
	for _, l := range lines {
		fmt.Fprintln(w, l)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	fmt.Printf("%d records, %d bytes\n", len(lines), out.Len())
	return os.WriteFile(folder+name, out.Bytes(), 0o644)
}

// cities are lines of cities.
func cities(dump string) []string {
	type city struct {
		people int
		line   string
	}
	var all []city
	for _, l := range strings.Split(dump, "\n") {
		f := strings.Split(l, "\t")
		if len(f) < 15 || !slices.Contains(strings.Fields(europe), f[8]) {
			continue
		}
		names := []string{f[1]}
		for _, n := range strings.Split(f[3], ",") {
			if latin(n) && len(n) >= 3 {
				names = append(names, n)
			}
		}
		people, _ := strconv.Atoi(f[14])
		all = append(all, city{people, f[8] + "\t" + strings.Join(differing(names), "|")})
	}
	slices.SortFunc(all, func(a, b city) int { return cmp.Or(b.people-a.people, strings.Compare(a.line, b.line)) })
	lines := make([]string, len(all))
	for i, c := range all {
		lines[i] = c.line
	}
	return lines
}

func latin(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) }) && strings.ToUpper(s) != s
}

func line(r record) string {
	country, city := r.Country.Code, ""
	if len(r.Addresses) > 0 {
		city = r.Addresses[0].City
	}
	if len(r.Locations) > 0 {
		country, city = r.Locations[0].Details.Country, r.Locations[0].Details.Name
	}
	if r.Status == "withdrawn" || !slices.Contains(strings.Fields(europe), country) {
		return ""
	}
	names, acronyms := append([]string{r.Name}, r.Aliases...), r.Acronyms
	for _, l := range r.Labels {
		names = append(names, l.Label)
	}
	for _, n := range r.Names {
		if slices.Contains(n.Types, "acronym") {
			acronyms = append(acronyms, n.Value)
		} else {
			names = append(names, n.Value)
		}
	}
	var domains []string
	for _, l := range r.Links {
		if m, ok := l.(map[string]any); ok {
			l = ""
			if m["type"] == "website" {
				l = m["value"]
			}
		}
		s, _ := l.(string)
		if d := resolve.Domain(s); d != "" {
			domains = append(domains, d)
		}
	}
	slices.Sort(names)
	names, acronyms = differing(names), differing(acronyms)
	if len(names) < 2 && len(acronyms) == 0 || len(names) == 0 {
		return ""
	}
	slices.Sort(domains)
	id := r.ID[strings.LastIndexByte(r.ID, '/')+1:]
	return strings.Join([]string{id, country, clean(city), strings.Join(slices.Compact(domains), "|"), strings.Join(acronyms, "|"), strings.Join(names, "|")}, "\t")
}

// differing are names without those that fold to the same as another.
func differing(names []string) []string {
	had := map[string]bool{}
	var out []string
	for _, n := range names {
		if k := text.Key(n); k != "" && !had[k] {
			had[k] = true
			out = append(out, clean(n))
		}
	}
	return out
}

func clean(s string) string {
	return strings.NewReplacer("|", " ", "\t", " ", "\n", " ").Replace(s)
}
