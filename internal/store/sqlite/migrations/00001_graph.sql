-- The graph in one file. What is said (records, merges, denials, marks) is the truth; nodes,
-- edges, names and identifiers are worked out from it and kept beside it. JSON columns hold
-- properties by name: a number with a point is a Float, {"@date":"2005-01"} a date,
-- {"@money":1.50,"currency":"EUR"} money.

-- +goose Up

-- Marks the file as one of clustergraph ("CGRF"), for `file` and for us.
PRAGMA application_id = 1128747590;

-- One row: where the store stands.
CREATE TABLE meta (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  epoch    TEXT    NOT NULL, -- anew when the content is replaced
  revision INTEGER NOT NULL, -- of the last commit
  salt     BLOB    NOT NULL, -- of the hashes in erased
  unclean  INTEGER NOT NULL  -- 1: bytes of what was erased may still be in the files
) STRICT;

-- The types of the ontology's properties as of the last opening, to see what changed.
CREATE TABLE ontology (
  property TEXT PRIMARY KEY, -- "Cluster.established"
  type     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Everything that something is said of. Those that are denied are not in the graph.
CREATE TABLE nodes (
  id     TEXT PRIMARY KEY,
  kind   TEXT    NOT NULL,
  denied INTEGER NOT NULL,
  props  TEXT    NOT NULL -- JSON: the preferred values
) STRICT, WITHOUT ROWID;

-- The edges of the graph.
CREATE TABLE edges (
  from_node TEXT NOT NULL REFERENCES nodes (id) DEFERRABLE INITIALLY DEFERRED,
  type      TEXT NOT NULL,
  to_node   TEXT NOT NULL REFERENCES nodes (id) DEFERRABLE INITIALLY DEFERRED,
  key       TEXT NOT NULL, -- tells parallel edges apart; mostly empty
  props     TEXT NOT NULL, -- JSON: the preferred values
  PRIMARY KEY (from_node, type, to_node, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX edges_to ON edges (to_node);

-- Which original node has an identifier, as records of it say.
CREATE TABLE identifiers (
  scheme TEXT NOT NULL,
  value  TEXT NOT NULL,
  node   TEXT NOT NULL,
  PRIMARY KEY (scheme, value, node)
) STRICT, WITHOUT ROWID;

-- The folded names and aliases by which nodes are met.
CREATE TABLE names (
  key  TEXT NOT NULL,
  node TEXT NOT NULL,
  PRIMARY KEY (key, node)
) STRICT, WITHOUT ROWID;

-- What is said of nodes: by a source (empty: by hand, without one) at a place in it. Most
-- records have one part; what was said by hand and stayed is a part of its own.
CREATE TABLE node_records (
  node       TEXT    NOT NULL, -- as addressed, merges apart
  source     TEXT    NOT NULL,
  place      TEXT    NOT NULL,
  part       INTEGER NOT NULL,
  kind       TEXT    NOT NULL, -- that it says; empty: another part does
  props      TEXT    NOT NULL, -- JSON: what is said; null: said to be unknown
  at         TEXT,             -- when the source said it; null: unknown
  rank       INTEGER NOT NULL, -- 1 running text, 2 labelled field, 3 register, 4 by hand
  confidence REAL    NOT NULL,
  derived    INTEGER NOT NULL, -- 1: computed from other facts
  applied_by TEXT    NOT NULL,
  run        TEXT    NOT NULL, -- the import that said it last
  revision   INTEGER NOT NULL, -- at which it was first said in this form
  PRIMARY KEY (node, source, place, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX node_records_source ON node_records (source, run) WHERE source <> '';

-- What is said of edges, likewise.
CREATE TABLE edge_records (
  from_node  TEXT    NOT NULL,
  type       TEXT    NOT NULL,
  to_node    TEXT    NOT NULL,
  key        TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  place      TEXT    NOT NULL,
  part       INTEGER NOT NULL,
  states     INTEGER NOT NULL, -- 1: it says that the edge is there; 0: another part does
  props      TEXT    NOT NULL,
  at         TEXT,
  rank       INTEGER NOT NULL,
  confidence REAL    NOT NULL,
  derived    INTEGER NOT NULL,
  applied_by TEXT    NOT NULL,
  run        TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  PRIMARY KEY (from_node, type, to_node, key, source, place, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX edge_records_to ON edge_records (to_node);
CREATE INDEX edge_records_source ON edge_records (source, run) WHERE source <> '';

-- Who became whom.
CREATE TABLE merges (
  former    TEXT PRIMARY KEY,
  into_node TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX merges_into ON merges (into_node);

-- Original nodes and edges that were denied by hand.
CREATE TABLE denied_nodes (
  node TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE denied_edges (
  from_node TEXT NOT NULL,
  type      TEXT NOT NULL,
  to_node   TEXT NOT NULL,
  key       TEXT NOT NULL,
  PRIMARY KEY (from_node, type, to_node, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX denied_edges_to ON denied_edges (to_node);

-- Nodes that were marked as not one.
CREATE TABLE distinct_nodes (
  a TEXT NOT NULL,
  b TEXT NOT NULL,
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX distinct_nodes_b ON distinct_nodes (b);

-- Salted hashes of the identifiers and names of erased people, who are not to come back.
CREATE TABLE erased (
  hash TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- The batches that had an id, and how they were answered.
CREATE TABLE batches (
  id         TEXT PRIMARY KEY,
  revision   INTEGER NOT NULL,
  time       TEXT    NOT NULL,
  applied_by TEXT    NOT NULL,
  result     TEXT    NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

-- The change log: what was true after each commit, of all that it changed.
CREATE TABLE log (
  revision   INTEGER PRIMARY KEY,
  time       TEXT NOT NULL,
  batch      TEXT NOT NULL,
  applied_by TEXT NOT NULL,
  sources    TEXT NOT NULL, -- JSON lists
  nodes      TEXT NOT NULL,
  edges      TEXT NOT NULL,
  gone_nodes TEXT NOT NULL,
  gone_edges TEXT NOT NULL,
  erases     INTEGER NOT NULL -- 1: it erased someone, of whom it must not tell
) STRICT;
