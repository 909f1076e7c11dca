// Package read answers the reading half of the API: it plans what is selected below a root
// field, fetches it level by level in one view of the store, and writes it as JSON.
package read

import (
	"github.com/vektah/gqlparser/v2/ast"

	"clustergraph/internal/store"
)

// Reader answers fields by what they select.
type Reader struct {
	store store.Store
}

func (r *Reader) test(t *ast.Type, in Args) store.Test { return nil }
