package table

import (
	"bytes"
	"encoding/json"
	"slices"

	"clustergraph/internal/store"
)

// object is a JSON object whose keys are sorted when it is written.
type object = map[string]any

// Schema is the JSON Schema (draft 2020-12) of mapping files, for editors: kinds, relations
// and properties are those of the ontology. What it cannot say is told when a mapping is read:
// nodes that edges name but nobody makes, relations that do not lead between two kinds, texts
// that are no columns.
func Schema() []byte {
	m := served()
	oneOrMore := func(of any) object {
		return object{"anyOf": []any{of, object{"type": "array", "items": of, "minItems": 1}}}
	}
	ref := func(name string) object { return object{"$ref": "#/$defs/" + name} }
	fields := func(about string, required []string, props object) object {
		o := object{"type": "object", "additionalProperties": false, "properties": props}
		if about != "" {
			o["description"] = about
		}
		if required != nil {
			o["required"] = required
		}
		return o
	}
	with := func(about string, o object) object {
		out := object{"description": about}
		for k, v := range o {
			out[k] = v
		}
		return out
	}
	columns := with("the name of the column, or several names: the first that the row fills", oneOrMore(ref("text")))
	defs := object{
		"text":  object{"type": []string{"string", "number", "boolean"}, "minLength": 1},
		"maybe": object{"type": []string{"string", "number", "boolean", "null"}},
		"texts": oneOrMore(ref("text")),
	}
	// A value that says one text, or one that is written with fields.
	long := object{
		"column": columns, "optional": object{"type": "boolean", "description": "the table need not have the column"},
		"text":      with("a text with columns in it: \"{First} {Last}\"; of several the first that is filled", oneOrMore(ref("text"))),
		"words":     object{"type": "object", "additionalProperties": ref("maybe"), "description": "what words of the table stand for, blind to case; empty: for nothing"},
		"else":      with("what words that are not listed stand for (they stand for themselves unless told); empty: for nothing", ref("maybe")),
		"default":   with("what an empty cell stands for", ref("text")),
		"as":        object{"enum": readings, "description": "read it as a country's code, as the start or end of a span such as 2014-2020, or make a slug of it"},
		"separator": with("what stands between several values in the cell", ref("texts")),
		"decimal":   object{"enum": []string{".", ","}, "description": "the decimal mark"},
		"currency":  with("the currency of an amount: EUR, or a column", ref("text")),
	}
	defs["value"] = object{"anyOf": []any{ref("text"), object{"type": "object", "additionalProperties": false, "properties": long,
		"oneOf": []any{object{"required": []string{"column"}}, object{"required": []string{"text"}}}, "dependentRequired": object{"else": []string{"words"}, "optional": []string{"column"}}}}}
	defs["values"] = oneOrMore(ref("value"))
	defs["condition"] = object{"type": "object", "additionalProperties": false,
		"properties": object{"column": columns, "optional": long["optional"], "text": long["text"],
			"is": with("it holds one of these, blind to case", ref("texts")), "not": with("it holds none of these", ref("texts")), "filled": object{"type": "boolean", "description": "it holds anything"}},
		"oneOf":             []any{object{"required": []string{"column"}}, object{"required": []string{"text"}}},
		"anyOf":             []any{object{"required": []string{"is"}}, object{"required": []string{"not"}}, object{"required": []string{"filled"}}},
		"dependentRequired": object{"optional": []string{"column"}}}
	defs["when"] = with("only where all of this holds", oneOrMore(ref("condition")))
	// What is set on nodes of a kind and on edges of a relation.
	for _, of := range slices.Concat(m.kinds, m.relations) {
		props := object{}
		for name, t := range m.props[of] {
			if notSet[name] == "" {
				props[name] = m.said(t)
			}
		}
		defs["set "+of] = fields("", nil, props)
	}
	// set of several kinds: what one of them has, and what is set on one alone.
	several := func(of []string) object {
		props := object{}
		for _, x := range of {
			props[x] = ref("set " + x)
			for name, t := range m.props[x] {
				switch old, ok := props[name].(object); {
				case notSet[name] != "":
				case !ok:
					props[name] = object{"anyOf": []any{m.said(t)}, "description": t.about}
				default:
					old["anyOf"] = append(old["anyOf"].([]any), m.said(t))
				}
			}
		}
		for name, v := range props {
			if o, ok := v.(object); ok && o["anyOf"] != nil {
				props[name] = distinct(o)
			}
		}
		return fields("", nil, props)
	}
	defs["set of several kinds"] = several(m.kinds)
	defs["set of several relations"] = several(m.relations)
	// The kind or type picks what can be set.
	pick := func(field string, names []string, several string) []any {
		var out []any
		for _, name := range names {
			one := object{"const": name}
			if field == "type" {
				one = object{"anyOf": []any{one, object{"type": "array", "items": one, "maxItems": 1}}}
			}
			out = append(out, object{"if": object{"properties": object{field: one}, "required": []string{field}}, "then": object{"properties": object{"set": ref("set " + name)}}})
		}
		return append(out, object{"if": object{"not": object{"properties": object{field: object{"enum": names}}, "required": []string{field}}},
			"then": object{"properties": object{"set": ref(several)}}})
	}
	kind := object{"anyOf": []any{object{"enum": m.kinds}, object{"type": "string", "pattern": `\{.*\}`}, object{"type": "object", "allOf": []any{ref("value")},
		"properties": object{"words": object{"additionalProperties": object{"enum": m.kinds}}, "else": object{"enum": m.kinds}, "default": object{"enum": m.kinds}}}}}
	node := fields("a node that a row makes", []string{"kind"}, object{
		"kind": with("what it is", kind), "name": with("what it is called; of several the first that is filled", ref("values")),
		"identifiers": object{"type": "object", "additionalProperties": ref("values"), "propertyNames": object{"pattern": `^\s*\S`, "not": object{"pattern": `^\s*[Vv][Aa][Tt]\s*$`}},
			"description": "its names in registers, by scheme: PIC, ROR, or one of your own"},
		"key":      with("what other rows and tables of the mapping call it: rows with the same key speak of the same node", ref("values")),
		"country":  with("the country it is in: its code or name", ref("value")),
		"region":   with("the region it is in: its NUTS code", ref("value")),
		"set":      object{"type": "object"},
		"when":     ref("when"),
		"optional": object{"type": "boolean", "description": "a row without it is no fault"},
		"each": fields("makes a node of each of several things in a cell", []string{"column", "separator"}, object{"column": columns, "optional": long["optional"],
			"separator": with("what stands between the things", ref("texts")), "forms": with("how a thing is written: \"{name} ({country})\"; the first that fits", ref("texts"))}),
	})
	node["allOf"] = pick("kind", m.kinds, "set of several kinds")
	node["anyOf"] = []any{object{"required": []string{"name"}}, object{"required": []string{"identifiers"}}, object{"required": []string{"key"}}}
	defs["node"] = node
	relation := oneOrMore(object{"enum": m.relations})
	edge := fields("an edge between two nodes of the row", []string{"type", "from", "to"}, object{
		"type": with("its relation; of several the first that may lead from the one kind to the other", object{"anyOf": append(relation["anyOf"].([]any),
			fields("a column says which", []string{"words"}, object{"column": columns, "optional": long["optional"], "text": long["text"],
				"words": object{"type": "object", "additionalProperties": relation}, "else": relation, "default": relation}))}),
		"either": object{"type": "boolean", "description": "it may also lead from the other to the one"},
		"from":   with("the node it leads from", ref("text")), "to": with("the node it leads to", ref("text")),
		"key": with("tells edges of one relation between the same nodes apart", ref("value")), "set": object{"type": "object"}, "when": ref("when"),
	})
	edge["allOf"] = pick("type", m.relations, "set of several relations")
	defs["edge"] = edge
	table := object{
		"file": fields("how the file is written, where that is not found out", nil, object{"sheet": with("of a spreadsheet", ref("text")),
			"delimiter": object{"type": "string", "pattern": `^([^"\r\n]|tab)$`, "description": "one character, or tab"}, "encoding": with("such as windows-1252", ref("text")),
			"skipRows": object{"type": "integer", "minimum": 0, "description": "how many rows of a sheet, or lines of another file, stand above the header"},
			"header":   object{"type": "boolean", "description": "false: the columns have no names and are called 1, 2, ..."}}),
		"said":  with("the day of which the row speaks", ref("value")),
		"place": with("what the row is called in its source, where it has a key: it stays when rows move", ref("value")),
		"when":  ref("when"),
		"nodes": object{"type": "object", "minProperties": 1, "additionalProperties": ref("node"), "description": "the nodes that a row makes, by a name that edges use"},
		"edges": object{"type": "array", "items": ref("edge"), "description": "the edges between them"},
	}
	defs["table"] = fields("a table", []string{"nodes"}, table)
	source := object{"name": with("what it is called", ref("values")), "identifier": object{"type": "string", "pattern": `^[^{} :]+:.*\S`, "description": "a scheme and a name: DATASET:our-members"}}
	for _, name := range sourceProps {
		source[name] = m.said(m.props[sourceKind][name])
	}
	top := fields("How the rows of a table become nodes and edges.", []string{"source"}, object{
		"about": with("what it reads, in a sentence", ref("text")),
		"parameters": object{"type": "object", "description": "what is told with --set; write {$name} where it belongs", "propertyNames": object{"not": object{"enum": []string{retrieved.Name, skipRows.Name}}},
			"additionalProperties": fields("", nil, object{"about": ref("text"), "default": with("without it the parameter must be told", ref("maybe"))})},
		"source":   fields("the document or data set that says it", []string{"name", "identifier"}, source),
		"rank":     object{"enum": sortedKeys(ranks), "description": "how it knows: a register with identifiers, a labelled field (unless told), or running text"},
		"decimal":  long["decimal"],
		"currency": object{"type": "string", "pattern": "^[A-Z]{3}$", "description": "of amounts, unless told: EUR"},
		"empty":    with("more words that stand for no value", ref("texts")),
		"tables":   object{"type": "object", "minProperties": 1, "additionalProperties": ref("table"), "description": "where there are several; a file is read as the first whose columns it has"},
	})
	forbidden := object{}
	for name, v := range table {
		top["properties"].(object)[name] = v
		forbidden[name] = false
	}
	top["if"] = object{"required": []string{"tables"}}
	top["then"] = object{"properties": forbidden}
	top["else"] = object{"required": []string{"nodes"}}
	top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	top["title"] = "A mapping for clustergraph import table"
	top["$defs"] = defs
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(top); err != nil {
		panic(err) // it is made of texts, lists and objects
	}
	return b.Bytes()
}

