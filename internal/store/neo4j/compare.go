package neo4j

import (
	"fmt"
	"math"

	"clustergraph/internal/store"
)

// words are the comparisons that Cypher has a word for.
var words = map[store.Op]string{
	store.Eq: "=", store.In_: "IN", store.Lt: "<", store.Lte: "<=", store.Gt: ">", store.Gte: ">=",
	store.Contains: "CONTAINS", store.Prefix: "STARTS WITH",
}

// has tells that a value stands at a place.
func (p place) has() phrase {
	size := p.of + "." + quoted(sizeName(p.name)) + " IS NOT NULL"
	switch {
	case p.at != "" && !p.part: // an element
		return always
	case p.known && p.typ.Name == store.Record:
		return phrase{size, true}
	case p.known || p.at != "":
		return phrase{p.plain() + " IS NOT NULL", true}
	}
	return phrase{"(" + p.plain() + " IS NOT NULL OR " + size + ")", true}
}

// compare writes the comparison of what stands at a place.
func (c *compiler) compare(p place, t store.Is) phrase {
	if p.at != "" && p.part && (p.typ.List || p.typ.Name == store.Record) {
		return c.unsure() // such parts of elements are not laid out
	}
	switch t.Op {
	case store.IsNull:
		if p.indexed() && t.Value == true {
			return phrase{p.twin() + " = " + c.infinity(), true}
		}
		if t.Value == true {
			return turned(p.has())
		}
		return p.has()
	case store.Ne:
		t.Op = store.Eq
		return c.not(func() phrase { return c.compare(p, t) })
	case store.In_:
		l, _ := t.Value.(store.List)
		return c.among(p, l, t.Fold)
	}
	if t.Value == nil {
		return never
	}
	return c.single(p, t)
}

// single writes the comparison with one value that is not nil. Values of different types
// never compare.
func (c *compiler) single(p place, t store.Is) phrase {
	_, list := t.Value.(store.List)
	_, parts := t.Value.(store.Props)
	switch {
	case list || parts:
		if !p.known || p.typ.List == list && (p.typ.Name == store.Record) == parts {
			return c.unsure()
		}
		return never
	case p.known && p.typ.List:
		return never
	case !p.known:
		p.typ = ofOperand(t.Value)
	case p.typ.Name != ofOperand(t.Value).Name && !(p.typ.Name == store.Int || p.typ.Name == store.String):
		return never
	}
	switch v := t.Value.(type) {
	case string:
		if p.typ.Name != store.Text && p.typ.Name != store.String {
			return never
		}
		return c.text(p, t, v)
	case bool:
		if p.typ.Name != store.Bool {
			return never
		}
		x := p.plain()
		if p.indexed() {
			x = p.twin()
		}
		return c.plainly(x, t)
	case int64, float64:
		if p.typ.Name != store.Int && p.typ.Name != store.Float {
			return never
		}
		if p.indexed() {
			return c.belowInfinity(p.twin(), t)
		}
		return and(c.number(p.plain(), t), c.nothingElse(p))
	case store.Date:
		if p.typ.Name != store.DateOf {
			return never
		}
		return c.date(p, t.Op, v)
	case store.Cents:
		if p.typ.Name != centsOf {
			return never
		}
		return c.amount(p, t.Op, v)
	case store.Money:
		if p.typ.Name != store.MoneyOf {
			return never
		}
		return c.cash(p, t.Op, v)
	}
	return never
}

// ofOperand is the type that a value has if the schema does not say.
func ofOperand(v store.Value) store.Type {
	if _, ok := v.(store.Cents); ok {
		return store.Type{Name: centsOf}
	}
	t, _ := typeOf(v)
	return t
}

// nothingElse says that what stands at a place that the schema does not know is no date and
// no money, of which the plain value is a text or a number.
func (c *compiler) nothingElse(p place) phrase {
	if p.known || p.own != "" {
		return always
	}
	return phrase{"(" + p.first() + " IS NULL AND " + p.cents() + " IS NULL)", true}
}

// plainly compares by the word for it.
func (c *compiler) plainly(x string, t store.Is) phrase {
	if t.Op == store.Contains || t.Op == store.Prefix {
		if _, ok := t.Value.(string); !ok {
			return never
		}
	}
	return maybe("%s %s %s", x, words[t.Op], c.param(t.Value))
}

