package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"clustergraph/internal/ingest/identity"
	"clustergraph/internal/ingest/register"
	"clustergraph/internal/ingest/resolve"
	"clustergraph/internal/ontology"
)

// resolveOptions are the settings of resolve.
type resolveOptions struct {
	apply, undo   bool
	write         string
	identity      []string
	register      []string
	merge, review float64
}

func (p *program) resolveCommand() *cobra.Command {
	var o resolveOptions
	c := &cobra.Command{
		Use:   "resolve",
		Short: "Find actors that are one body under several names",
		Long: `resolve compares the actors of the store by names, countries, cities, web domains, tax
numbers and projects, and lists those that are likely one body, the surest first: "merge"
where it is sure enough, "review" where a person should look. It changes nothing.

With --apply it merges what is to be merged, and keeps what is for review as
possiblySameAs. With --undo it takes back what it merged. Pairs that were marked as
distinct, or are decided to be in files of identity decisions, are left alone.

With --register it also knows the names that a register has for each body, in whatever
language: ROR's data dump, zipped or not, or a table (csv, tsv, xlsx) with the columns id,
name and country and, if known, city and url, a row for each name. Nothing of it is stored.

On a terminal it lists lines of text; otherwise lines of JSON, the last being a summary.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return p.resolve(c, o) },
	}
	f := c.Flags()
	f.BoolVar(&o.apply, "apply", false, "merge, and keep what is for review in the store")
	f.BoolVar(&o.undo, "undo", false, "take back the merges that earlier runs with --apply made")
	f.StringVar(&o.write, "write", "", "the file to write what is to be merged to, as identity decisions that others can apply")
	f.StringSliceVar(&o.identity, "identity", nil, "files with decisions on who is who, beside those that come with the program")
	f.StringArrayVar(&o.register, "register", nil, "a register of bodies with all their names: ROR's data dump as it is published, or a table (id, name, country, city, url)")
	f.Float64Var(&o.merge, "merge-from", confidence(resolve.Default.Merge), "from which confidence on actors are merged")
	f.Float64Var(&o.review, "review-from", confidence(resolve.Default.Review), "from which confidence on they are told for review")
	c.MarkFlagsMutuallyExclusive("undo", "apply")
	c.MarkFlagsMutuallyExclusive("undo", "write")
	c.MarkFlagsMutuallyExclusive("undo", "register")
	return c
}

// confidence is what a weight in bits stands for, to three places.
func confidence(bits float64) float64 { return math.Round(1000/(1+math.Exp2(-bits))) / 1000 }

// bits are the weight that a confidence stands for.
func bits(confidence float64) float64 { return math.Log2(confidence / (1 - confidence)) }

func (p *program) resolve(c *cobra.Command, o resolveOptions) error {
	for name, v := range map[string]float64{"merge-from": o.merge, "review-from": o.review} {
		if !(v > 0 && v < 1) {
			return usagef("--%s %v is no confidence; it lies between 0 and 1, as in 0.9", name, v)
		}
	}
	if o.review > o.merge {
		return usagef("--review-from %v is above --merge-from %v; what is less sure is for review", o.review, o.merge)
	}
	decisions, err := readDecisions(o.identity)
	if err != nil {
		return err
	}
	registers, err := p.openRegisters(o.register)
	if err != nil {
		return err
	}
	pl, err := p.existing(c)
	if err != nil {
		return err
	}
	s, err := pl.open(c.Context())
	if err != nil {
		return err
	}
	defer s.Close()
	schema := ontology.Served().Store
	out := p.newLister()
	if o.undo {
		n, refused, err := resolve.Undo(c.Context(), s, schema, resolvedBy, rand.Text())
		if err != nil {
			return err
		}
		if err := out.undone(n); err != nil {
			return err
		}
		if len(refused) > 0 {
			return fmt.Errorf("%d merges could not be taken back: %w", len(refused), errors.Join(refused...))
		}
		return nil
	}
	thresholds := resolve.Thresholds{Merge: bits(o.merge), Review: bits(o.review)}
	var sum resolved
	for round := 0; ; round++ {
		plan, err := resolve.Make(c.Context(), s, schema, thresholds, decisions, registers)
		if err != nil {
			return err
		}
		if round == 0 || hasMerges(plan) {
			if err := out.list(plan); err != nil {
				return err
			}
		}
		if o.write != "" && round == 0 {
			if sum.Left, err = writeDecisions(o.write, plan); err != nil {
				return err
			}
		}
		if round == 0 {
			sum.Actors, sum.Revision = len(plan.Bodies), plan.Revision.String()
		}
		sum.Merge += count(plan, true)
		sum.Review = count(plan, false)
		if !o.apply {
			break
		}
		done, err := plan.Apply(c.Context(), s, resolvedBy, rand.Text())
		if err != nil {
			return err
		}
		sum.Applied = true
		sum.Merged += done.Merged
		for _, r := range done.Refused {
			sum.Refused = append(sum.Refused, fmt.Sprintf("%s, %s: %v", plan.Bodies[r.A].ID, plan.Bodies[r.B].ID, r.Err))
		}
		// What was merged has more names, and may meet others by them.
		if done.Merged == 0 || round == mostRounds {
			break
		}
	}
	if registers != nil {
		sum.Register = &inRegister{registers.Records, registers.Kept, registers.Actors}
	}
	return out.sum(sum)
}

// openRegisters finds the registers that arguments name; nil if there are none. What cannot be
// read of them is told later, while they are.
func (p *program) openRegisters(args []string) (*resolve.Registers, error) {
	if len(args) == 0 {
		return nil, nil
	}
	const most = 20
	told := 0
	left := func(err error) {
		switch told++; {
		case told <= most:
			fmt.Fprintf(p.err, "clustergraph: warning: --register: %v\n", err)
		case told == most+1:
			fmt.Fprintln(p.err, "clustergraph: warning: --register: more cannot be read, and is not told")
		}
	}
	var from []*register.Register
	for _, arg := range args {
		r, err := register.Open(arg, left)
		if err != nil {
			return nil, usagef("--register: %v", err)
		}
		from = append(from, r)
	}
	return resolve.NewRegisters(from, left), nil
}

const (
	resolvedBy = "resolve"
	mostRounds = 5
)

func count(plan *resolve.Plan, merge bool) int {
	n := 0
	for _, pair := range plan.Pairs {
		if pair.Merge == merge {
			n++
		}
	}
	return n
}

func hasMerges(plan *resolve.Plan) bool { return count(plan, true) > 0 }

// resolved is what became of a run, as it is told to programs.
type resolved struct {
	Actors   int      `json:"actors"`
	Merge    int      `json:"merge"`
	Review   int      `json:"review"`
	Applied  bool     `json:"applied"`
	Merged   int      `json:"merged"`
	Refused  []string `json:"refused,omitempty"`
	Left     []string `json:"notWritten,omitempty"` // what decisions cannot tell apart by names
	Revision string   `json:"revision"`
	// Register is nil if no register was named.
	Register *inRegister `json:"register,omitempty"`
}

// inRegister is how much of registers was met.
type inRegister struct {
	Records int `json:"records"` // that were read
	Kept    int `json:"kept"`    // of these, have a name or an identifier that an actor has, too
	Actors  int `json:"actors"`  // are told to be one of these
}

func (r *inRegister) String() string {
	if r.Actors == 0 {
		return fmt.Sprintf("the register told nothing: of its %d records %d have a name that an actor of the country has, too, and none tells which actor it is", r.Records, r.Kept)
	}
	return fmt.Sprintf("%d actors are in the register; of its %d records %d have a name of an actor", r.Actors, r.Records, r.Kept)
}

// lister tells pairs: people by lines of text, programs by lines of JSON.
type lister struct {
	out  io.Writer
	json *json.Encoder
}

func (p *program) newLister() *lister {
	l := &lister{out: p.out}
	if file, ok := p.out.(*os.File); !ok || !term.IsTerminal(int(file.Fd())) {
		l.json = json.NewEncoder(p.out)
	}
	return l
}

// actorSide is one of the two actors of a pair.
type actorSide struct {
	ID          string   `json:"id"`
	Kind        string   `json:"kind"`
	Name        string   `json:"name"`
	Country     string   `json:"country,omitempty"`
	City        string   `json:"city,omitempty"`
	Identifiers []string `json:"identifiers,omitempty"`
}

func sideOf(b *resolve.Body) actorSide {
	s := actorSide{ID: b.ID, Kind: b.Kind, Name: b.Names[0], Country: b.Country}
	if len(b.Cities) > 0 {
		s.City = b.Cities[0]
	}
	for _, id := range b.Identifiers {
		s.Identifiers = append(s.Identifiers, id.Scheme+":"+id.Value)
	}
	return s
}

func (s actorSide) String() string {
	where := strings.Trim(s.City+", "+s.Country, ", ")
	if where != "" {
		where = " in " + where
	}
	return fmt.Sprintf("%s%s (%s)", s.Name, where, s.ID)
}

func (l *lister) list(plan *resolve.Plan) error {
	for _, pair := range plan.Pairs {
		a, b := sideOf(&plan.Bodies[pair.A]), sideOf(&plan.Bodies[pair.B])
		does := "review"
		if pair.Merge {
			does = "merge"
		}
		var err error
		if l.json != nil {
			err = l.json.Encode(map[string]any{"does": does, "confidence": math.Round(1000*pair.Confidence()) / 1000, "a": a, "b": b, "why": pair.Why})
		} else {
			_, err = fmt.Fprintf(l.out, "%-6s %.3f  %s\n              %s\n              %s\n", does, pair.Confidence(), a, b, pair)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *lister) undone(n int) error {
	if l.json != nil {
		return l.json.Encode(map[string]any{"undone": n})
	}
	_, err := fmt.Fprintf(l.out, "took back %d merges\n", n)
	return err
}

func (l *lister) sum(s resolved) error {
	if l.json != nil {
		return l.json.Encode(s)
	}
	for _, left := range s.Left {
		fmt.Fprintf(l.out, "not written: %s\n", left)
	}
	for _, r := range s.Refused {
		fmt.Fprintf(l.out, "not merged: %s\n", r)
	}
	if s.Register != nil {
		fmt.Fprintln(l.out, s.Register)
	}
	if s.Applied {
		_, err := fmt.Fprintf(l.out, "of %d actors %d were merged into others, %d pairs are kept for review; \"clustergraph resolve --undo\" takes the merges back\n", s.Actors, s.Merged, s.Review)
		return err
	}
	_, err := fmt.Fprintf(l.out, "of %d actors %d pairs would be merged, %d are for review; nothing was changed (--apply does)\n", s.Actors, s.Merge, s.Review)
	return err
}

// writeDecisions writes what is to be merged as identity decisions. It returns what cannot be
// told so.
func writeDecisions(path string, plan *resolve.Plan) (left []string, err error) {
	lines, left := plan.Decisions("clustergraph resolve, " + time.Now().UTC().Format("2006-01"))
	var b strings.Builder
	b.WriteString("# What clustergraph resolve would merge. Read each line before others rely on it.\n")
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
	if err := new(identity.Decisions).Add(path, strings.NewReader(b.String())); err != nil {
		return nil, err
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		return nil, usagef("--write: the file cannot be written: %v", err)
	}
	return left, nil
}
