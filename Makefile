# Every step that the project has, by name. "make help" lists them.

GO ?= go
BIN := bin/clustergraph
# How long each fuzz test runs: a time, or a number of inputs (with a time, Go may fail at its end).
FUZZTIME ?= 1000x
FUZZED = $$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n 1 dirname | sort -u)
# Horizon 2020 as bench-neo4j reads it, and more flags for it: "-part 0.1 -cases small,search".
H2020 ?= ../shared/data/cordis-h2020-csv.zip
BENCHFLAGS ?=
# Packages in which goroutines share memory: tested once more under the race detector. Of the
# Neo4j store those tests in which they do: most of its time is the server's.
# What takes longest begins first, so that both cores have work to the end.
RACE = $(filter-out %/neo4j %/neo4jtest %/neo4jtest/beside %/storetest,$(shell $(GO) list ./cmd/... ./internal/store/... ./internal/analysis ./internal/analysis/centrality ./graph/... ./internal/server/... ./internal/read/... ./internal/ingest))
# SQLite is C translated into Go, and keeps its data outside Go's heap, where the race detector
# does not look: it is not compiled for it, which half of the time of its tests went into.
RACED := -vet=off -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false
RACENEO4J := ^(TestInstances|TestOpeningAtOnce|TestMigrationsRunOnce)$$
# Tests keep their files in memory, where there is room for them and programs may run there:
# SQLite waits for the disk at every commit, and they commit by the thousand.
IN_MEMORY := $(shell d=$${TMPDIR:-/dev/shm}; \
	if [ -w $$d ] && [ "$$(df -Pk $$d | awk 'NR == 2 {print $$4}')" -gt 6000000 ] && \
		t=$$(mktemp -d $$d/clustergraph-make-XXXXXX) && { cp /bin/true $$t/ && $$t/true; yes=$$?; rm -r $$t; [ $$yes = 0 ]; }; then \
		echo TMPDIR=$$d; fi)

.DEFAULT_GOAL := help
# Steps use both cores themselves; side by side they would disturb what measures time.
.NOTPARALLEL:
.PHONY: help run build web generate lint generated unit neo4j neo4j-lint race-compiled race fuzz-compiled fuzz browser checks test bench bench-neo4j bench-analysis bench-resolve image clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: web build ## Build everything, load the sample into an empty store, serve it
	$(BIN) import sample --if-empty
	$(BIN) serve

build: ## Compile the binary, with the playground if it was built
	$(GO) build -trimpath -o $(BIN) ./cmd/clustergraph

web: web/dist/index.html ## Build the playground

web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/public -type f) web/index.html web/vite.config.ts web/tsconfig.json
	npm --prefix web run build

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	npm --prefix $* ci
	@touch $@

%/.venv/installed: %/requirements.txt
	python3 -m venv $(@D)
	$(@D)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

generate: ## Derive the served API from schema.graphqls
	$(GO) generate ./...

lint: ## gofmt, vet, staticcheck, and who may import whom
	@unformatted=$$(git ls-files '*.go' | xargs gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) tool depguard ./...

# What takes longest begins first, so that both cores have work to the end. Lint vets all, once:
# go test would do so again, and for each run in another way all that it builds upon. Packages
# that ask Neo4j share one server, one package at a time, so that not each has one to warm up.
unit: $(patsubst %/package.json,%/node_modules/.package-lock.json,$(wildcard test/*/package.json)) $(patsubst %/requirements.txt,%/.venv/installed,$(wildcard test/*/requirements.txt examples/requirements.txt)) ## Unit, conformance and golden tests
	$(IN_MEMORY) $(GO) run ./internal/store/neo4j/neo4jtest/beside $(GO) test -vet=off -timeout 30m $$($(GO) list ./test/... ./internal/store/neo4j/neo4jtest ./... | grep -v '/store/neo4j$$')

