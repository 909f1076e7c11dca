package bench

import (
	"archive/zip"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strings"
)

// data is Horizon 2020 as CORDIS tells it, and the networks that the rule makes.
type data struct {
	organisations  []organisation
	projects       []project
	participations []participation
	networks       []string // ids, each that has members
	countries      []string // codes, each that an organisation has
	topics         []string
}

type organisation struct {
	pic, name, short, kind, street, postCode, city, country string
	sme                                                     string // "true", "false" or unknown
	networks                                                []string
	row                                                     int
}

type project struct {
	number, acronym, title, start, end, cost, contribution, topic string
	row                                                           int
}

type participation struct {
	pic, project, role, contribution string
	row                              int
}

// readCordis reads a part of the projects (1 is all of them) with all who take part.
// Where the rows of an organisation differ, the first value that is not empty counts.
func readCordis(path string, part float64) (*data, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("%w: name the file of Horizon 2020 with -data", err)
	}
	defer archive.Close()
	d := &data{}
	chosen := map[string]bool{}
	err = table(archive, "project.csv", func(row int, get func(string) string) {
		p := project{number: get("id"), acronym: get("acronym"), title: get("title"), start: get("startDate"), end: get("endDate"),
			cost: get("totalCost"), contribution: get("ecMaxContribution"), topic: get("topics"), row: row}
		if float64(hash(p.number)%1000) < part*1000 {
			chosen[p.number] = true
			d.projects = append(d.projects, p)
		}
	})
	if err != nil {
		return nil, err
	}
	met := map[string]int{}
	err = table(archive, "organization.csv", func(row int, get func(string) string) {
		if !chosen[get("projectID")] {
			return
		}
		pic := get("organisationID")
		i, known := met[pic]
		if !known {
			i = len(d.organisations)
			met[pic] = i
			d.organisations = append(d.organisations, organisation{pic: pic, networks: networksOf(pic), row: row})
		}
		o := &d.organisations[i]
		for _, f := range []struct {
			to   *string
			from string
		}{{&o.name, "name"}, {&o.short, "shortName"}, {&o.kind, "activityType"}, {&o.sme, "SME"},
			{&o.street, "street"}, {&o.postCode, "postCode"}, {&o.city, "city"}, {&o.country, "country"}} {
			if *f.to == "" {
				*f.to = get(f.from)
			}
		}
		d.participations = append(d.participations, participation{pic, get("projectID"), roles[get("role")], get("ecContribution"), row})
	})
	d.gather()
	return d, err
}

// roles are those of CORDIS in the words of the schema.
var roles = map[string]string{"coordinator": "COORDINATOR", "participant": "PARTICIPANT", "partner": "ASSOCIATED"}

// gather lists what organisations and projects name.
func (d *data) gather() {
	once := map[string]bool{}
	add := func(to *[]string, what, s string) {
		if s != "" && !once[what+s] {
			once[what+s] = true
			*to = append(*to, s)
		}
	}
	for _, o := range d.organisations {
		add(&d.countries, "country", o.country)
		for _, n := range o.networks {
			add(&d.networks, "network", n)
		}
	}
	for _, p := range d.projects {
		add(&d.topics, "topic", p.topic)
	}
}

// networksOf makes networks, which Horizon 2020 has none of, by the rule that every
// measurement of this project uses: low numbers are large networks.
func networksOf(pic string) []string {
	h := hash(pic)
	number := func(x uint64) string {
		r := x % 1000
		return fmt.Sprintf("N%03d", r*r*200/1000000)
	}
	if h%100 >= 20 {
		return nil
	}
	first := number(h / 100)
	if second := number(h / 100000); h%100 < 5 && second != first {
		return []string{first, second}
	}
	return []string{first}
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, s)
	return h.Sum64()
}

// table tells the rows of one file, whose values are good until the next row.
func table(archive *zip.ReadCloser, name string, row func(n int, get func(column string) string)) error {
	in, err := archive.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	r := csv.NewReader(in)
	r.Comma, r.LazyQuotes, r.ReuseRecord, r.FieldsPerRecord = ';', true, true, -1
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	columns := map[string]int{}
	for i, h := range head {
		columns[h] = i
	}
	for n := 2; ; n++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		row(n, func(column string) string { return strings.TrimSpace(record[columns[column]]) })
	}
}