// number compares a number with an operand, which may be of another type.
func (c *compiler) number(x string, t store.Is) phrase {
	switch t.Op {
	case store.Ne:
		t.Op = store.Eq
		return turned(c.number(x, t))
	case store.In_:
		l, _ := t.Value.(store.List)
		var numbers []any
		for _, v := range l {
			switch v.(type) {
			case int64, float64:
				numbers = append(numbers, v)
			}
		}
		if len(numbers) == 0 {
			return never
		}
		return maybe("%s IN %s", x, c.param(numbers))
	}
	switch t.Value.(type) {
	case int64, float64:
		return c.plainly(x, t)
	}
	return never
}

// belowInfinity compares the twin of a number.
func (c *compiler) belowInfinity(x string, t store.Is) phrase {
	if t.Op == store.Gt || t.Op == store.Gte {
		return and(c.plainly(x, t), maybe("%s < %s", x, c.infinity()))
	}
	return c.plainly(x, t)
}

// short texts compare with a twin that was cut as they do with the whole: one that was cut
// is longer than they are.
const short = longest - 4

// written is where a text stands, as it is compared: as it is, or folded. whole is for what
// cannot look at a twin that was cut.
func (c *compiler) written(p place, fold, whole bool) (string, bool) {
	switch {
	case fold && p.typ.Name != store.Text:
		return "", false
	case fold && p.indexed() && whole:
		return "coalesce(" + p.column(longName(p.name)) + ", " + p.twin() + ")", true
	case fold, p.indexed() && p.typ.Name == store.String && !whole:
		return p.twin(), true
	}
	return p.plain(), true
}

func (c *compiler) text(p place, t store.Is, v string) phrase {
	x, ok := c.written(p, t.Fold, t.Op == store.Contains || len(v) > short)
	if !ok {
		return c.unsure()
	}
	if !t.Fold {
		return and(c.plainly(x, t), c.nothingElse(p))
	}
	return c.plainly(x, t)
}

// days are what a date is compared by: its twin, if there is one, so that an index serves.
func (c *compiler) date(p place, op store.Op, d store.Date) phrase {
	from := func(days int32) int64 { return int64(days) << 32 }
	until := func(days int32) int64 { return int64(days)<<32 + math.MaxUint32 }
	if p.indexed() {
		x := p.twin()
		switch op {
		case store.Eq:
			return maybe("%s = %s", x, c.param(dateTwin(d)))
		case store.Lt:
			return maybe("(%s < %s AND %s < %s)", x, c.param(from(d.First)), p.last(), c.param(day(d.First)))
		case store.Lte:
			return maybe("(%s <= %s AND %s <= %s)", x, c.param(until(d.Last)), p.last(), c.param(day(d.Last)))
		case store.Gt:
			return maybe("(%s > %s AND %[1]s < %[3]s)", x, c.param(until(d.Last)), c.infinity())
		case store.Gte:
			return maybe("(%s >= %s AND %[1]s < %[3]s)", x, c.param(from(d.First)), c.infinity())
		}
		return never
	}
	switch op {
	case store.Eq:
		return maybe("(%s = %s AND %s = %s)", p.first(), c.param(day(d.First)), p.last(), c.param(day(d.Last)))
	case store.Lt:
		return maybe("%s < %s", p.last(), c.param(day(d.First)))
	case store.Lte:
		return maybe("%s <= %s", p.last(), c.param(day(d.Last)))
	case store.Gt:
		return maybe("%s > %s", p.first(), c.param(day(d.Last)))
	case store.Gte:
		return maybe("%s >= %s", p.first(), c.param(day(d.First)))
	}
	return never
}

// beyond is greater than all twins of money that begin alike.
const beyond = "~"

func (c *compiler) amount(p place, op store.Op, v store.Cents) phrase {
	if op == store.Contains || op == store.Prefix {
		return never
	}
	if p.known && p.typ.Index && p.at == "" {
		x, from := p.twin(), moneyTwin(store.Money{Amount: v})
		switch op {
		case store.Eq:
			return maybe("(%s >= %s AND %[1]s < %[3]s)", x, c.param(from), c.param(from+beyond))
		case store.Lt, store.Gte:
			return maybe("%s %s %s", x, words[op], c.param(from))
		case store.Lte:
			return maybe("%s < %s", x, c.param(from+beyond))
		case store.Gt:
			return maybe("%s > %s", x, c.param(from+beyond))
		}
	}
	return maybe("%s %s %s", p.cents(), words[op], c.param(int64(v)))
}

