package analysis

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"clustergraph/internal/store"
)

// SuggestionQuery says whom partners are suggested to, and who may be suggested.
type SuggestionQuery struct {
	For []string   // ids of actors: one, or those of a consortium; at most MaxSeekers
	By  FitMeasure // what comes first; ties: the greater score, then the smaller id
	// Topics are ids of topics and programmes: only actors that work on one of these or one
	// below them, themselves or in a project. Nil: any.
	Topics    []string
	Countries []string // ISO 3166-1 alpha-2 codes; nil: any
	Types     []string // of organisations: HES, REC, ...; nil: any
	Exclude   []string // ids of actors that are not suggested; they count as shared partners
	// Partners lets also those be suggested who share a project with one of For already.
	Partners bool
	// When is valid time: only edges that hold in it are known. So of a period that ends on a
	// day, what is suggested is what could have been suggested on that day.
	When store.Period
}

// FitMeasure tells how well an actor fits as a partner. Of a consortium it is the mean of those
// of its members.
type FitMeasure uint8

// The measures. Partners are actors that share a project; an actor's degree is the number of its
// partners. A theme is a topic of an actor or of a project that it takes part in, or a call or
// call topic (a programme of level CALL or TOPIC) that funds one of its projects.
const (
	// Score is the sum of the measures below that have weights, of each its logarithm.
	Score FitMeasure = iota
	// CommonPartners is the number of partners that both have.
	CommonPartners
	// AdamicAdar is the sum of 1/ln(degree) over these (Adamic and Adar, Friends and neighbors
	// on the Web, Social Networks 25, 2003).
	AdamicAdar
	// ResourceAllocation is the sum of 1/degree over these (Zhou, Lü and Zhang, Predicting
	// missing links via local information, Eur. Phys. J. B 71, 2009).
	ResourceAllocation
	// SharedWays is the same, of ways in place of partners: if an actor shares m projects with a
	// partner and that one n with the other, these are m*n ways.
	SharedWays
	// SharedThemes is Adamic and Adar's sum over the themes that both have, of the number of
	// actors that have each.
	SharedThemes
	// Experience is the number of projects that the actor takes part in.
	Experience
	// SameCountry is 1 if both are located in one country, else 0.
	SameCountry
	// SameType is 1 if both are known to be of one type, else 0.
	SameType
	// Complementarity is what the actor is that nobody in the consortium is: half for another
	// country, half for another type. What is unknown of it or of all of them is nothing new.
	Complementarity

	fitMeasures
)

// fitWeights are the weights of the score: of ln(1 + scale*measure). They were fitted by logistic
// regression on Horizon 2020 as it was known at the end of 2016: which of the actors that could be
// suggested became partners in projects that began in 2017. Which measures have weights was decided
// by how well those fitted a year earlier foretold 2017. Nothing that began later is in them.
//
//	go test ./internal/analysis -run TestForetell -v -fit -foretell 150
//
// fits them anew; docs/analysis.md tells how well they foretell 2018 and later, beside the measures
// by themselves. Complementarity has no weight: all else being equal, it tells against partners.
var fitWeights = [fitMeasures]struct{ scale, weight float64 }{
	SharedWays:   {10, 3.2},
	SharedThemes: {1, 1.2},
	Experience:   {1, 0.64},
	SameCountry:  {1, 0.59},
	SameType:     {1, 0.45},
}

// part is what a measure adds to the score. The conversion keeps the product from being fused
// with the sum it goes into, so that all machines say the same.
func (m FitMeasure) part(value float64) float64 {
	w := fitWeights[m]
	return float64(w.weight * math.Log1p(float64(w.scale*value)))
}

const (
	// MaxSeekers is how many actors may look for partners together.
	MaxSeekers = 50
	// MaxFollowed is how many edges may be followed for one answer.
	MaxFollowed = 5_000_000
)

// Suggestions are actors that could be partners, in a total order. They are good as long as the
// view they were read from, and for one goroutine.
type Suggestions struct {
	by    FitMeasure
	s     *seeking
	rows  []suggestion
	order []uint32 // places in rows
}

