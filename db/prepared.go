package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"slices"
	"strings"

	"modernc.org/sqlite"

	"kept"
)

// statements is how many prepared statements a connection to SQLite keeps. The server has a few hundred texts.
const statements = 512

// openPrepared opens connections that keep what they prepared: to parse a statement takes SQLite longer than to run most of
// ours, and database/sql parses it anew each time. PostgreSQL's driver keeps statements by itself.
func openPrepared(dsn string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "database file: %w", err)
	}
	return sql.OpenDB(connector{c}), nil
}

type connector struct{ driver.Connector }

// Connect opens a connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &prepared{whole: opened.(whole), idle: map[string]statement{}}, nil
}

// whole is all that the driver's connections can do and database/sql asks for.
type whole interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// statement is a prepared one.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// prepared is a connection with its statements. database/sql lets nobody use it at the same time, but a second query may begin
// while the rows of a first one are open: a statement is taken out for as long as it runs.
type prepared struct {
	whole
	idle map[string]statement
}

// lasting tells whether a text is worth keeping: not scripts, nor what opens transactions or sets the connection up.
func lasting(query string) bool {
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	return slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}, verb)
}

// take gives the statement of a text out.
func (p *prepared) take(ctx context.Context, query string) (statement, error) {
	if s, ok := p.idle[query]; ok {
		delete(p.idle, query)
		return s, nil
	}
	s, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.(statement), nil
}

// give takes a statement back. Where there are too many, any other one goes.
func (p *prepared) give(query string, s statement) error {
	if _, twin := p.idle[query]; twin {
		return s.Close()
	}
	if len(p.idle) >= statements {
		for other, s := range p.idle {
			delete(p.idle, other)
			if err := s.Close(); err != nil {
				return err
			}
			break
		}
	}
	p.idle[query] = s
	return nil
}

// ExecContext runs a statement.
func (p *prepared) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if !lasting(query) {
		return p.whole.ExecContext(ctx, query, args)
	}
	s, err := p.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.ExecContext(ctx, args)
	if err != nil {
		s.Close() // why it failed is said already
		return nil, err
	}
	return r, p.give(query, s)
}

// QueryContext runs a statement that gives rows.
func (p *prepared) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if !lasting(query) {
		return p.whole.QueryContext(ctx, query, args)
	}
	s, err := p.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.QueryContext(ctx, args)
	if err != nil {
		s.Close() // as above
		return nil, err
	}
	return &rows{Rows: r, of: p, query: query, statement: s}, nil
}

// Close ends the connection and all its statements.
func (p *prepared) Close() error {
	for query, s := range p.idle {
		delete(p.idle, query)
		if err := s.Close(); err != nil {
			return err
		}
	}
	return p.whole.Close()
}

// rows hold their statement until they are closed.
type rows struct {
	driver.Rows
	of        *prepared
	query     string
	statement statement
}

// Close gives the statement back.
func (r *rows) Close() error {
	if err := r.Rows.Close(); err != nil {
		r.statement.Close()
		return err
	}
	return r.of.give(r.query, r.statement)
}
