package bench

import "math/rand/v2"

// far is how far apart the ends of a path are at most; the same stands in the questions.
const far = 6

// many are as many paths as are asked for where several are.
const many = 10

// tied are the organisations, projects and networks by number, with the numbers of those
// that each is tied to by participations and memberships. Organisations come first.
type tied [][]int32

func (d *data) tied() tied {
	number := map[string]int32{}
	var t tied
	meet := func(id string) int32 {
		n, met := number[id]
		if !met {
			n = int32(len(t))
			number[id], t = n, append(t, nil)
		}
		return n
	}
	type tie struct{ x, y int32 }
	once := map[tie]bool{}
	join := func(x, y int32) {
		if !once[tie{x, y}] {
			once[tie{x, y}] = true
			t[x], t[y] = append(t[x], y), append(t[y], x)
		}
	}
	for _, o := range d.organisations {
		meet("pic:" + o.pic)
	}
	for _, o := range d.organisations {
		for _, n := range o.networks {
			join(meet("pic:"+o.pic), meet(networkID(n)))
		}
	}
	for _, p := range d.participations {
		join(meet("pic:"+p.pic), meet("cordis:"+p.project))
	}
	return t
}

// around tells how far from x each node is (-1: further than far, or not tied to it at all),
// and how many shortest paths lead there, of which ten are many.
func (t tied) around(x int32) (distance, paths []int8) {
	distance, paths = make([]int8, len(t)), make([]int8, len(t))
	for i := range distance {
		distance[i] = -1
	}
	distance[x], paths[x] = 0, 1
	level := []int32{x}
	for steps := int8(1); steps <= far; steps++ {
		var next []int32
		for _, x := range level {
			for _, y := range t[x] {
				if distance[y] < 0 {
					distance[y] = steps
					next = append(next, y)
				}
				if distance[y] == steps {
					paths[y] = min(many, paths[y]+paths[x])
				}
			}
		}
		level = next
	}
	return distance, paths
}

// somePairs are pairs of organisations that are 2, 4 and 6 steps apart, so many of each: those
// between which there is one shortest path alone or, if several is set, at least many. (No two
// are an odd number of steps apart: every other node is a project or a network.)
func (d *data) somePairs(each int, several bool) []map[string]any {
	wanted := int8(1)
	if several {
		wanted = many
	}
	t := d.tied()
	r := rand.New(rand.NewPCG(3, 4))
	var out []map[string]any
	for steps := int8(2); steps <= far; steps += 2 {
		for left, tries := each, 100*each; left > 0 && tries > 0; tries-- {
			x := r.IntN(len(d.organisations))
			distance, paths := t.around(int32(x))
			var ends []int
			for y := range d.organisations {
				if distance[y] == steps && paths[y] == wanted {
					ends = append(ends, y)
				}
			}
			if len(ends) > 0 {
				y := ends[r.IntN(len(ends))]
				out = append(out, map[string]any{"a": "pic:" + d.organisations[x].pic, "b": "pic:" + d.organisations[y].pic})
				left--
			}
		}
	}
	return out
}
