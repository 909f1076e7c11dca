package bench

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// processorTime is how many seconds of processor time a process has used.
func processorTime(pid int) float64 {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	user, _ := strconv.Atoi(string(fields[11]))
	system, _ := strconv.Atoi(string(fields[12]))
	return float64(user+system) / 100
}

// childNamed is the first process that we started from a program of that name; 0: there is
// none.
func childNamed(program string) int {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		end := bytes.LastIndexByte(stat, ')')
		fields := bytes.Fields(stat[end+1:])
		if string(stat[bytes.IndexByte(stat, '(')+1:end]) == program && string(fields[1]) == strconv.Itoa(os.Getpid()) {
			return pid
		}
	}
	return 0
}
