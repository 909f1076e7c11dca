package resolve

import (
	"fmt"
	"math"
	"testing"
)

// measured counts how pairs were decided.
type measured struct{ right, wrong, missed int }

func (m measured) precision() float64 { return float64(m.right) / float64(max(1, m.right+m.wrong)) }
func (m measured) recall() float64    { return float64(m.right) / float64(max(1, m.right+m.missed)) }

// wilson is the 95 % interval of a proportion (Wilson 1927).
func wilson(n, of int) (low, high float64) {
	if of == 0 {
		return 0, 1
	}
	const z = 1.959964
	p, t := float64(n)/float64(of), float64(of)
	centre := p + z*z/(2*t)
	spread := z * math.Sqrt(p*(1-p)/t+z*z/(4*t*t))
	return (centre - spread) / (1 + z*z/t), (centre + spread) / (1 + z*z/t)
}

func (m measured) String() string {
	pl, ph := wilson(m.right, m.right+m.wrong)
	rl, rh := wilson(m.right, m.right+m.missed)
	return fmt.Sprintf("precision %.3f [%.3f, %.3f] (%d of %d), recall %.3f [%.3f, %.3f] (%d of %d)",
		m.precision(), pl, ph, m.right, m.right+m.wrong, m.recall(), rl, rh, m.right, m.right+m.missed)
}

// measure runs the whole of it over the bodies of all pairs: what blocking loses is missed.
func measure(pairs []labelled, t Thresholds) map[string]measured {
	bodies, at := bodies(pairs)
	merged := map[[2]int]bool{}
	for _, p := range Find(bodies, t, nil) {
		if p.Merge {
			merged[[2]int{min(p.A, p.B), max(p.A, p.B)}] = true
		}
	}
	out := map[string]measured{}
	for _, p := range pairs {
		a, b := at[p.a], at[p.b]
		m := out[p.part]
		switch found := merged[[2]int{min(a, b), max(a, b)}]; {
		case found && p.same:
			m.right++
		case found:
			m.wrong++
		case p.same:
			m.missed++
		}
		out[p.part] = m
	}
	return out
}

func TestPairsOfTheHeldOutPart(t *testing.T) {
	got := measure(readPairs(t), Default)
	t.Log("tuning:   ", got["tuning"])
	t.Log("held-out: ", got["held-out"])
}
