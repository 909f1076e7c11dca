package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (p *program) healthCommand() *cobra.Command {
	var listen string
	c := &cobra.Command{
		Use:   "health",
		Short: "Ask a running server whether it can answer",
		Long: `health asks the server that serves at --listen for /health/ready, prints what it says,
and ends with 0 if questions can be answered, else with 1. Containers, which have no
other program to ask with, use it as their health check.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return p.health(c, listen) },
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "the address and port that serve was told to answer at")
	return c
}

func (p *program) health(c *cobra.Command, listen string) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return usagef("--listen %q is no address; write an address and a port, such as 127.0.0.1:8080", listen)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	request, err := http.NewRequestWithContext(c.Context(), http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/health/ready", nil)
	if err != nil {
		return usagef("--listen %q is no address; write an address and a port, such as 127.0.0.1:8080", listen)
	}
	asking := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{}} // without a proxy
	answer, err := asking.Do(request)
	if err != nil {
		return fmt.Errorf("nobody answers at %s: %w; is \"clustergraph serve\" running there?", listen, cause(err))
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<16))
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, strings.TrimSpace(string(text)))
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the server at %s cannot answer now (%s); its log says why", listen, answer.Status)
	}
	return nil
}
