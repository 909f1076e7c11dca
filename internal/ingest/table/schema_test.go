package table

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write the golden files and mapping.schema.json")

const schemaFile = "mapping.schema.json"

func TestSchemaIsPublished(t *testing.T) {
	if *update {
		if err := os.WriteFile(schemaFile, Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(raw, Schema()) {
		t.Errorf("%s is not what the ontology says; run go test ./internal/ingest/table -update", schemaFile)
	}
}

func published(t testing.TB) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plainYAML is a YAML document as JSON has it: keys are texts.
func plainYAML(t testing.TB, raw string) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(raw), &n); err != nil {
		t.Fatal(err)
	}
	var plain func(n *yaml.Node) any
	plain = func(n *yaml.Node) any {
		switch n.Kind {
		case yaml.DocumentNode:
			return plain(n.Content[0])
		case yaml.MappingNode:
			m := map[string]any{}
			for i := 0; i < len(n.Content); i += 2 {
				m[n.Content[i].Value] = plain(n.Content[i+1])
			}
			return m
		case yaml.SequenceNode:
			l := []any{}
			for _, x := range n.Content {
				l = append(l, plain(x))
			}
			return l
		}
		var v any
		if err := n.Decode(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	return plain(&n)
}

func TestSchemaAcceptsTheReadyMappings(t *testing.T) {
	s := published(t)
	for _, name := range readyNames() {
		if err := s.Validate(plainYAML(t, string(readyFile(name)))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Validate(plainYAML(t, good)); err != nil {
		t.Error(err)
	}
	if _, err := load("good", []byte(good), map[string]string{"year": "2020"}); err != nil {
		t.Error(err)
	}
}

// good has one of everything.
const good = `about: A list of partners
parameters:
  year: {about: the year, default: 2019}
source:
  name: "Partners {$year}"
  identifier: "DATASET:partners-{$year}"
  type: DATASET
  licence: CC BY 4.0
rank: register
decimal: ","
currency: EUR
empty: ["?", none]
file: {delimiter: tab, encoding: windows-1252, sheet: Data, skipRows: 2, header: true}
said: "{Updated}"
place: "partner {Code}"
when: {column: Status, not: [withdrawn]}
nodes:
  partner:
    kind: {column: Kind, words: {Cluster: Cluster, Hub: Network}, else: Organisation, default: Organisation}
    name: ["{Name}", "{Short name?}"]
    key: "{Code}"
    identifiers: {PIC: "{PIC}", OURS: {text: "{Name} {City}", as: slug}}
    country: {column: Country, default: BG}
    region: "{NUTS?}"
    set:
      coordinates: {parts: {latitude: "{Lat}", longitude: "{Long}"}}
      contacts:
        - parts: {kind: EMAIL, value: "{Email}"}
        - parts: {kind: PHONE, value: "{Phone}"}
      aliases: {column: [Also known as, Aliases], optional: true, separator: [";", "|"]}
      Network: {type: DIH}
      Cluster: {established: {column: Years, as: start}}
  project:
    kind: Project
    optional: true
    when:
      - {column: Project, filled: true}
      - {text: "{Status}", is: active}
    name: "{Project}"
    set:
      totalCost: {column: Budget, currency: "{Currency}", decimal: "."}
      start: {column: Years, as: start}
      end: {column: Years, as: end}
  topic:
    kind: Topic
    each: {column: Topics, separator: ";", forms: ["{code}: {title}", "{title}"]}
    name: "{each.title}"
    identifiers: {OURS: "{each.number}"}
edges:
  - type: PARTICIPATES_IN
    from: partner
    to: project
    key: "{Years}"
    set:
      role: {column: Role, words: {lead: COORDINATOR, left: ""}, else: PARTICIPANT}
      contribution: "{Grant}"
  - {type: CLASSIFIED_AS, from: partner, to: topic, when: {text: "{each.code}", filled: true}}
  - {type: {column: Role, words: {founder: MEMBER_OF, lead: [PARTICIPATES_IN, OPERATES]}, else: OPERATES}, from: partner, to: project}
  - {type: [MEMBER_OF, PARTICIPATES_IN], either: true, from: project, to: partner, set: {MEMBER_OF: {since: "{Updated}"}, PARTICIPATES_IN: {since: "{Updated}"}}}
`

// bad are mappings that are refused: each is good with something written otherwise.
var bad = []struct {
	name, old, new string
	want           string // of the error
	// schema tells that the published schema refuses it, too; it cannot know what is said in
	// several places.
	schema bool
}{
	{"a field that is not known", "rank: register", "ranks: register", `line 9, column 1: a mapping has no "ranks" (did you mean "rank"?)`, true},
	{"a rank that is not known", "rank: register", "rank: sure", `line 9, column 7: rank is field, register or text, not "sure"`, true},
	{"a decimal mark that is none", `decimal: ","`, `decimal: ";"`, `line 10, column 10: decimal is . or ,, not ";"`, true},
	{"a currency that is none", "currency: EUR", "currency: euro", `line 11, column 11: currency is a code of three capital letters`, true},
	{"no source", "source:\n  name", "sources:\n  name", `names its source`, true},
	{"a source without identifier", "  identifier: \"DATASET:partners-{$year}\"\n", "", `line 5, column 3: source has a name and an identifier`, true},
	{"an identifier without scheme", "DATASET:partners-{$year}", "partners", `line 6, column 15: the identifier of a source is a scheme and a name`, true},
	{"a type of source that is none", "  type: DATASET", "  type: TABLE", `line 7, column 9: type: "TABLE" cannot stand there: it is none of PROFILE, REGISTER`, true},
	{"rows that are no number", "skipRows: 2", "skipRows: three", `line 13, column 71: skipRows is a number of rows, such as 3`, true},
	{"rows below none", "skipRows: 2", "skipRows: -1", `skipRows is a number of rows`, true},
	{"a parameter that all have, too", "  year: {about: the year, default: 2019}", "  skipRows: {about: how many}", `line 3, column 3: every mapping has the parameter "skipRows" already`, true},
	{"a delimiter of two", "delimiter: tab", "delimiter: tabs", `line 13, column 19: delimiter is one character, or tab`, true},
	{"a parameter that is not declared", "partners-{$year}", "partners-{$yeer}", `line 6, column 15: {$yeer}: there is no such parameter (did you mean "year"?)`, false},
	{"a parameter that all have", "  year: {about: the year, default: 2019}", "  retrieved: {about: when}", `line 3, column 3: every mapping has the parameter "retrieved" already`, true},
	{"a brace that is not closed", `said: "{Updated}"`, `said: "{Updated"`, `line 14, column 7: "{Updated": a brace without its other half`, false},
	{"a brace without quotes", `said: "{Updated}"`, `said: {Updated}`, `line 14, column 7: a text that begins with a brace needs quotes: "{Updated}"`, true},
	{"an alias", `said: "{Updated}"`, "said: &x \"{Updated}\"\nplace: *x\nempty: [a]", `aliases (*name) are not read`, false},
	{"a kind that is not known", "    kind: Project", "    kind: Projekt", `line 34, column 11: there is no kind "Projekt" (did you mean "Project"?)`, true},
	{"a kind among words that is not known", "Hub: Network", "Hub: Netwerk", `there is no kind "Netwerk" (did you mean "Network"?)`, true},
	{"no kind", "    kind: Project\n", "", `line 33, column 3: the node "project" has a kind: one of`, true},
	{"no name", "    name: \"{Project}\"\n", "", `line 33, column 3: the node "project" has a name or identifiers`, true},
	{"a property that is not known", "      start: {column: Years, as: start}", "      begins: {column: Years, as: start}", `line 42, column 7: Project has no property "begins"`, true},
	{"a property that another kind has", "      start: {column: Years, as: start}", "      established: {column: Years, as: start}", `line 42, column 7: Project has no property "established"`, true},
	{"a property that is not set", "      start: {column: Years, as: start}", "      name: x", `line 42, column 7: name is not set here: write name: beside set`, true},
	{"a constant that is none of its enum", "else: PARTICIPANT", "else: MEMBER", `line 55, column 13: role: "MEMBER" cannot stand there: it is none of COORDINATOR`, false},
	{"a word that is none of its enum", "lead: COORDINATOR", "lead: LEADER", `line 55, column 13: role: "LEADER" cannot stand there`, false},
	{"a text that is none of its enum", "Network: {type: DIH}", "Network: {type: HUB}", `line 31, column 23: type: "HUB" cannot stand there`, true},
	{"a date that is none", "set: {MEMBER_OF: {since: \"{Updated}\"}", "set: {MEMBER_OF: {since: yesterday}", `since: "yesterday" cannot stand there`, false},
	{"else without words", "{column: Country, default: BG}", "{column: Country, else: BG}", `line 23, column 38: else says what words stand for that are not listed`, true},
	{"a country that is none", "{column: Country, default: BG}", "{column: Country, default: Atlantis}", `line 23, column 14: "Atlantis": it is no country`, false},
	{"a country that is read as something else", "{column: Country, default: BG}", "{column: Country, as: slug}", `line 23, column 14: country is read as a country, not as slug`, false},
	{"column and text", "{column: Country, default: BG}", "{column: Country, text: BG}", `line 23, column 14: a value has either column: Name or text:`, true},
	{"a reading that is not known", "as: slug", "as: slugs", `as is slug, country, start or end, not "slugs" (did you mean "slug"?)`, true},
	{"a separator for one value", "totalCost: {column: Budget,", "totalCost: {separator: x, column: Budget,", `line 41, column 18: totalCost is one value, and separator is for lists`, false},
	{"a currency of no amount", "contribution: \"{Grant}\"", "roleText: {column: Grant, currency: EUR}", `roleText is no amount of money`, false},
	{"parts of no such name", "longitude: \"{Long}\"", "long: \"{Long}\"", `coordinates has no part "long"`, true},
	{"parts that are missing", "kind: EMAIL, value: \"{Email}\"", "kind: EMAIL", `line 28, column 18: contacts also needs the part "value"`, true},
	{"a text where parts belong", "        - parts: {kind: EMAIL, value: \"{Email}\"}", "        - \"{Email}\"", `line 28, column 11: contacts has parts: write parts: {kind: ..., value: ...}`, true},
	{"a condition without a test", "{text: \"{Status}\", is: active}", "{text: \"{Status}\"}", `line 38, column 9: a condition says what the column must hold`, true},
	{"each without separator", "each: {column: Topics, separator: \";\",", "each: {column: Topics,", `line 46, column 11: each names the separator`, true},
	{"each outside of its node", `said: "{Updated}"`, `said: "{each}"`, `line 14, column 7: {each} stands for one of several things`, false},
	{"a part that no form has", "{each.code}", "{each.cod}", `{each.cod}: no form has a part "cod" (did you mean "code"?)`, false},
	{"a form that cannot be told apart", "{code}: {title}", "{code}{title}", `nothing stands between {code} and {title}`, false},
	{"a form without parts", "{code}: {title}", "title", `a form has parts`, false},
	{"VAT as an identifier", "identifiers: {PIC: \"{PIC}\",", "identifiers: {VAT: \"{PIC}\",", `line 22, column 19: a VAT number is evidence`, true},
	{"a relation that is not known", "type: CLASSIFIED_AS", "type: CLASSIFIED", `there is no relation "CLASSIFIED" (did you mean "CLASSIFIED_AS"?)`, true},
	{"a relation that does not lead there", "type: CLASSIFIED_AS", "type: MEMBER_OF", `no MEMBER_OF leads from`, false},
	{"a node that nobody makes", "to: topic", "to: topics", `to: there is no node "topics" under nodes (did you mean "topic"?)`, false},
	{"a relation among words that is not known", "founder: MEMBER_OF", "founder: MEMBERS_OF", `there is no relation "MEMBERS_OF" (did you mean "MEMBER_OF"?)`, true},
	{"a type without words", "words: {founder: MEMBER_OF, lead: [PARTICIPATES_IN, OPERATES]}, else: OPERATES}", "else: OPERATES}", `a type that a column says has words`, true},
	{"two ends of several", "from: partner, to: topic", "from: topic, to: topic", `both ends of an edge are made of cells with several things`, false},
	{"an edge without end", ", to: topic", "", `an edge has type, from and to`, true},
	{"edges that are no list", "edges:\n", "edges:\n  x:\n", `edges are a list, each with a dash before it`, true},
	{"tables beside nodes", "nodes:\n", "tables: {a: {nodes: {x: {kind: Topic, name: a}}}}\nnodes:\n", `a mapping with tables says nodes in each of them`, true},
	{"no nodes", "nodes:\n", "notes:\n", `a mapping has no "notes" (did you mean "nodes"?)`, true},
	{"a list that is empty", "name: [\"{Name}\", \"{Short name?}\"]", "name: []", `name: the list is empty`, true},
	{"a key twice", "rank: register", "rank: register\nrank: field", `"rank" stands here twice`, false},
	{"nothing where something belongs", "rank: register", "rank:", `line 9, column 6: rank is a text; here is nothing`, true},
	{"true where a text belongs", "optional: true", "optional: sometimes", `optional is true or false; here is the text "sometimes"`, true},
	{"no YAML", "rank: register", "rank: [", "this is no YAML: ", false},
	{"two documents", "rank: register", "rank: register\n---", "one YAML document", false},
}

func TestWhatIsRefused(t *testing.T) {
	s := published(t)
	for _, c := range bad {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(good, c.old) {
				t.Fatalf("%q does not stand in the good mapping", c.old)
			}
			raw := strings.Replace(good, c.old, c.new, 1)
			_, err := load("m.yaml", []byte(raw), map[string]string{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want ... %s ...", err, c.want)
			}
			if c.schema && s.Validate(plainYAML(t, raw)) == nil {
				t.Error("the published schema accepts it")
			}
		})
	}
}

// Whatever stands in a file, reading it ends with a mapping or with a reason.
func FuzzMapping(f *testing.F) {
	f.Add(good)
	for _, name := range readyNames() {
		f.Add(string(readyFile(name)))
	}
	for _, c := range bad {
		f.Add(strings.Replace(good, c.old, c.new, 1))
	}
	f.Fuzz(func(t *testing.T, raw string) {
		m, err := parse("m.yaml", []byte(raw), nil)
		if err == nil && (m.source == nil || len(m.tables) == 0) {
			t.Error("neither a mapping nor a reason")
		}
	})
}
