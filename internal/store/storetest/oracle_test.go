package storetest

import (
	"testing"

	"clustergraph/internal/store"
)

func TestOracle(t *testing.T) {
	Run(t, func(_ *testing.T, schema store.Schema) store.Store { return NewOracle(schema) })
}

func TestOracleAsTruth(t *testing.T) {
	RunTruth(t, func(_ *testing.T, schema store.Schema) store.Truth { return NewOracle(schema) })
}