// said is what may say a property.
func (m *model) said(t typed) object {
	about := func(o object) object {
		if t.about != "" {
			o["description"] = t.about
		}
		return o
	}
	var one object
	switch {
	case t.Name == store.Record:
		props, must := object{}, []string{}
		for name, part := range t.parts {
			props[name] = m.said(part)
			if part.must {
				must = append(must, name)
			}
		}
		slices.Sort(must)
		one = object{"type": "object", "additionalProperties": false, "required": []string{"parts"},
			"properties": object{"parts": object{"type": "object", "additionalProperties": false, "properties": props, "required": must}}}
		if t.isPoint() {
			one = object{"anyOf": []any{object{"$ref": "#/$defs/value"}, one}}
		}
	case t.enum != nil:
		// A text without columns is one of the enum's.
		one = object{"anyOf": []any{object{"enum": t.enum}, object{"type": "string", "pattern": `\{`}, object{"type": "object", "$ref": "#/$defs/value"}}}
	}
	if one == nil {
		return about(object{"$ref": "#/$defs/values"})
	}
	return about(object{"anyOf": []any{one, object{"type": "array", "items": one, "minItems": 1}}})
}

// distinct leaves out alternatives that are there twice.
func distinct(o object) object {
	var kept []any
	seen := map[string]bool{}
	for _, x := range o["anyOf"].([]any) {
		if raw, err := json.Marshal(x); err == nil && !seen[string(raw)] {
			seen[string(raw)] = true
			kept = append(kept, x)
		}
	}
	o["anyOf"] = kept
	return o
}
