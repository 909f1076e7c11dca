package neo4j

import (
	"bytes"
	"compress/flate"
	"io"
	"strings"
)

// packable is how long a text is that is packed. The log and the answers to batches hold all
// that an import writes once more; Neo4j keeps long texts in blocks of some 120 bytes, each of
// which goes through its transaction log, so what is packed is written several times faster.
// What an editor changes stays as it is, for anyone to read.
const packable = 1 << 10

// pack is a text as it stands in the database: itself, or if it is long, compressed (DEFLATE).
func pack(s string) any {
	if len(s) < packable {
		return s
	}
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err == nil {
		_, err = io.WriteString(w, s)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // there is such a level, and memory takes all
	}
	return b.Bytes()
}

// unpack turns what was packed among the values of a row back into texts.
func unpack(row []any) error {
	for i, v := range row {
		packed, is := v.([]byte)
		if !is {
			continue
		}
		var s strings.Builder
		if _, err := io.Copy(&s, flate.NewReader(bytes.NewReader(packed))); err != nil {
			return damaged(err)
		}
		row[i] = s.String()
	}
	return nil
}
