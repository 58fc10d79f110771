package stage

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"kept"
)

// Clock stands still unless it is moved, or told to run. Safe for concurrent use.
type Clock struct {
	mu      sync.Mutex
	at      kept.Time
	machine func() kept.Time // nil while the clock stands
	since   kept.Time        // the machine's time when the clock showed at
}

// Slipped is the clock of a machine that somebody set wrong: it shows more than Clock, and the machine's uptime does not.
// Safe for concurrent use.
type Slipped struct {
	*Clock
	by    atomic.Int64 // microseconds
	boots atomic.Int64
}

// Now is what the machine shows.
func (s *Slipped) Now() kept.Time { return s.Clock.Now() + kept.Time(s.by.Load()) }

// Slip sets the machine's clock ahead of the right time by d; 0 sets it right.
func (s *Slipped) Slip(d time.Duration) { s.by.Store(d.Microseconds()) }

// Reboot starts the machine anew: nothing tells how long it was off.
func (s *Slipped) Reboot() { s.boots.Add(1) }

// Uptime is how long the machine has run, in the right time.
func (s *Slipped) Uptime() (boot string, up time.Duration) {
	return fmt.Sprintf("stage-%d", s.boots.Load()), time.Duration(s.Clock.Now()) * time.Microsecond
}

// NewClock is a clock that stands at the given instant.
func NewClock(at kept.Time) *Clock { return &Clock{at: at} }

// Now is the instant the clock shows.
func (c *Clock) Now() kept.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() kept.Time {
	if c.machine == nil {
		return c.at
	}
	return c.at + c.machine() - c.since
}

// Run lets the clock go on, from what it shows, at the pace of the machine's clock.
func (c *Clock) Run(machine func() kept.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.machine, c.since = c.now(), machine, machine()
}

// Set moves the clock; a running one goes on from there. Errors: Invalid for an instant in its past.
func (c *Clock) Set(at kept.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); at < now {
		return kept.Errorf(kept.Invalid, "%s lies before %s, and this clock never goes back", at, now)
	}
	c.at = at
	if c.machine != nil {
		c.since = c.machine()
	}
	return nil
}
