package neo4j

import (
	"strings"

	"clustergraph/internal/store"
	"clustergraph/internal/store/codec"
	"clustergraph/internal/store/commit"
)

// recordPlace tells the records of one subject apart.
type recordPlace struct {
	source, place string
	part          int
}

func placeOf(r *commit.Record) recordPlace { return recordPlace{r.Source, r.Place, r.Part} }

func comparePlaces(a, b recordPlace) int {
	if c := strings.Compare(a.source, b.source); c != 0 {
		return c
	}
	if c := strings.Compare(a.place, b.place); c != 0 {
		return c
	}
	return a.part - b.part
}

// appendRecord is a record as JSON, without its subject. What most have alike is left out.
func appendRecord(b []byte, r *commit.Record) []byte {
	b = append(b, '{')
	put := func(name string, v store.Value) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), name...), '"', ':')
		b = codec.Append(b, v)
	}
	known := func(name, v string) {
		if v != "" {
			put(name, v)
		}
	}
	if at, ok := codec.DateText(r.At).(string); ok {
		put("at", at)
	}
	known("by", r.By)
	if r.Confidence != 1 {
		put("confidence", r.Confidence)
	}
	if r.Derived {
		put("derived", true)
	}
	known("kind", r.Kind)
	if r.Part != 0 {
		put("part", int64(r.Part))
	}
	known("place", r.Place)
	if len(r.Props) > 0 {
		put("props", r.Props)
	}
	put("rank", int64(r.Rank))
	put("revision", int64(r.Revision))
	known("run", r.Run)
	known("source", r.Source)
	if r.States {
		put("states", true)
	}
	return append(b, '}')
}

// readRecord reads what appendRecord wrote.
func readRecord(d *codec.Decoder, json string) (*commit.Record, error) {
	p, err := d.Props([]byte(json))
	if err != nil {
		return nil, damaged(err)
	}
	r := &commit.Record{Confidence: 1}
	for _, x := range p {
		switch v := x.Value; x.Name {
		case "at":
			if r.At, err = codec.ParseDateText(str(v)); err != nil {
				return nil, damaged(err)
			}
		case "by":
			r.By = str(v)
		case "confidence":
			r.Confidence, _ = v.(float64)
		case "derived":
			r.Derived = v == true
		case "kind":
			r.Kind = str(v)
		case "part":
			r.Part = int(num(v))
		case "place":
			r.Place = str(v)
		case "props":
			r.Props, _ = v.(store.Props)
		case "rank":
			r.Rank = store.Rank(num(v))
		case "revision":
			r.Revision = uint64(num(v))
		case "run":
			r.Run = str(v)
		case "source":
			r.Source = str(v)
		case "states":
			r.States = v == true
		}
	}
	return r, nil
}

// edgeRecord reads a row of [saidColumns].
func edgeRecord(d *codec.Decoder, v []any) (*commit.Record, error) {
	r, err := readRecord(d, str(v[4]))
	if err != nil {
		return nil, err
	}
	r.Edge = edgeOf(v)
	return r, nil
}