// suggestion is an actor, by its number, and how well it fits.
type suggestion struct {
	who    uint32
	id     string
	values [fitMeasures]float64
	// It is of another country, or type, than all who look.
	newCountry, newType bool
}

// SuggestPartners tells whom some actors could work with next: actors that share partners or
// themes with them, or that work on one of q.Topics, and that share no project with any of them
// yet. The search is local, so nobody else is suggested, however well connected.
//
// No id in For, too many, or an impossible country is an ErrInvalid, as is an id of the wrong
// kind; an id nobody has is an ErrNotFound. More than MaxFollowed edges are an ErrTooMuch.
// Cost: with the participations of the partners' partners, and of all who share themes.
func (a *Analyst) SuggestPartners(ctx context.Context, r store.Reader, q SuggestionQuery) (*Suggestions, error) {
	s := &seeking{ctx: ctx, r: r, a: a, q: q}
	if err := s.ask(); err != nil {
		return nil, err
	}
	s.members = newTable(0)
	defer s.members.free()
	for _, x := range s.own {
		s.members.number(x)
	}
	for _, step := range []func() error{s.walk, s.meetPartners, s.meetThemes, s.meetTopics} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	s.slots = s.members.met
	rows, err := s.candidates()
	if err != nil {
		return nil, err
	}
	out := &Suggestions{q.By, s, rows, make([]uint32, len(rows))}
	for i := range rows {
		out.order[i] = uint32(i)
	}
	slices.SortFunc(out.order, func(i, j uint32) int { // rows are large
		x, y := &rows[i], &rows[j]
		return cmp.Or(cmp.Compare(y.values[q.By], x.values[q.By]), cmp.Compare(y.values[Score], x.values[Score]), strings.Compare(x.id, y.id))
	})
	return out, ctx.Err()
}

// Len is how many there are.
func (p *Suggestions) Len() int { return len(p.rows) }

// Key is the place of the i-th in the order.
func (p *Suggestions) Key(i int) []store.Value {
	x := &p.rows[p.order[i]]
	return []store.Value{x.values[p.by], x.values[Score], x.id}
}

// Desc says which values of Key descend.
func (p *Suggestions) Desc() []bool { return []bool{true, true, false} }

// At is the i-th.
func (p *Suggestions) At(i int) *Suggestion { return &Suggestion{p.s, &p.rows[p.order[i]]} }

// seeking is the search for partners of some actors. Actors have numbers: first those that look
// for partners, then as they are met.
type seeking struct {
	ctx      context.Context
	r        store.Reader
	a        *Analyst
	q        SuggestionQuery
	followed int

	own     []store.Slot // who looks for partners
	exclude []store.Slot
	members *table
	slots   []store.Slot // by number, once all are met

	// Who takes part in which of the projects of the partners, from both sides.
	byProject, byMember []part
	projectAt, memberAt []uint32
	ownProjects         []store.Slot
	partners            []partner // in the order of ids
	partner             []int32   // by number: 1 + its place in partners
	themes              []theme   // in the order of ids

	on     []bool // by number, of those met by then: works on one of q.Topics; nil: any may
	values [][fitMeasures]float64
	led    []bool // by number: something leads there
}

// partner is an actor that shares projects with one or several of those that look for partners.
type partner struct {
	who    uint32
	of     int // with how many of them
	shared int // projects with each, summed up
	degree int
}

// theme is what actors work on: of some of those who look for partners, and of others.
type theme struct {
	slot  store.Slot
	id    string
	kind  string
	of    int      // of how many of those who look
	heavy float64  // what it weighs
	all   []uint32 // whose it is, ascending
}

var countryCode = regexp.MustCompile(`^[A-Za-z]{2}$`)

