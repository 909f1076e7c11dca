// Package sample is the ecosystem that comes with the program, in the form that package
// jsonlines reads.
package sample

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"

	"clustergraph/internal/ingest/jsonlines"
	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/samples"
)

// Batches are the embedded samples, one batch for each file, in the order they are to be
// applied in. A batch's id is that of its content: applying it again changes nothing.
func Batches() ([]store.Batch, error) {
	names, err := fs.Glob(samples.Files, "*.jsonl")
	if err != nil {
		return nil, err
	}
	out := make([]store.Batch, 0, len(names))
	for _, name := range names {
		raw, err := samples.Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		b, err := jsonlines.Read(name, bytes.NewReader(raw), ontology.Served().Store)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(raw)
		b.By = "import sample"
		b.ID = "sample/" + name + "/" + hex.EncodeToString(sum[:8])
		out = append(out, b)
	}
	return out, nil
}
