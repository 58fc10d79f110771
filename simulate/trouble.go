package simulate

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"kept"
	"kept/db"
	"kept/judge"
	"kept/stage"
)

// born counts those of this process, so that each knows its own connections to PostgreSQL.
var born atomic.Int64

const (
	patience = 5 * time.Minute // how long a server waits at most, in trouble, before it tries again,
	catchUp  = 3 * time.Hour   // and for how long afterwards it may be at it
)

// named gives connections to a database a name.
func named(database, name string) (string, error) {
	u, err := url.Parse(database)
	if err != nil {
		return "", kept.Errorf(kept.Invalid, "the URL of the database cannot be read")
	}
	q := u.Query()
	q.Set("application_name", name)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// world is where the judge looks.
func (l *life) world() (judge.World, error) {
	w := judge.World{At: l.Clock.Now(), KeyFile: l.KeyFile()}
	if l.Database == "" {
		w.Data = l.Data()
	}
	if l.eye == nil {
		where, err := l.Database, error(nil)
		if where != "" {
			if where, err = named(where, "judge"); err != nil {
				return w, err
			}
		}
		if l.eye, err = db.Look(l.Data(), where); err != nil {
			return w, err
		}
		l.eye.SetMaxOpenConns(1)
	}
	w.DB = l.eye
	return w, nil
}

// shut closes the eye. Whoever kills the server of an embedded database does it first: a process that looks on would keep
// alive what memory of the database the killed one shared with it.
func (l *life) shut() error {
	if l.eye == nil {
		return nil
	}
	err := l.eye.Close()
	l.eye = nil
	return err
}

// doomed lets the server die at its nth draw of randomness, or before its next answer.
func (l *life) doomed(n int64) error {
	if l.mine == "" {
		if err := l.shut(); err != nil {
			return err
		}
	}
	return l.Doom(n)
}

// revive starts a server after one that was killed. On PostgreSQL what the killed one had begun comes to its end first.
func (l *life) revive(ctx context.Context) error {
	l.done["killed"]++
	l.picture.fault(l.today(), "killed")
	if l.mine != "" {
		w, err := l.world()
		if err != nil {
			return err
		}
		for left := 1; left > 0; {
			if err := w.DB.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT pg_sleep(0.002)) s, pg_stat_activity WHERE application_name = $1`, l.mine).Scan(&left); err != nil {
				return kept.Errorf(kept.Internal, "the connections of a killed server: %w", err)
			}
		}
	}
	return l.Start(0)
}

// tick lets the server do what is due. A tick that is killed is made up for by the next process: at once where nobody
// else could be at it, as late as a claim lasts on PostgreSQL, where another node could.
func (l *life) tick(ctx context.Context) (err error) {
	if l.doom != 0 {
		if err := l.doomed(l.doom); err != nil {
			return err
		}
	}
	l.next, err = l.Tick()
	switch {
	case errors.Is(err, stage.ErrDead):
		l.doom = 0
		l.done["tick killed"]++
		if err := l.revive(ctx); err != nil {
			return err
		}
		if l.mine != "" {
			l.trouble()
			return l.recover(ctx)
		}
		return l.tick(ctx)
	case err != nil && l.troubled:
		l.done["tick broke"]++
		err = nil
	}
	if l.doom != 0 && err == nil { // the next one dies sooner: whoever waits for that looks anew after each
		l.doom = (l.doom + 1) / 2
		err = l.Doom(0)
	}
	if err != nil {
		return err
	}
	return l.hear(ctx)
}

func (l *life) trouble() {
	if !l.troubled {
		l.troubled = true
		l.judge.Trouble(l.Clock.Now())
	}
}

// recover gives the server time to do what it could not do. It has an hour at most between two attempts, and a little more.
// While the disk is full it recovers from nothing.
func (l *life) recover(ctx context.Context) error {
	if l.full {
		return nil
	}
	for end := l.Clock.Now().Add(catchUp); ; {
		if err := l.ticks(ctx); err != nil {
			return err
		}
		now := l.Clock.Now()
		behind, err := l.behind(ctx)
		if err == nil && l.peer != nil && l.peer.troubled {
			var other bool
			other, err = l.peer.behind(ctx)
			behind = behind || other
		}
		if err != nil {
			return err
		}
		if !behind || now >= end {
			l.over()
			if l.peer != nil {
				l.peer.over()
			}
			return nil
		}
		at := now.Add(patience)
		if l.next > now {
			at = min(at, l.next)
		}
		if err := l.Clock.Set(at); err != nil {
			return err
		}
	}
}

// behind tells whether the server has still to do what it could not do before.
func (l *life) behind(ctx context.Context) (behind bool, err error) {
	w, err := l.world()
	if err != nil {
		return false, err
	}
	if err := w.DB.QueryRowContext(ctx, `SELECT COUNT(*) > 0 FROM due WHERE attempts > 0 OR next_try <= $1`, int64(l.Clock.Now())).Scan(&behind); err != nil {
		return false, kept.Errorf(kept.Internal, "what is due: %w", err)
	}
	return behind, nil
}

// over ends the trouble, if there was any.
func (l *life) over() {
	if l.troubled {
		l.troubled = false
		l.judge.Over(l.Clock.Now())
	}
}

// elsewhere is where a server stands now and then that should not.
const elsewhere = "us-east-1"

// restart ends the server in order. Where the policy promises a place the next one sometimes stands somewhere else.
func restart(l *life, _ context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	if l.o.Policy.Regions() != nil {
		l.Region = ""
		if s.N[2]%4 == 0 {
			l.Region = elsewhere
		}
		l.judge.Moved(l.Options.Stands())
	}
	l.done[s.Act+" done"]++
	l.picture.fault(l.today(), "restarted")
	l.Stop()
	return nil, l.Start(0)
}

// kill ends it between two steps; now and then the next one dies while it starts.
func kill(l *life, ctx context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	if err := errors.Join(l.shut(), l.Kill()); err != nil {
		return nil, err
	}
	if s.N[0]%2 == 0 {
		err := l.Start(int64(1 + s.N[1]%6))
		if err == nil {
			err = l.Doom(0)
		}
		if !errors.Is(err, stage.ErrDead) {
			return nil, err
		}
	}
	return nil, l.revive(ctx)
}

// slip sets the machine's clock ahead for a moment, by minutes or by months. What is destroyed meanwhile is destroyed too soon.
func slip(l *life, ctx context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	if l.troubled {
		return nil, errSkipped
	}
	ahead := time.Duration(11+s.N[1]%600) * time.Minute
	if s.N[0]%3 > 0 {
		ahead = time.Duration(1+s.N[1]%400) * day
	}
	if err := l.Slip(ahead); err != nil {
		return nil, err
	}
	_, err := l.Tick()
	if err == nil {
		err = l.Slip(0)
	}
	l.done[s.Act+" done"]++
	l.picture.fault(l.today(), "clock wrong")
	if err != nil {
		return nil, err
	}
	return nil, l.tick(ctx)
}

// killTick lets it die in the middle of what falls due next.
func killTick(l *life, _ context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	l.doom = int64(1 + s.N[0]%40)
	return nil, nil
}

// fill fills the disk, at once or when the database's log has grown a little.
func fill(l *life, _ context.Context, _ *customer, s Step) ([]judge.Finding, error) {
	room := int64(0)
	if info, err := os.Stat(filepath.Join(l.Data(), "kept.db-wal")); err == nil && s.N[0]%2 == 0 {
		room = info.Size() + int64(s.N[1]%(1<<16))
	}
	l.trouble()
	l.full = true
	l.done["disk full"]++
	l.picture.fault(l.today(), "disk full")
	return nil, l.Fill(room)
}

// space lets the disk have space again.
func space(l *life, ctx context.Context, _ *customer, _ Step) ([]judge.Finding, error) {
	if !l.full {
		return nil, nil
	}
	l.full = false
	if err := l.Fill(-1); err != nil {
		return nil, err
	}
	return nil, l.recover(ctx)
}

// databaseRestart restarts PostgreSQL, or cuts its connections, right before somebody stores something. There is no server
// to restart under the embedded database.
func databaseRestart(l *life, ctx context.Context, c *customer, s Step) ([]judge.Finding, error) {
	if l.mine == "" {
		return nil, errSkipped
	}
	l.trouble()
	if l.o.Restart != nil {
		err := l.shut()
		if l.peer != nil { // its schema lies in the same database
			l.peer.trouble()
			err = errors.Join(err, l.peer.shut())
		}
		if err := errors.Join(err, l.o.Restart(ctx)); err != nil {
			return nil, err
		}
	} else {
		w, err := l.world()
		if err != nil {
			return nil, err
		}
		if _, err := w.DB.ExecContext(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`, l.mine); err != nil {
			return nil, kept.Errorf(kept.Internal, "the connections to the database: %w", err)
		}
	}
	l.done["database restarted"]++
	l.picture.fault(l.today(), "database restarted")
	at := l
	if c.at != nil {
		at = c.at
	}
	found, err := put(at, ctx, c, s)
	if len(found) > 0 || err != nil && !errors.Is(err, errSkipped) {
		return found, err
	}
	return nil, l.recover(ctx)
}
