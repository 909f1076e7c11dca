package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"clustergraph/internal/export"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
)

// Exporter writes what a store holds as files: graphs, networks, and the rows of queries. It
// takes the same filters as the API.
type Exporter struct {
	store   store.Store
	options Options
	parts   parts
	records export.Records
	told    graphql.ErrorPresenterFunc
	turns   chan struct{} // one for each export that runs
}

// atOnce is how many exports run at once over HTTP; others wait. Each may keep a processor
// busy for minutes, and questions are to be answered meanwhile.
const atOnce = 2

// NewExporter makes an Exporter of a store. Records is where everything is read from that
// JSON Lines hold; nil: they cannot be had.
func NewExporter(s store.Store, records export.Records, o Options) (*Exporter, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	o.MayWrite = nil // an export only reads
	p, err := newParts(s, o)
	return &Exporter{s, o, p, records, presenter(o.Log), make(chan struct{}, atOnce)}, err
}

// Export says what is to be exported, as texts: it is what a URL or a command line says.
// Empty ones are not given.
type Export struct {
	Format string // of export.Formats, or "jsonl"
	Part   string // one file of those that the format has
	Shape  string // graph (if empty), partnerships, two-mode
	// Kinds and Relations, by commas: what the graph is told of. Empty: all.
	Kinds, Relations string
	// Filter is JSON: of the graph the filter of its kinds (NodeFilter, ActorFilter,
	// ClusterFilter ...), of partnerships a PartnershipFilter, of the two-mode network
	// {"actors": ActorFilter, "projects": ProjectFilter}.
	Filter string
	// Between is JSON, a list of Side: partnerships between these.
	Between string
	// Projection is JSON, a Projection: the network that it makes, as partnerships. It takes the
	// place of Filter and Between.
	Projection string
	// AsOf is a date, During JSON, a Period.
	AsOf, During string
	// Query asks for the rows of its connection instead of a graph: as csv or xlsx.
	Query, Variables, Operation string
}

// parameters are the names of what an Export says, as a URL has them.
func (e *Export) parameters() map[string]*string {
	return map[string]*string{"part": &e.Part, "shape": &e.Shape, "kinds": &e.Kinds, "relations": &e.Relations, "filter": &e.Filter, "between": &e.Between, "projection": &e.Projection,
		"asOf": &e.AsOf, "during": &e.During, "query": &e.Query, "variables": &e.Variables, "operationName": &e.Operation}
}

// Set sets what a parameter of the URL says; an ErrInvalid names those there are.
func (e *Export) Set(name, value string) error {
	p := e.parameters()
	if p[name] == nil {
		return wrong("there is no parameter %q; use %s", name, strings.Join(slices.Sorted(maps.Keys(p)), ", "))
	}
	*p[name] = value
	return nil
}

// shapes are those of graphs.
const (
	shapeGraph        = "graph"
	shapePartnerships = "partnerships"
	shapeTwoMode      = "two-mode"
)

// File is the media type and the name of the file. An ErrInvalid says what cannot be meant.
func (e Export) File() (media, name string, err error) {
	if e.Format == "jsonl" {
		if e.Query != "" || e.Part != "" || e.Shape != "" || e.Kinds+e.Relations+e.Filter+e.Between+e.Projection+e.AsOf+e.During != "" {
			return "", "", wrong("jsonl holds everything: leave shape, filters and query out, or choose another format")
		}
		return "application/x-ndjson; charset=utf-8", "clustergraph.jsonl", nil
	}
	f, err := export.FormatOf(e.Format)
	if err == nil {
		err = f.CheckPart(e.Part)
	}
	switch {
	case err != nil:
		return "", "", err
	case e.Query != "" && e.Format == "csv":
		return f.PartType, "clustergraph-rows.csv", e.noShape()
	case e.Query != "" && e.Format == "xlsx":
		return f.MediaType, "clustergraph-rows.xlsx", e.noShape()
	case e.Query != "":
		return "", "", wrong("the rows of a query are written as csv or xlsx; %s takes shape, kinds and filter instead", e.Format)
	}
	shape := e.Shape
	if shape == "" {
		shape = shapeGraph
	}
	if e.Part != "" {
		return f.PartType, "clustergraph-" + shape + "-" + e.Part + "." + f.PartExtension, nil
	}
	return f.MediaType, "clustergraph-" + shape + "." + f.Extension, nil
}

func (e Export) noShape() error {
	if e.Part != "" || e.Shape != "" || e.Kinds+e.Relations+e.Filter+e.Between+e.Projection+e.AsOf+e.During != "" {
		return wrong("a query says itself what it asks for: leave part, shape, kinds, relations, filter, between, projection, asOf and during out")
	}
	return nil
}