func (c *compiler) cash(p place, op store.Op, m store.Money) phrase {
	if op == store.Contains || op == store.Prefix {
		return never
	}
	if p.indexed() {
		return maybe("%s %s %s", p.twin(), words[op], c.param(moneyTwin(m)))
	}
	cents, currency := c.param(int64(m.Amount)), c.param(m.Currency)
	if op == store.Eq {
		return maybe("(%s = %s AND %s = %s)", p.cents(), cents, p.money(), currency)
	}
	return maybe("(%s %s %s OR %[1]s = %[3]s AND %s %s %s)", p.cents(), words[op][:1], cents, p.money(), words[op], currency)
}

// among writes that a value is one of some; nil and values of other types never are.
func (c *compiler) among(p place, l store.List, fold bool) phrase {
	var texts []string
	var numbers, pairs []any
	var all []phrase
	whole := false
	for _, v := range l {
		switch v := v.(type) {
		case string:
			texts = append(texts, v)
			whole = whole || len(v) > short
		case int64, float64:
			numbers = append(numbers, v)
		case store.Date, store.Money:
			pairs = append(pairs, v)
		case nil:
		default: // few, and seldom more than one
			all = append(all, c.single(p, store.Is{Op: store.Eq, Value: v, Fold: fold}))
		}
	}
	of := func(v store.Value) bool {
		t := ofOperand(v)
		return !p.known || !p.typ.List && (p.typ.Name == t.Name || p.typ.Name == store.Int && t.Name == store.Float || p.typ.Name == store.String && t.Name == store.Text)
	}
	if len(texts) > 0 && of("") {
		q := p
		if !p.known {
			q.typ = store.Type{Name: store.Text}
		}
		x, ok := c.written(q, fold, whole)
		switch {
		case !ok:
			all = append(all, c.unsure())
		case fold:
			all = append(all, maybe("%s IN %s", x, c.param(texts)))
		default:
			all = append(all, and(maybe("%s IN %s", x, c.param(texts)), c.nothingElse(q)))
		}
	}
	if len(numbers) > 0 && of(0.0) {
		x := p.plain()
		if p.indexed() {
			x = p.twin()
		}
		all = append(all, and(maybe("%s IN %s", x, c.param(numbers)), c.nothingElse(p)))
	}
	for _, kind := range []store.Value{store.Date{}, store.Money{}} {
		if !of(kind) {
			continue
		}
		var twins, tuples []any
		for _, v := range pairs {
			switch v := v.(type) {
			case store.Date:
				if _, want := kind.(store.Date); want {
					twins, tuples = append(twins, dateTwin(v)), append(tuples, []any{day(v.First), day(v.Last)})
				}
			case store.Money:
				if _, want := kind.(store.Money); want {
					twins, tuples = append(twins, moneyTwin(v)), append(tuples, []any{int64(v.Amount), v.Currency})
				}
			}
		}
		_, dates := kind.(store.Date)
		switch {
		case len(twins) == 0:
		case p.indexed():
			all = append(all, maybe("%s IN %s", p.twin(), c.param(twins)))
		case dates:
			all = append(all, maybe("[%s, %s] IN %s", p.first(), p.last(), c.param(tuples)))
		default:
			all = append(all, maybe("[%s, %s] IN %s", p.cents(), p.money(), c.param(tuples)))
		}
	}
	return or(all...)
}

// elements writes that enough elements of a list pass. A list that is unknown has none.
func (c *compiler) elements(r subject, p place, t store.Elem) phrase {
	if p.at != "" && p.part && (p.typ.List || !p.known) {
		return c.unsure() // lists within elements are not laid out
	}
	if p.known && !p.typ.List || p.at != "" {
		return constant(t.Quant != store.Some)
	}
	one := p
	one.typ.List = false
	i := c.fresh("i")
	one.at = "[" + i + "]"
	size := p.of + "." + quoted(sizeName(p.name))
	switch {
	case !p.known: // a list, if anything
		size = fmt.Sprintf("CASE WHEN %s IS :: LIST<ANY> THEN size(%[1]s) ELSE %s END", p.plain(), size)
	case one.typ.Name != store.Record:
		size = "size(" + p.plain() + ")"
	}
	r.elem = &one
	some := func(pass phrase) phrase {
		switch pass {
		case never:
			return never
		case always:
			return phrase{"coalesce(" + size + ", 0) > 0", true}
		}
		return phrase{fmt.Sprintf("any(%s IN range(0, coalesce(%s, 0) - 1) WHERE %s)", i, size, pass.text), false}
	}
	switch t.Quant {
	case store.None:
		return c.not(func() phrase { return some(c.test(r, t.Test)) })
	case store.Every:
		return c.not(func() phrase { return some(c.not(func() phrase { return c.test(r, t.Test) })) })
	}
	return some(c.test(r, t.Test))
}
