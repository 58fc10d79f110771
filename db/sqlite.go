package db

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"syscall"

	"kept"
)

const (
	file    = "kept.db"
	readers = 8
)

func openSQLite(dir string) (*DB, error) {
	dir, err := filepath.Abs(dir) // a relative path has no place in a file: URI
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "folder of the database: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, kept.Errorf(kept.Invalid, "folder of the database: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, file)
	// SQLite would make the file readable for all; its -wal and -shm take the mode of the file.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		lock.Close()
		return nil, kept.Errorf(kept.Invalid, "database file: %w", err)
	}
	f.Close()

	// Opening does not connect; errors of the file itself come with the migration.
	write, err := openPrepared(dsn(path, "immediate",
		"journal_mode(WAL)", "foreign_keys(1)",
		"synchronous(FULL)", // an acknowledged erasure outlives a power cut
		"secure_delete(1)")) // a deleted key leaves the file with the next checkpoint
	if err != nil {
		lock.Close()
		return nil, err
	}
	read, err := openPrepared(dsn(path, "deferred", "query_only(1)"))
	if err != nil {
		write.Close()
		lock.Close()
		return nil, err
	}
	write.SetMaxOpenConns(1)
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return &DB{Engine: SQLite, Write: write, Read: read, path: path, lock: lock, close: closer(read.Close, write.Close, func() error { return unlock(lock) })}, nil
}

// dsn names path with the pragmas every new connection runs. A doubly quoted string is an error, as on PostgreSQL.
func dsn(path, txlock string, pragmas ...string) string {
	q := url.Values{"_txlock": {txlock}, "_dqs": {"0"}, "_pragma": append([]string{"busy_timeout(5000)"}, pragmas...)}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// unlock gives the folder free even where a child that is about to start still has the lock file open.
func unlock(lock *os.File) error {
	return errors.Join(syscall.Flock(int(lock.Fd()), syscall.LOCK_UN), lock.Close())
}

// lockFolder takes the folder for this process; the system gives it free when the process ends, however it ends.
func lockFolder(dir string) (*os.File, error) {
	path := filepath.Join(dir, "kept.lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, kept.Errorf(kept.Invalid, "lock file: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, kept.Errorf(kept.Conflict, "another process has %s open", dir).
				WithHint("stop it, or give this one a folder of its own with --data")
		}
		return nil, kept.Errorf(kept.Internal, "lock file: %w", err)
	}
	return f, nil
}