// ask looks the ids up.
func (s *seeking) ask() error {
	if len(s.q.For) == 0 {
		return fmt.Errorf("%w: for: name at least one actor that looks for partners", store.ErrInvalid)
	}
	if len(s.q.For) > MaxSeekers {
		return fmt.Errorf("%w: for: %d actors are too many; name at most %d", store.ErrInvalid, len(s.q.For), MaxSeekers)
	}
	for _, c := range s.q.Countries {
		if !countryCode.MatchString(c) {
			return fmt.Errorf("%w: countries: %q is no ISO 3166-1 alpha-2 code; give two letters, such as \"BG\"", store.ErrInvalid, c)
		}
	}
	slots, nodes, err := lookUp(s.ctx, s.r, slices.Concat(s.q.For, s.q.Exclude))
	if err != nil {
		return err
	}
	n := len(s.q.For)
	if s.own, err = check(s.q.For, slots[:n], nodes[:n], s.a.actors, "for"); err != nil {
		return err
	}
	s.exclude, err = check(s.q.Exclude, slots[n:], nodes[n:], s.a.actors, "exclude")
	return err
}

// step follows a relation from some slots, as long as not too many edges were followed.
func (s *seeking) step(from []store.Slot, rel store.Rel) (store.Fan, error) {
	out := store.Fan{Off: []uint32{0}}
	for some := range slices.Chunk(from, chunk) {
		fan, err := s.r.Step(s.ctx, some, rel, s.q.When)
		if err != nil {
			return out, err
		}
		if s.followed += len(fan.To); s.followed > MaxFollowed {
			return out, fmt.Errorf("%w: more than %d participations lie around these actors: ask for a shorter period (during), or for fewer actors", ErrTooMuch, MaxFollowed)
		}
		if len(from) <= chunk {
			return fan, nil
		}
		before := uint32(len(out.To))
		out.To, out.Edge = append(out.To, fan.To...), append(out.Edge, fan.Edge...)
		for _, off := range fan.Off[1:] {
			out.Off = append(out.Off, before+off)
		}
	}
	return out, nil
}

// ends are the far ends of a step, each once.
func (s *seeking) ends(from []store.Slot, rel store.Rel) ([]store.Slot, error) {
	fan, err := s.step(from, rel)
	if err != nil {
		return nil, err
	}
	t := newTable(len(fan.To))
	defer t.free()
	for _, to := range fan.To {
		t.number(to)
	}
	return t.met, nil
}

func (s *seeking) takesPart() store.Rel {
	return store.Rel{Type: participatesIn, Dir: store.Out, Kinds: []string{project}}
}

func (s *seeking) takePart() store.Rel {
	return store.Rel{Type: participatesIn, Dir: store.In, Kinds: s.a.actors}
}

// walk goes from those who look to their projects, to who takes part in these, to the projects of
// all of them, and to who takes part there.
func (s *seeking) walk() (err error) {
	if s.ownProjects, err = s.ends(s.own, s.takesPart()); err != nil {
		return err
	}
	partners, err := s.ends(s.ownProjects, s.takePart())
	if err != nil {
		return err
	}
	projects, err := s.ends(partners, s.takesPart())
	if err != nil {
		return err
	}
	fan, err := s.step(projects, s.takePart())
	if err != nil {
		return err
	}
	s.byProject, s.projectAt = partsOf(fan, s.members)
	s.byMember, s.memberAt = turn(s.byProject, len(s.members.met), func(p part) uint32 { return p.member })
	return nil
}

// of are the participations of an actor in projects of the partners.
func (s *seeking) of(x uint32) []part {
	if int(x)+1 >= len(s.memberAt) {
		return nil
	}
	return s.byMember[s.memberAt[x]:s.memberAt[x+1]]
}

func (s *seeking) in(project uint32) []part {
	return s.byProject[s.projectAt[project]:s.projectAt[project+1]]
}

// grow makes room for the values of all that were met.
func (s *seeking) grow() {
	n := len(s.members.met)
	s.values = append(s.values, make([][fitMeasures]float64, n-len(s.values))...)
	s.led = append(s.led, make([]bool, n-len(s.led))...)
}

