package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"kept"
	"kept/db"
	"kept/db/dbtest"
)

func TestANewerSchemaIsRefused(t *testing.T) {
	check := func(dir, url string) func(t *testing.T) {
		return func(t *testing.T) {
			ctx := context.Background()
			d, err := db.Open(ctx, dir, url)
			if err != nil {
				t.Fatal(err)
			}
			exec(t, d.Write, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the refusal gives the folder free, so the second one is the same
				_, err = db.Open(ctx, dir, url)
				var e *kept.Error
				if !errors.As(err, &e) || e.Kind != kept.Invalid || e.Hint == "" || !strings.Contains(e.Message, "99999") {
					t.Fatalf("%v is not Invalid with a hint", err)
				}
			}
		}
	}
	t.Run("SQLite", check(t.TempDir(), ""))
	if url, ok := dbtest.Postgres(t); ok {
		t.Run("PostgreSQL", check("", url))
	}
}

func TestPasswordsStayOutOfErrors(t *testing.T) {
	const marker = "Sw0rdfish-marker"
	urls := []string{
		"postgres://kept:" + marker + "@127.0.0.1:99999/x",
		"postgres://kept:" + marker + "@%zz/x",
		"postgres://kept:" + marker + "%zz@127.0.0.1/x",
		"postgres://kept:" + marker + "@127.0.0.1/x?sslmode=perhaps",
		"postgres://kept:" + marker + "@127.0.0.1:1/x?sslmode=disable&connect_timeout=2",
		"postgres://127.0.0.1:1/x?sslmode=disable&user=kept&password=" + marker,
		"host=127.0.0.1 port=1 sslmode=disable user=kept password=" + marker,
		"host=127.0.0.1 port=wrong password='" + marker,
		marker,
	}
	if server, ok := dbtest.Postgres(t); ok { // the server itself refuses: no such database
		_, host, _ := strings.Cut(server, "@/postgres")
		urls = append(urls, "postgres://kept:"+marker+"@/nowhere"+host)
	}
	for _, url := range urls {
		_, err := db.Open(context.Background(), t.TempDir(), url)
		if err == nil {
			t.Fatalf("%s was opened", url)
		}
		text := fmt.Sprintf("%v %+v %#v", err, err, errors.Unwrap(err))
		var e *kept.Error
		if !errors.As(err, &e) || e.Kind != kept.Invalid || e.Hint == "" {
			t.Errorf("%s: %v is not Invalid with a hint", url, err)
		} else {
			text += e.Hint
		}
		if strings.Contains(text, marker) {
			t.Errorf("%s: the error shows the password: %s", url, text)
		}
	}
}

func TestNodesMayStartTogether(t *testing.T) {
	url, ok := dbtest.Postgres(t)
	if !ok {
		t.Skip("needs PostgreSQL")
	}
	errs := make(chan error)
	for range 4 {
		go func() {
			d, err := db.Open(context.Background(), "", url)
			if err == nil {
				err = d.Close()
			}
			errs <- err
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}
