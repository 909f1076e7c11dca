package graph

import (
	"context"
	"fmt"

	"clustergraph/internal/read"
	"clustergraph/internal/store"
)

var errUnfinished = fmt.Errorf("%w: this question is not answered yet", store.ErrUnavailable)

func (a analyses) communities(context.Context, store.Reader, read.Args) (any, error) {
	return nil, errUnfinished
}
