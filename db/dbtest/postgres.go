package dbtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Postgres is the URL of an empty schema that lives as long as t. ok is false when there is no PostgreSQL here; with
// KEPT_REQUIRE_POSTGRES=1 the test fails instead.
func Postgres(t testing.TB) (schemaURL string, ok bool) {
	t.Helper()
	server, err := sharedServer()
	if errors.Is(err, errAbsent) && os.Getenv("KEPT_REQUIRE_POSTGRES") != "1" {
		t.Log("no PostgreSQL: " + howToGetOne)
		return "", false
	}
	if err != nil {
		t.Fatal(err)
	}
	return schemaOf(t, server), true
}

// schemaOf makes a schema on a server that goes with t.
func schemaOf(t testing.TB, server string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("KEPT_TEST_POSTGRES is not a URL")
	}
	schema := fmt.Sprintf("kept_%016x", rand.Uint64())
	execute(t, server, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { execute(t, server, "DROP SCHEMA "+schema+" CASCADE") })
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// Own is a server that lives as long as t and serves nobody else, so that restart may crash it. fresh is the URL of
// another empty schema each time; ok is as Postgres's.
func Own(t testing.TB) (fresh func() string, restart func(context.Context) error, ok bool) {
	t.Helper()
	bin, err := binaries()
	if err != nil && os.Getenv("KEPT_REQUIRE_POSTGRES") != "1" {
		t.Log("no PostgreSQL: " + howToGetOne)
		return nil, nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	server, err := start(bin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.stop)
	return func() string { return schemaOf(t, server.url) }, server.restart, true
}

func execute(t testing.TB, server, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

var (
	errAbsent    = errors.New("no PostgreSQL server found")
	running      *throwAway
	sharedServer = sync.OnceValues(func() (string, error) {
		if u := os.Getenv("KEPT_TEST_POSTGRES"); u != "" {
			return u, nil
		}
		bin, err := binaries()
		if err != nil {
			return "", err
		}
		running, err = start(bin)
		if err != nil {
			return "", err
		}
		return running.url, nil
	})
)

// binaries finds the folder of initdb and pg_ctl; of several in Debian's place, the last one.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is right, there is no other error
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errAbsent
	}
	return filepath.Dir(path), nil
}

// throwAway is a server that lives as long as life is open: its shell reads from it, and when the test process ends,
// even by a kill, the system closes it.
type throwAway struct {
	url  string
	bin  string
	dir  string
	user *syscall.Credential // as whom it runs; nil for whoever runs the tests
	life io.Closer
	wait func() error
}

// script makes a cluster in $2 with the programs in $1, serves it, and removes all of it when its input ends. It
// survives signals meant for the tests; the server hears on a socket in its folder only.
const script = `
trap '' INT TERM HUP PIPE
trap '"$1/pg_ctl" -D "$2/data" -m immediate stop >/dev/null 2>&1; rm -rf "$2"' EXIT
{
	"$1/initdb" -D "$2/data" -U kept -A trust -E UTF8 --locale=C --no-sync &&
	"$1/pg_ctl" -D "$2/data" -w -l "$2/log" -o "-k '$2' -c listen_addresses= -c fsync=off -c full_page_writes=off" start
} >"$2/log" 2>&1 </dev/null || { cat "$2/log"; exit 1; }
echo ready
cat >/dev/null
`

func start(bin string) (*throwAway, error) {
	base := os.TempDir() // where there is memory behind it, a schema is there four times as fast as on a disk
	if len(base) > 50 {  // a socket's path holds 107 bytes
		base = "/tmp"
	}
	dir, err := os.MkdirTemp(base, "kept-pg-")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", script, "sh", bin, dir)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		credential, err := lesserUser()
		if err != nil {
			return nil, err
		}
		if err := os.Chown(dir, int(credential.Uid), int(credential.Gid)); err != nil {
			return nil, err
		}
		cmd.SysProcAttr.Credential = credential
	}
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	answer := bufio.NewReader(out)
	if line, _ := answer.ReadString('\n'); line != "ready\n" {
		log, _ := io.ReadAll(answer) // whatever there is
		cmd.Wait()
		return nil, fmt.Errorf("PostgreSQL did not start:\n%s%s", line, log)
	}
	return &throwAway{url: "postgres://kept@/postgres?host=" + url.QueryEscape(dir), bin: bin, dir: dir, user: cmd.SysProcAttr.Credential, life: life, wait: cmd.Wait}, nil
}

func lesserUser() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

func stop() {
	if running != nil {
		running.stop()
	}
}

func (s *throwAway) stop() {
	s.life.Close()
	s.wait() // its end is all that matters
}

// restart is a crash and a recovery: what runs is cut off, and what was committed is there again.
func (s *throwAway) restart(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "pg_ctl"), "-D", filepath.Join(s.dir, "data"), "-w", "-m", "immediate", "-l", filepath.Join(s.dir, "log"), "restart")
	cmd.Dir, cmd.SysProcAttr = s.dir, &syscall.SysProcAttr{Credential: s.user, Setpgid: true}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("PostgreSQL did not restart: %w\n%s", err, out)
	}
	return nil
}
