package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealth(t *testing.T) {
	store := newStore(t)
	must(t, "import", "sample", "--store", store)
	address, stop := serving(t, nil, "--store", store)
	listen := strings.TrimPrefix(address, "http://")
	if out := must(t, "health", "--listen", listen); !strings.HasPrefix(out, `{"status":"ready","revision":"`) || !strings.Contains(out, `"mirror":{"nodes":`) || strings.Contains(out, "stale") {
		t.Errorf("a server that runs: %s", out)
	}
	// As in a container, where the server answers at all addresses.
	if code, _, errs := start(t, map[string]string{"CLUSTERGRAPH_LISTEN": strings.Replace(listen, "127.0.0.1", "0.0.0.0", 1)}, "health"); code != exitDone {
		t.Errorf("at all addresses: %d %s", code, errs)
	}
	stop()
	if code, _, errs := start(t, nil, "health", "--listen", listen); code != exitFailed || !strings.Contains(errs, "nobody answers at "+listen) {
		t.Errorf("a server that is gone: %d %s", code, errs)
	}
	sick := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"status":"not ready"}`))
	}))
	defer sick.Close()
	code, out, errs := start(t, nil, "health", "--listen", sick.Listener.Addr().String())
	if code != exitFailed || !strings.Contains(out, "not ready") || !strings.Contains(errs, "cannot answer now (503") {
		t.Errorf("a server that cannot answer: %d %s%s", code, out, errs)
	}
}