// Write writes the file. Errors in what is asked for come before the first byte. The result
// is of one revision; if the store cannot hold still and the graph changed after the first
// byte, it is an ErrUnavailable.
func (x *Exporter) Write(ctx context.Context, w io.Writer, e Export) error {
	if _, _, err := e.File(); err != nil {
		return err
	}
	out := &meter{w: w}
	if e.Format == "jsonl" {
		if x.records == nil {
			return fmt.Errorf("%w: this store cannot tell all that it keeps", store.ErrUnavailable)
		}
		return export.JSONLines(ctx, out, x.records)
	}
	return x.store.View(ctx, store.Revision{}, func(r store.Reader) error {
		if out.n > 0 {
			return fmt.Errorf("%w: the graph changed while it was written; export it again", store.ErrUnavailable)
		}
		if e.Query != "" {
			return x.rows(ctx, out, r, e)
		}
		f, err := export.FormatOf(e.Format)
		if err != nil {
			return err
		}
		q, err := x.query(e)
		if err != nil {
			return err
		}
		return export.Write(ctx, out, f, e.Part, r, x.parts.reader.Ontology, q)
	})
}

// meter counts what is written.
type meter struct {
	w io.Writer
	n int64
}

// Write writes some bytes.
func (c *meter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// query reads what is asked for.
func (x *Exporter) query(e Export) (export.Query, error) {
	o := x.parts.reader.Ontology
	types := map[string]string{"asOf": "Date", "during": "Period"}
	given := map[string]any{}
	if e.AsOf != "" {
		given["asOf"] = e.AsOf
	}
	if err := takeJSON(given, "during", e.During); err != nil {
		return export.Query{}, err
	}
	alone := func(name, value, of string) error {
		if value != "" {
			return wrong("%s is for the shape %s", name, of)
		}
		return nil
	}
	switch e.Shape {
	case "", shapeGraph:
		kinds, filter, err := kindsOf(o, e.Kinds)
		if err == nil {
			err = errors.Join(alone("between", e.Between, shapePartnerships), alone("projection", e.Projection, shapePartnerships))
		}
		if err == nil {
			err = takeJSON(given, "filter", e.Filter)
		}
		if err != nil {
			return export.Query{}, err
		}
		types["filter"] = filter
		args, err := x.parts.reader.Given(types, given)
		if err != nil {
			return export.Query{}, err
		}
		q := export.Query{Sets: []export.Set{{Kinds: kinds, Where: args.Test("filter")}}, When: args.When()}
		if e.Relations != "" {
			q.Types = split(e.Relations)
		}
		return q, nil
	case shapePartnerships:
		if err := errors.Join(alone("kinds", e.Kinds, shapeGraph), alone("relations", e.Relations, shapeGraph), takeJSON(given, "filter", e.Filter), takeJSON(given, "between", e.Between), takeJSON(given, "projection", e.Projection)); err != nil {
			return export.Query{}, err
		}
		if e.Projection != "" && e.Filter+e.Between != "" {
			return export.Query{}, wrong("a projection says itself who counts: leave filter and between out")
		}
		types["filter"], types["between"], types["projection"] = "PartnershipFilter", "[Side!]", "Projection"
		args, err := x.parts.reader.Given(types, given)
		if err != nil {
			return export.Query{}, err
		}
		if e.Projection != "" {
			p := projection(args)
			return export.Query{Projection: &p, When: p.When}, nil
		}
		q := partnershipQuery(args)
		return export.Query{Partnerships: &export.Partnerships{Between: sides(args), Where: q.Where}, When: q.When}, nil
	case shapeTwoMode:
		both := map[string]any{}
		if err := errors.Join(alone("kinds", e.Kinds, shapeGraph), alone("relations", e.Relations, shapeGraph), alone("between", e.Between, shapePartnerships), alone("projection", e.Projection, shapePartnerships)); err != nil {
			return export.Query{}, err
		}
		if e.Filter != "" {
			if err := decode(strings.NewReader(e.Filter), &both); err != nil {
				return export.Query{}, wrong(`filter: %s; write {"actors": ActorFilter, "projects": ProjectFilter}`, err)
			}
		}
		types["actors"], types["projects"] = "ActorFilter", "ProjectFilter"
		for name, v := range both {
			if name != "actors" && name != "projects" {
				return export.Query{}, wrong(`filter: there is no %q in it; write {"actors": ActorFilter, "projects": ProjectFilter}`, name)
			}
			given[name] = v
		}
		args, err := x.parts.reader.Given(types, given)
		if err != nil {
			return export.Query{}, err
		}
		return export.TwoMode(o, args.Test("actors"), args.Test("projects"), args.When()), nil
	}
	return export.Query{}, wrong("there is no shape %q; use %s, %s or %s", e.Shape, shapeGraph, shapePartnerships, shapeTwoMode)
}

// takeJSON takes a value that is JSON, if there is one.
func takeJSON(to map[string]any, name, text string) error {
	if text == "" {
		return nil
	}
	var v any
	if err := decode(strings.NewReader(text), &v); err != nil {
		return wrong("%s is not JSON: %s", name, err)
	}
	to[name] = v
	return nil
}

// kindsOf are the kinds that a list names, and the input type that filters them. Actor names
// all kinds of actors.
func kindsOf(o *ontology.Ontology, list string) (kinds []string, filter string, err error) {
	if list == "" {
		for _, k := range o.Kinds {
			kinds = append(kinds, k.Name)
		}
		return kinds, "NodeFilter", nil
	}
	for _, name := range split(list) {
		met := 0
		for _, k := range o.Kinds {
			if t := o.Type(k.Name); strings.EqualFold(name, k.Name) || strings.EqualFold(name, k.Value) || slices.ContainsFunc(t.Is, func(i string) bool { return i != "Node" && strings.EqualFold(name, i) }) {
				met++
				if !slices.Contains(kinds, k.Name) {
					kinds = append(kinds, k.Name)
				}
			}
		}
		if met == 0 {
			var known []string
			for _, k := range o.Kinds {
				known = append(known, k.Name)
			}
			return nil, "", wrong("there is no kind %q; use %s, or Actor", name, strings.Join(known, ", "))
		}
	}
	if len(kinds) == 1 {
		return kinds, kinds[0] + "Filter", nil
	}
	actors := o.Type("Actor")
	if !slices.ContainsFunc(kinds, func(k string) bool { return !actors.Has(k) }) {
		return kinds, "ActorFilter", nil
	}
	return kinds, "NodeFilter", nil
}

func split(list string) []string {
	var out []string
	for s := range strings.SplitSeq(list, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// ServeHTTP answers GET /export/{format}: with the file, or, before its first byte, with an
// error as the API tells it. What goes wrong later breaks the connection, so that nobody
// takes what came for the whole.
func (x *Exporter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e, media, name, err := requested(r)
	if err != nil {
		x.refuse(w, r, err)
		return
	}
	select {
	case x.turns <- struct{}{}:
		defer func() { <-x.turns }()
	case <-r.Context().Done():
		x.refuse(w, r, fmt.Errorf("%w: other exports are still being written; try again later", store.ErrUnavailable))
		return
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	out := &meter{w: w}
	if err := x.Write(r.Context(), out, e); err != nil {
		if out.n > 0 {
			x.options.Log.WarnContext(r.Context(), "an export broke off", "format", e.Format, "error", err)
			panic(http.ErrAbortHandler)
		}
		h.Del("Content-Disposition") // no byte of the file was written
		x.refuse(w, r, err)
	}
}

func requested(r *http.Request) (e Export, media, name string, err error) {
	e.Format = r.PathValue("format")
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return e, "", "", wrong("the URL cannot be read: %s", err)
	}
	for name, all := range values {
		if len(all) != 1 {
			return e, "", "", wrong("%s is given %d times", name, len(all))
		}
		if err := e.Set(name, all[0]); err != nil {
			return e, "", "", err
		}
	}
	media, name, err = e.File()
	return e, media, name, err
}

// statuses are what HTTP calls the codes.
var statuses = map[string]int{"BAD_USER_INPUT": http.StatusBadRequest, "GRAPHQL_PARSE_FAILED": http.StatusBadRequest, "GRAPHQL_VALIDATION_FAILED": http.StatusBadRequest,
	"FORBIDDEN": http.StatusForbidden, "COMPLEXITY_LIMIT_EXCEEDED": http.StatusBadRequest, "NOT_FOUND": http.StatusNotFound, "CONFLICT": http.StatusConflict,
	"UNAVAILABLE": http.StatusServiceUnavailable, "TIMEOUT": http.StatusGatewayTimeout}

// refuse answers with an error, in the shape of the API's.
func (x *Exporter) refuse(w http.ResponseWriter, r *http.Request, err error) {
	told := x.tell(r.Context(), err)
	status := http.StatusInternalServerError
	if code, ok := told.Extensions["code"].(string); ok && statuses[code] != 0 {
		status = statuses[code]
	}
	w.Header().Set("Content-Type", plainJSON)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": gqlerror.List{told}}) // the caller may be gone
}

// tell is an error as callers are told it.
func (x *Exporter) tell(ctx context.Context, err error) *gqlerror.Error {
	var told *gqlerror.Error
	if errors.As(err, &told) {
		return told
	}
	return x.told(ctx, gqlerror.WrapPath(nil, err))
}