// meetPartners finds the partners, and what leads over them. Sums are in the order of the
// partners' ids, so that each store says the same.
func (s *seeking) meetPartners() error {
	s.grow()
	n := len(s.members.met)
	s.partner = make([]int32, n)
	count := make([]uint32, n)
	var met []uint32
	meet := func(x uint32) {
		met = met[:0]
		for _, p := range s.of(x) {
			for _, other := range s.in(p.project) {
				if y := other.member; y != x {
					if count[y] == 0 {
						met = append(met, y)
					}
					count[y]++
				}
			}
		}
	}
	for x := range uint32(len(s.own)) {
		meet(x)
		for _, y := range met {
			if s.partner[y] == 0 {
				s.partners = append(s.partners, partner{who: y})
				s.partner[y] = int32(len(s.partners))
			}
			p := &s.partners[s.partner[y]-1]
			p.of, p.shared = p.of+1, p.shared+int(count[y])
			count[y] = 0
		}
	}
	at := make([]store.Slot, len(s.partners))
	for i, p := range s.partners {
		at[i] = s.members.met[p.who]
	}
	ids := map[uint32]string{}
	for i, id := range s.r.IDs(at) {
		ids[s.partners[i].who] = id
	}
	slices.SortFunc(s.partners, func(p, q partner) int { return strings.Compare(ids[p.who], ids[q.who]) })
	for i := range s.partners {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		p := &s.partners[i]
		s.partner[p.who] = int32(i) + 1
		meet(p.who)
		p.degree = len(met)
		few := p.few()
		for _, z := range met {
			v := &s.values[z]
			v[CommonPartners] += float64(p.of)
			v[AdamicAdar] += few
			v[ResourceAllocation] += float64(p.of) / float64(p.degree)
			v[SharedWays] += p.ways(int(count[z]))
			s.led[z] = true
			count[z] = 0
		}
	}
	return nil
}

// few is what a partner adds to AdamicAdar; nothing leads on over one that has no other partner.
func (p partner) few() float64 {
	if p.degree < 2 {
		return 0
	}
	return float64(p.of) / math.Log(float64(p.degree))
}

// ways is what a partner adds to SharedWays for an actor with which it shares n projects.
func (p partner) ways(n int) float64 { return float64(p.shared*n) / float64(p.degree) }

// meetThemes finds the themes of those who look, and who else has them.
func (s *seeking) meetThemes() error {
	// Which projects are whose: the first numbers are those who look.
	projects := newTable(len(s.ownProjects))
	defer projects.free()
	for _, p := range s.ownProjects {
		projects.number(p)
	}
	mine, err := s.step(s.own, s.takesPart())
	if err != nil {
		return err
	}
	topics := store.Rel{Type: classifiedAs, Dir: store.Out, Kinds: []string{topic}}
	direct, err := s.step(s.own, topics)
	if err != nil {
		return err
	}
	above, err := s.step(s.ownProjects, topics)
	if err != nil {
		return err
	}
	funding, err := s.step(s.ownProjects, store.Rel{Type: fundedBy, Dir: store.Out, Kinds: []string{programme}})
	if err != nil {
		return err
	}
	themes := newTable(0)
	defer themes.free()
	var of [][]uint32 // by theme: who looks and has it
	add := func(t store.Slot, x uint32) {
		n := themes.number(t)
		if int(n) == len(of) {
			of = append(of, nil)
		}
		if !slices.Contains(of[n], x) {
			of[n] = append(of[n], x)
		}
	}
	for x := range uint32(len(s.own)) {
		for _, t := range direct.To[direct.Off[x]:direct.Off[x+1]] {
			add(t, x)
		}
		for _, p := range mine.To[mine.Off[x]:mine.Off[x+1]] {
			n := projects.number(p)
			for _, fan := range []store.Fan{above, funding} {
				for _, t := range fan.To[fan.Off[n]:fan.Off[n+1]] {
					add(t, x)
				}
			}
		}
	}
	nodes, err := s.r.At(s.ctx, themes.met)
	if err != nil {
		return err
	}
	for i, n := range nodes {
		// What funds very different projects is no theme.
		if level := n.Props.Text("level"); n.Kind == topic || level == "TOPIC" || level == "CALL" {
			s.themes = append(s.themes, theme{slot: themes.met[i], id: n.ID, kind: n.Kind, of: len(of[i])})
		}
	}
	slices.SortFunc(s.themes, func(t, u theme) int { return strings.Compare(t.id, u.id) })
	at := make([]store.Slot, len(s.themes))
	for i, t := range s.themes {
		at[i] = t.slot
	}
	all, err := s.working(at)
	if err != nil {
		return err
	}
	s.grow()
	for i := range s.themes {
		t := &s.themes[i]
		t.all = all[i]
		t.heavy = float64(t.of) / math.Log(float64(max(2, len(t.all))))
		for _, z := range t.all {
			s.values[z][SharedThemes] += t.heavy
			s.led[z] = true
		}
	}
	return nil
}

