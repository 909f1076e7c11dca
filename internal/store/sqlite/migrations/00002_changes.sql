-- What each commit did, beside what was true after it: so that changes are told without
-- reading what they made.

-- +goose Up

-- A JSON list of lists: what became of it ("new", "changed", "gone"), then kind and id of a
-- node, or type, from, to and key of an edge; then the sources that said so, and the names
-- of the properties that changed. Null: an earlier version wrote the entry.
ALTER TABLE log ADD COLUMN changes TEXT;

-- To find the first entry after a time.
CREATE INDEX log_time ON log (time);
