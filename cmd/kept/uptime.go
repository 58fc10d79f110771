package main

import (
	"crypto/rand"
	"os"
	"strconv"
	"strings"
	"time"
)

// uptime is what the server's clock is held against: the machine's own where it tells, else the process's, which explains
// nothing of what was before it.
func uptime() func() (boot string, up time.Duration) {
	if boot, _, ok := machineUptime(); ok {
		return func() (string, time.Duration) {
			_, up, _ := machineUptime()
			return boot, up
		}
	}
	begun, boot := time.Now(), "process-"+rand.Text()
	return func() (string, time.Duration) { return boot, time.Since(begun) }
}

// machineUptime is Linux's, suspended time included.
func machineUptime() (boot string, up time.Duration, ok bool) {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", 0, false
	}
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return "", 0, false
	}
	first, _, _ := strings.Cut(string(text), " ")
	seconds, err := strconv.ParseFloat(first, 64)
	return strings.TrimSpace(string(id)), time.Duration(seconds * float64(time.Second)), err == nil
}
