package read

import (
	"errors"
	"io"
)

// JSON is every output type of the schema to gqlgen's generated code: an answer that is
// written already, with the fields that were selected. Nil is null.
type JSON []byte

// MarshalGQL writes the answer as it is.
func (j JSON) MarshalGQL(w io.Writer) {
	if j == nil {
		j = JSON("null")
	}
	_, _ = w.Write(j) // gqlgen gives a buffer, and has no use for an error
}

// UnmarshalGQL is never called: gqlgen wants it, because to its generator an output type is
// a scalar, and scalars are given, too.
func (j *JSON) UnmarshalGQL(any) error { return errors.New("an output type is not given") }
