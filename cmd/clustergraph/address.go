package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"clustergraph/internal/ontology"
	"clustergraph/internal/store"
	"clustergraph/internal/store/neo4j"
	"clustergraph/internal/store/sqlite"
)

// stores are how the two kinds of stores are written.
const stores = "sqlite:path/to/file.db or neo4j://user@host:7687/database"

// place is where a graph is kept: in a file, or in a database of a Neo4j server.
type place struct {
	file   string         // of SQLite; empty: server is meant
	server *neo4j.Options // nil: file is meant
	shown  string         // the address as it may be shown
}

// schemes are those of Neo4j's addresses: "s" is TLS, "ssc" is TLS with a certificate nobody
// vouches for, bolt is one server of a cluster, and no other.
var schemes = []string{"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"}

// place is where --store says, or the default file.
func (p *program) place(c *cobra.Command) (place, error) {
	address, _ := c.Flags().GetString("store")
	if address == "" {
		file := filepath.Join(p.folder("XDG_DATA_HOME", filepath.Join(".local", "share")), "clustergraph.db")
		return place{file: file, shown: "sqlite:" + file}, nil
	}
	return p.placeOf(c, "--store", address)
}

// placeOf reads an address, which an option gave.
func (p *program) placeOf(c *cobra.Command, option, address string) (place, error) {
	shown := withoutPassword(address)
	scheme, rest, ok := strings.Cut(address, ":")
	switch {
	case !ok || scheme != "sqlite" && (strings.ContainsAny(scheme, `/\`) || len(scheme) == 1):
		return place{}, usagef("%s %q has no kind; if it is a file, write it as %q", option, shown, "sqlite:"+shown)
	case scheme == "sqlite" && rest == "":
		return place{}, usagef("%s %q names no file; use sqlite:path/to/file.db", option, shown)
	case scheme == "sqlite":
		return place{file: rest, shown: shown}, nil
	case !slices.Contains(schemes, strings.ToLower(scheme)):
		return place{}, usagef("%s %q: there is no store of the kind %q; use %s", option, shown, scheme, stores)
	}
	server, err := serverOf(address)
	if err != nil {
		return place{}, usagef("%s %q %v; write it as neo4j://user@host:7687/database", option, shown, err)
	}
	if server.Password == "" {
		if server.Password, err = p.password(c); err != nil {
			return place{}, err
		}
	}
	return place{server: &server, shown: shown}, nil
}

// serverOf reads the address of a database of a server. The error says what is wrong with
// it, but does not repeat it: it may hold a password.
func serverOf(address string) (neo4j.Options, error) {
	none := neo4j.Options{}
	u, err := url.Parse(address)
	if err != nil {
		return none, fmt.Errorf("is no address (in a password, write @ as %%40, / as %%2F, %% as %%25, or keep it out of the address)")
	}
	database := strings.TrimPrefix(u.Path, "/")
	switch {
	case u.Opaque != "" || u.Hostname() == "":
		return none, fmt.Errorf("names no host")
	case strings.Contains(database, "/"):
		return none, fmt.Errorf("names more than one database")
	case u.Fragment != "":
		return none, fmt.Errorf("ends in something that has no meaning (#...)")
	}
	port := u.Port()
	if port == "" {
		port = "7687"
	}
	at := url.URL{Scheme: strings.ToLower(u.Scheme), Host: net.JoinHostPort(u.Hostname(), port), RawQuery: u.RawQuery}
	o := neo4j.Options{Address: at.String(), User: "neo4j", Database: "neo4j"}
	if user := u.User.Username(); user != "" {
		o.User = user
	}
	o.Password, _ = u.User.Password()
	if database != "" {
		o.Database = database
	}
	return o, nil
}

// password is the one for Neo4j: of the file that is named, or of the environment. There
// may be none.
func (p *program) password(c *cobra.Command) (string, error) {
	if file, _ := c.Flags().GetString("neo4j-password-file"); file != "" {
		return secret(file, "password")
	}
	return p.getenv(variable("neo4j-password")), nil
}

// secret is what a file holds, which may end in a line feed.
func secret(file, what string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", usagef("the %s file cannot be read: %v", what, err)
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return "", usagef("the %s file %s is empty", what, file)
	}
	return text, nil
}

// withoutPassword is an address as it may be shown, also one that cannot be read.
func withoutPassword(address string) string {
	if u, err := url.Parse(address); err == nil && u.Opaque == "" {
		return u.Redacted()
	}
	scheme, rest, ok := strings.Cut(address, "://")
	if at := strings.LastIndex(rest, "@"); ok && at >= 0 {
		user, _, _ := strings.Cut(rest[:at], ":")
		return scheme + "://" + user + ":xxxxx" + rest[at:]
	}
	return address
}

// open opens the store, which is empty if there was none: a file is made, a database
// prepared. Whoever calls closes it.
func (pl place) open(ctx context.Context) (store.Truth, error) {
	schema := ontology.Served().Store
	if pl.server == nil {
		return sqlite.Open(ctx, pl.file, schema, sqlite.Options{})
	}
	s, err := neo4j.Open(ctx, schema, *pl.server)
	if err != nil {
		return nil, pl.explain(err)
	}
	return s, nil
}

// explain adds what the store does not know: that it was given no password.
func (pl place) explain(err error) error {
	if pl.server.Password == "" && errors.Is(err, neo4j.ErrRefused) {
		return fmt.Errorf("%w; no password was given: set CLUSTERGRAPH_NEO4J_PASSWORD, or name a file with --neo4j-password-file", err)
	}
	return err
}
