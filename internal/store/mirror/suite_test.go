package mirror_test

import (
	"testing"

	"clustergraph/internal/store"
	"clustergraph/internal/store/mirror"
	"clustergraph/internal/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T, schema store.Schema) store.Store {
		m, err := mirror.Open(t.Context(), storetest.NewOracle(schema), schema, mirror.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return m
	})
}
