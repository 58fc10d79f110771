package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// IsDuplicate tells whether err says that a primary or unique key exists already. On PostgreSQL the transaction is
// lost then: where a duplicate is expected, write ON CONFLICT.
func IsDuplicate(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23505"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return lite.Code() == lib.SQLITE_CONSTRAINT_PRIMARYKEY || lite.Code() == lib.SQLITE_CONSTRAINT_UNIQUE
	}
	return false
}

// IsRetryable tells whether the same transaction may succeed when run again: it lost against another one, the
// database was busy, or the connection broke. When that was at COMMIT, nobody knows whether it happened; who retries
// must bear both.
func IsRetryable(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code {
		case "40001", "40P01", "55P03", "53300", "57P01", "57P02", "57P03":
			// serialization, deadlock, lock not available, too many connections; the server stops, crashed, starts
			return true
		}
		return pg.Code[:min(2, len(pg.Code))] == "08" // connection
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		primary := lite.Code() & 0xff
		return primary == lib.SQLITE_BUSY || primary == lib.SQLITE_LOCKED
	}
	_, network := errors.AsType[*net.OpError](err)
	return network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}