neo4j: ## The Neo4j store on real servers: conformance, plans, faults
	$(GO) test -timeout 75m ./internal/store/neo4j

# The servers leave a core idle now and then: what only compiles takes it. Fuzz tests do not, as
# Go gives them ten seconds for each input.
neo4j-lint: ## Neo4j, and beside it lint, and compiling for the race detector and for fuzzing
	@out=$$(mktemp); trap 'rm -f $$out' EXIT; \
	nice -n 19 $(MAKE) --no-print-directory lint race-compiled fuzz-compiled >$$out 2>&1 & beside=$$!; \
	$(MAKE) --no-print-directory neo4j; tested=$$?; \
	wait $$beside; linted=$$?; cat $$out; \
	[ $$tested = 0 ] && [ $$linted = 0 ]

race-compiled:
	$(GO) test $(RACED) -short -run '^$$' $(RACE) ./internal/store/neo4j >/dev/null

race: ## The same under the race detector, where goroutines share memory
	$(IN_MEMORY) $(GO) test $(RACED) -timeout 30m -short $(RACE)
	$(GO) test $(RACED) -timeout 30m -run '$(RACENEO4J)' ./internal/store/neo4j

fuzz-compiled:
	@set -e; for package in $(FUZZED); do $(GO) test -c -fuzz . -ldflags=-w -o /dev/null ./$$package; done

fuzz: ## Fuzz what reads foreign input, FUZZTIME each (5m, 1000x)
	@set -e; binary=$$(mktemp); trap 'rm -f $$binary' EXIT; \
	for package in $(FUZZED); do \
		$(GO) test -c -fuzz . -ldflags=-w -o $$binary ./$$package; \
		for target in $$(cat $$package/*_test.go | sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p'); do \
			echo "fuzz ./$$package $$target for $(FUZZTIME)"; \
			(cd $$package && $$binary -test.run '^$$' -test.fuzz "^$$target$$" -test.fuzztime $(FUZZTIME) \
				-test.fuzzminimizetime 10x -test.fuzzcachedir "$$($(GO) env GOCACHE)/fuzz/clustergraph/$$package"); \
		done; \
	done

browser: web build test/browser/node_modules/.package-lock.json ## Use the playground in Chromium, offline
	npm --prefix test/browser test

checks: web build unit neo4j-lint race fuzz browser

test: ## Everything: lint, unit, conformance, golden, race, fuzz, browser
	@start=$$(date +%s); \
	if $(MAKE) --no-print-directory checks; then \
		printf 'ok  \tclustergraph\t%ss\n' $$(( $$(date +%s) - start )); \
	else \
		printf 'FAIL\tclustergraph\t%ss\n' $$(( $$(date +%s) - start )); exit 1; \
	fi

bench: ## Benchmarks on a generated ecosystem
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-neo4j: test/bench-neo4j/peer/node_modules/.package-lock.json ## The service on Neo4j, beside Cypher by hand and @neo4j/graphql
	$(GO) test -run '^$$' -bench Neo4j -benchtime 1x -timeout 3h ./test/bench-neo4j -data $(abspath $(H2020)) $(BENCHFLAGS)

bench-analysis: ## Every analysis beside the bare computation on plain arrays
	$(GO) test -run '^$$' -bench . -benchtime 5x -timeout 2h ./internal/analysis/...

bench-resolve: ## Precision and recall of who is who, on labelled pairs, cross-validated, and on corrupted names
	$(GO) test -count 1 -timeout 30m -v -run '^(TestPairsAreTold|TestCorruptedNames|TestTrees)$$' ./internal/ingest/resolve

image: ## Build the container image (needs a Docker engine)
	docker build -t clustergraph .

clean: ## Remove what was built and fetched
	rm -rf bin web/node_modules test/*/node_modules test/*/*/node_modules test/*/.venv examples/.venv internal/analysis/testdata/peers/.venv
	git clean -qfdX web/dist