// working are the actors that work on some topics and programmes, by number: each once, ascending.
func (s *seeking) working(on []store.Slot) ([][]uint32, error) {
	direct, err := s.step(on, store.Rel{Type: classifiedAs, Dir: store.In, Kinds: s.a.actors})
	if err != nil {
		return nil, err
	}
	classified, err := s.step(on, store.Rel{Type: classifiedAs, Dir: store.In, Kinds: []string{project}})
	if err != nil {
		return nil, err
	}
	funded, err := s.step(on, store.Rel{Type: fundedBy, Dir: store.In, Kinds: []string{project}})
	if err != nil {
		return nil, err
	}
	projects := newTable(len(classified.To) + len(funded.To))
	defer projects.free()
	for _, fan := range []store.Fan{classified, funded} {
		for _, p := range fan.To {
			projects.number(p)
		}
	}
	taking, err := s.step(projects.met, s.takePart())
	if err != nil {
		return nil, err
	}
	out := make([][]uint32, len(on))
	for i := range on {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		for _, z := range direct.To[direct.Off[i]:direct.Off[i+1]] {
			out[i] = append(out[i], s.members.number(z))
		}
		for _, fan := range []store.Fan{classified, funded} {
			for _, p := range fan.To[fan.Off[i]:fan.Off[i+1]] {
				n := projects.number(p)
				for _, z := range taking.To[taking.Off[n]:taking.Off[n+1]] {
					out[i] = append(out[i], s.members.number(z))
				}
			}
		}
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out, nil
}

// meetTopics finds who works on what was asked for.
func (s *seeking) meetTopics() error {
	if s.q.Topics == nil {
		return nil
	}
	slots, nodes, err := lookUp(s.ctx, s.r, s.q.Topics)
	if err != nil {
		return err
	}
	if _, err = check(s.q.Topics, slots, nodes, []string{topic, programme}, "topics"); err != nil {
		return err
	}
	var on []store.Slot
	for _, kind := range []string{topic, programme} {
		var of []store.Slot
		for i, n := range nodes {
			if n.Kind == kind && !slices.Contains(of, slots[i]) {
				of = append(of, slots[i])
			}
		}
		of, err := within(s.ctx, s.r, of, kind, s.q.When)
		if err != nil {
			return err
		}
		on = append(on, of...)
	}
	all, err := s.working(on)
	if err != nil {
		return err
	}
	s.grow()
	s.on = make([]bool, len(s.members.met))
	for _, who := range all {
		for _, z := range who {
			s.on[z], s.led[z] = true, true
		}
	}
	return nil
}

// candidates are those who may be suggested, with all that is measured of them.
func (s *seeking) candidates() ([]suggestion, error) {
	out, excluded := make([]bool, len(s.slots)), map[store.Slot]bool{}
	for x := range s.own {
		out[x] = true
	}
	for _, e := range s.exclude {
		excluded[e] = true
	}
	if !s.q.Partners {
		for _, p := range s.partners {
			out[p.who] = true
		}
	}
	n := 0
	for z, slot := range s.slots {
		out[z] = out[z] || !s.led[z] || excluded[slot] || s.on != nil && !s.on[z]
		if !out[z] {
			n++
		}
	}
	rows, at := make([]suggestion, 0, n), make([]store.Slot, 0, n)
	for z, slot := range s.slots {
		if !out[z] {
			rows, at = append(rows, suggestion{who: uint32(z), values: s.values[z]}), append(at, slot)
		}
	}
	s.values = nil
	nodes, err := s.r.At(s.ctx, slices.Concat(s.own, at))
	if err != nil {
		return nil, err
	}
	own, nodes := nodes[:len(s.own)], nodes[len(s.own):]
	countries, err := s.countries(slices.Concat(s.own, at))
	if err != nil {
		return nil, err
	}
	mine, countries := countries[:len(s.own)], countries[len(s.own):]
	taking, err := s.step(at, s.takesPart())
	if err != nil {
		return nil, err
	}
	var wanted []string
	for _, c := range s.q.Countries {
		wanted = append(wanted, strings.ToUpper(c))
	}
	types := make([]string, len(own))
	for i, o := range own {
		types[i] = typeOf(o)
	}
	kept := rows[:0]
	for i := range rows {
		x, n := rows[i], nodes[i]
		if n == nil {
			return nil, errChanged
		}
		if s.q.Countries != nil && !overlap(countries[i], wanted) || s.q.Types != nil && !slices.Contains(s.q.Types, n.Props.Text("type")) {
			continue
		}
		if s.q.Types != nil && n.Kind != organisation {
			continue // a network's types are others
		}
		x.id = n.ID
		x.measure(countries[i], typeOf(n), mine, types)
		for k := taking.Off[i]; k < taking.Off[i+1]; k++ {
			if k == taking.Off[i] || taking.To[k] != taking.To[k-1] { // parallel edges
				x.values[Experience]++
			}
		}
		for m := CommonPartners; m < fitMeasures; m++ {
			x.values[Score] += m.part(x.values[m])
		}
		kept = append(kept, x)
	}
	return kept, nil
}

const organisation = "Organisation"

// measure makes means of the sums over those who look, and compares where and what the actor is
// with where and what they are.
func (x *suggestion) measure(in []string, kind string, mine [][]string, kinds []string) {
	seekers := float64(len(kinds))
	for _, m := range []FitMeasure{CommonPartners, AdamicAdar, ResourceAllocation, SharedWays, SharedThemes} {
		x.values[m] /= seekers
	}
	sameCountry, sameType, anyCountry, anyType := 0.0, 0.0, false, false
	for i, k := range kinds {
		anyCountry = anyCountry || len(mine[i]) > 0
		anyType = anyType || k != ""
		if overlap(in, mine[i]) {
			sameCountry++
		}
		if kind != "" && kind == k {
			sameType++
		}
	}
	x.values[SameCountry], x.values[SameType] = sameCountry/seekers, sameType/seekers
	if x.newCountry = anyCountry && len(in) > 0 && sameCountry == 0; x.newCountry {
		x.values[Complementarity] += 0.5
	}
	if x.newType = anyType && kind != "" && sameType == 0; x.newType {
		x.values[Complementarity] += 0.5
	}
}

// typeOf is what an actor is: the type of an organisation, else the kind.
func typeOf(n *store.Node) string {
	if n.Kind == organisation {
		return n.Props.Text("type")
	}
	return n.Kind
}

// overlap tells whether two short lists have something in common.
func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

// countries are the codes of the countries that some actors are in, as breakdowns tell them.
func (s *seeking) countries(of []store.Slot) ([][]string, error) {
	c, err := s.a.countries(s.ctx, s.r, of, s.q.When)
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(c.keys))
	for k, key := range c.keys[1:] {
		codes[k+1] = strings.ToUpper(cmp.Or(key.Code, key.ID))
	}
	out := make([][]string, len(of))
	for i := range of {
		for _, k := range c.list[c.from[i+1]:c.until[i+1]] {
			if k != 0 {
				out[i] = append(out[i], codes[k])
			}
		}
	}
	return out, nil
}
