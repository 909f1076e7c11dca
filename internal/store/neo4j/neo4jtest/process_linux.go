package neo4jtest

import (
	"os/exec"
	"runtime"
	"syscall"
)

// toStart are commands for the one thread that starts processes: the system ends a child
// when the thread that started it ends, not only its process, and Go ends threads as it
// likes. This one stays.
var toStart = make(chan func())

func init() {
	go func() {
		runtime.LockOSThread()
		for start := range toStart {
			start()
		}
	}()
}

// startProcess starts a process that dies with this one, even if this one is killed. It is
// in a process group of its own, so that Ctrl-C reaches it only through us.
func startProcess(c *exec.Cmd) error {
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	done := make(chan error)
	toStart <- func() { done <- c.Start() }
	return <-done
}
