package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"clustergraph/internal/store/neo4j"
)

// start runs a command line with an environment of its own: nothing of the
// tester's settings or data is seen or touched.
func start(t *testing.T, environment map[string]string, args ...string) (code int, out, errs string) {
	t.Helper()
	home := t.TempDir()
	var o, e bytes.Buffer
	p := program{in: strings.NewReader(""), out: &o, err: &e, getenv: func(name string) string {
		if value, ok := environment[name]; ok {
			return value
		}
		if name == "HOME" || name == "LOCALAPPDATA" {
			return home
		}
		return ""
	}}
	code = p.run(t.Context(), args)
	return code, o.String(), e.String()
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		reason string
		args   []string
		holds  []string
	}{
		{"an unknown command is answered with the one meant", []string{"sevre"}, []string{`"sevre" is not a command`, `did you mean "serve"`}},
		{"also below a command", []string{"import", "ecp"}, []string{`"ecp"`, `did you mean "eccp"`}},
		{"an unknown option likewise", []string{"serve", "--lisen", "x"}, []string{"unknown option --lisen", "did you mean --listen?", "clustergraph serve --help"}},
		{"an option like no other has no suggestion", []string{"serve", "--zzzzzzzzzz"}, []string{"unknown option --zzzzzzzzzz ("}},
		{"a short option", []string{"serve", "-z"}, []string{"-z"}},
		{"an option without its value", []string{"serve", "--listen"}, []string{"--listen"}},
		{"a value of the wrong type", []string{"serve", "--max-objects", "many"}, []string{"--max-objects", `"many"`}},
		{"a value out of range", []string{"serve", "--max-objects", "0"}, []string{"--max-objects is 0", "1 or more"}},
		{"no time to answer", []string{"serve", "--timeout", "0s"}, []string{"--timeout is 0s"}},
		{"an argument where none belongs", []string{"serve", "now"}, []string{`takes no argument`, `"now"`}},
		{"import eccp without a file", []string{"import", "eccp"}, []string{"name a file or folder"}},
		{"backup without a file", []string{"backup"}, []string{"name"}},
		{"a store of no kind", []string{"check", "--store", "graph.db"}, []string{`sqlite:graph.db`}},
		{"a store of an unknown kind", []string{"check", "--store", "mysql://me:secret@host/db"}, []string{`"mysql"`, "sqlite:path/to/file.db"}},
		{"a server without a host", []string{"check", "--store", "neo4j:///graph"}, []string{"names no host", "neo4j://user@host:7687/database"}},
		{"a server and no //", []string{"check", "--store", "neo4j:localhost"}, []string{"names no host"}},
		{"two databases", []string{"check", "--store", "bolt://host/a/b"}, []string{"more than one database"}},
		{"a password that is no URL", []string{"check", "--store", "neo4j://me:secret%@host"}, []string{"neo4j://me:xxxxx@host", "%25"}},
		{"a password with a slash", []string{"check", "--store", "neo4j://me:secret/x@host"}, []string{"neo4j://me:xxxxx@host", "%2F"}},
		{"something after the database", []string{"check", "--store", "neo4j://me:secret@host/db#x"}, []string{"#..."}},
		{"a password file that is missing", []string{"check", "--store", "neo4j://host", "--neo4j-password-file", "/nowhere/password"}, []string{"password file", "/nowhere/password"}},
		{"a backup of a server", []string{"backup", "x", "--store", "neo4j://me:secret@host/db"}, []string{"neo4j-admin database dump", "clustergraph copy --from neo4j://me:xxxxx@host/db --to sqlite:FILE"}},
		{"a restore into a server", []string{"restore", "x", "--store", "neo4j+s://host"}, []string{"neo4j-admin database load", "clustergraph copy --from sqlite:FILE --to neo4j+s://host"}},
		{"a file without a mirror", []string{"serve", "--mirror", "off", "--store", "sqlite:x.db"}, []string{"--mirror off", "always answered from memory"}},
		{"an unknown way to mirror", []string{"serve", "--mirror", "maybe"}, []string{`"maybe"`, "auto, on or off"}},
		{"no share", []string{"serve", "--mirror-share", "0%"}, []string{`"0%"`, "from 1% to 100%"}},
		{"more than all", []string{"serve", "--mirror-share", "101"}, []string{`"101"`}},
		{"a wait of less than nothing", []string{"serve", "--wait", "-1s"}, []string{"--wait is -1s"}},
		{"health of no address", []string{"health", "--listen", "8080"}, []string{"--listen", "127.0.0.1:8080"}},
		{"a store without a file", []string{"check", "--store", "sqlite:"}, []string{"names no file"}},
		{"an unknown log level", []string{"serve", "--log-level", "loud"}, []string{`"loud"`, "debug, info, warn or error"}},
		{"writing without a token", []string{"serve", "--allow-writes"}, []string{"--token-file", "CLUSTERGRAPH_TOKEN"}},
		{"a token without writing", []string{"serve", "--token-file", "x"}, []string{"--allow-writes"}},
		{"a token file that is missing", []string{"serve", "--allow-writes", "--token-file", "/nowhere/token"}, []string{"/nowhere/token"}},
		{"an address that is none", []string{"serve", "--listen", "8080"}, []string{"--listen", "127.0.0.1:8080"}},
		{"a config file that is missing", []string{"version", "--config", "/nowhere/config.yaml"}, []string{"/nowhere/config.yaml"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			code, _, errs := start(t, nil, c.args...)
			if code != exitUsage {
				t.Errorf("exit code %d", code)
			}
			for _, h := range c.holds {
				if !strings.Contains(errs, h) {
					t.Errorf("%q is not in: %s", h, errs)
				}
			}
			if strings.Contains(errs, "secret") {
				t.Errorf("a password is shown: %s", errs)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("of the file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := map[string]string{"CLUSTERGRAPH_NEO4J_PASSWORD": "of the environment"}
	for _, c := range []struct {
		reason, address, file string
		environment           map[string]string
		want                  place
	}{
		{"a file", "sqlite:a/b.db", "", nil, place{file: "a/b.db", shown: "sqlite:a/b.db"}},
		{"a server with everything", "neo4j://me:secret@example.org:1234/graph", "", environment,
			place{server: &neo4j.Options{Address: "neo4j://example.org:1234", User: "me", Password: "secret", Database: "graph"}, shown: "neo4j://me:xxxxx@example.org:1234/graph"}},
		{"with what is usual", "neo4j://example.org", "", nil,
			place{server: &neo4j.Options{Address: "neo4j://example.org:7687", User: "neo4j", Database: "neo4j"}, shown: "neo4j://example.org"}},
		{"TLS, and the environment's password", "bolt+ssc://me@[::1]/", "", environment,
			place{server: &neo4j.Options{Address: "bolt+ssc://[::1]:7687", User: "me", Password: "of the environment", Database: "neo4j"}, shown: "bolt+ssc://me@[::1]/"}},
		{"a file with the password wins over it", "NEO4J+S://me@host/db", file, environment,
			place{server: &neo4j.Options{Address: "neo4j+s://host:7687", User: "me", Password: "of the file", Database: "db"}, shown: "neo4j+s://me@host/db"}},
		{"escapes, and what routing is told", "neo4j://a%40b:p%2Fw%25@host/db?policy=eu", "", nil,
			place{server: &neo4j.Options{Address: "neo4j://host:7687?policy=eu", User: "a@b", Password: "p/w%", Database: "db"}, shown: "neo4j://a%40b:xxxxx@host/db?policy=eu"}},
	} {
		p := program{getenv: func(name string) string { return c.environment[name] }, in: strings.NewReader(""), out: io.Discard, err: io.Discard}
		root := p.rootCommand()
		if err := root.ParseFlags([]string{"--store", c.address, "--neo4j-password-file", c.file}); err != nil {
			t.Fatal(err)
		}
		got, err := p.place(root)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v %+v, %v", c.reason, got, got.server, err)
		}
	}
}

// What a setting is worth is seen by its error: each place gives the store an
// unknown kind of its own.
func TestOrderOfSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(file, []byte("store: file:x\nallow-origin: [\"https://a.example\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := map[string]string{"CLUSTERGRAPH_STORE": "environment:x"}
	for _, c := range []struct {
		reason, wins string
		environment  map[string]string
		args         []string
	}{
		{"an option wins over all", `"option"`, environment, []string{"check", "--store", "option:x", "--config", file}},
		{"then the environment", `"environment"`, environment, []string{"check", "--config", file}},
		{"then the file", `"file"`, nil, []string{"check", "--config", file}},
		{"which the environment can name", `"file"`, map[string]string{"CLUSTERGRAPH_CONFIG": file}, []string{"check"}},
	} {
		if code, _, errs := start(t, c.environment, c.args...); code != exitUsage || !strings.Contains(errs, c.wins) {
			t.Errorf("%s: %d %s", c.reason, code, errs)
		}
	}
}

func TestConfigFile(t *testing.T) {
	for _, c := range []struct{ reason, name, content, holds string }{
		{"a setting nobody knows", "c.yaml", "sotre: x\n", `there is no setting "sotre"; did you mean "store"?`},
		{"a value of the wrong type", "c.toml", "max-objects = \"many\"\n", "max-objects"},
		{"a file that is no YAML", "c.yaml", "a: [\n", "c.yaml"},
		{"a name that tells no format", "c.txt", "store: x\n", "YAML, TOML or JSON"},
	} {
		path := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, errs := start(t, nil, "serve", "--config", path); code != exitUsage || !strings.Contains(errs, c.holds) {
			t.Errorf("%s: %d %s", c.reason, code, errs)
		}
	}
	// The default file is read where it is expected.
	config := t.TempDir()
	if err := os.MkdirAll(filepath.Join(config, "clustergraph"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(config, "clustergraph", "config.yaml"), []byte("store: default:x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, errs := start(t, map[string]string{"XDG_CONFIG_HOME": config}, "check"); !strings.Contains(errs, `"default"`) {
		t.Errorf("the default config file was not read: %s", errs)
	}
}

func TestHelpAndCompletion(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"serve", "--help"}, {"import", "eccp", "--help"}, {"completion", "bash"}} {
		code, out, errs := start(t, nil, args...)
		if code != exitDone || len(out) < 100 || errs != "" {
			t.Errorf("%v: %d, %d bytes, %s", args, code, len(out), errs)
		}
	}
	if code, out, _ := start(t, nil, "version"); code != exitDone || !strings.HasPrefix(out, "clustergraph ") {
		t.Errorf("version: %d %q", code, out)
	}
}
