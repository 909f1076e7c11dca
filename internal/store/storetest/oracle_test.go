package storetest

import (
	"testing"

	"clustergraph/internal/store"
)

var (
	_ store.Store = (*Oracle)(nil)
	_ store.Truth = (*Oracle)(nil)
)

func TestOracle(t *testing.T) {
	Run(t, func(_ *testing.T, schema store.Schema) store.Store { return NewOracle(schema) })
}
