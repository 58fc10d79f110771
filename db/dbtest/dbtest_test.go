package dbtest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

const childOf = "KEPT_DBTEST_CHILD" // set in the process the test below starts, and kills

func TestMain(m *testing.M) {
	if os.Getenv(childOf) != "" {
		server, err := sharedServer()
		if err != nil {
			server = err.Error()
		}
		fmt.Println(server)
		select {} // until killed
	}
	Main(m)
}

func TestTheServerOfAKilledTestStops(t *testing.T) {
	if _, err := binaries(); err != nil {
		t.Skip("no PostgreSQL: " + howToGetOne)
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childOf+"=1", "KEPT_TEST_POSTGRES=")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Wait()
	defer child.Process.Kill()
	server, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, strings.TrimSpace(server))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, "SELECT pg_sleep(30)"); err == nil { // ends early, with an error, when the server stops
		t.Error("the server lives on")
	}
}
