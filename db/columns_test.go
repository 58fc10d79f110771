package db_test

import (
	"database/sql"
	"strings"
	"testing"

	"kept/db"
	"kept/db/dbtest"
)

// Why a text column can be read by anyone who gets hold of the database without the ring.
const (
	own    = "an id made by this server, drawn at random"
	word   = "a word of a closed list in the code"
	policy = "a word of the policy, which its vendor writes and publishes"
	host   = "the id that Atlassian's licence gives to a server, of a shape that no name has"
	remote = "Atlassian's name for an installation or a site: a company's, not a person's"
)

// textColumns lists every text column of the schema with the reason why it holds no personal data and no free text.
// Whoever adds a column decides here, or makes it BYTEA and seals it.
var textColumns = map[string]string{
	"fact.id":       own,
	"fact.scope":    own, // or the word vendor, here and below
	"fact.kind":     word,
	"fact.category": policy,

	"fact_count.scope": own,

	"due.kind": word,
	"due.ref":  own,

	"epoch.id":    own,
	"epoch.state": word,

	"class_key.id":    own,
	"class_key.scope": own,
	"class_key.class": policy,
	"class_key.kind":  word,
	"class_key.epoch": own,

	"cohort_key.id":    own,
	"cohort_key.scope": own,
	"cohort_key.epoch": own,

	"unit_key.id":     own,
	"unit_key.cohort": own,
	"unit_key.what":   word,

	"installation.id":              own,
	"installation.app":             policy,
	"installation.environment":     word,
	"installation.site":            remote,
	"installation.remote_id":       remote,
	"installation.entitlement":     remote,
	"installation.kind":            word,
	"question.installation":        own,
	"question.why":                 word,
	"context.installation":         own,
	"context.site":                 remote,
	"licence.entitlement":          remote,
	"licence.installation":         own,
	"licence.status":               word,
	"licence_contact.entitlement":  remote,
	"licence_contact.kind":         word,
	"licence_contact.category":     policy,
	"licence_contact.installation": own,
	"licence_contact.item":         own,
	"former_remote.installation":   own,
	"former_remote.remote_id":      remote,
	"installation.state":           word,

	"migration.id":           own,
	"migration.installation": own,
	"migration.location":     word, // a region of the policy's or the operator's
	"migration.state":        word,

	"connect_tenant.id":           own,
	"connect_tenant.app":          policy,
	"connect_tenant.client":       remote,
	"connect_tenant.installation": own,
	"connect_tenant.forge":        remote,
	"connect_secret.id":           own,
	"connect_secret.tenant":       own,
	"connect_secret.scope":        own,
	"connect_secret.class":        own,
	"connect_secret.unit":         own,

	"subject.id":    own,
	"subject.scope": own,
	"subject.unit":  own,
	"reporting.app": policy,

	"item.id":       own,
	"item.scope":    own,
	"item.app":      policy,
	"item.category": policy,
	"item.class":    policy,
	"item.subject":  own,
	"item.fields":   policy,
	"item.unit":     own,

	"entry.id":       own,
	"entry.scope":    own,
	"entry.class":    policy,
	"entry.kind":     word,
	"entry.category": policy,
	"entry.purpose":  policy,
	"entry.severity": word,
	"entry.subject":  own,
	"entry.second":   own,
	"entry.fields":   policy,
	"entry.batch":    own,

	"hold.id":       own,
	"hold.scope":    own,
	"hold.category": policy,
	"hold.reason":   policy,
	"hold.promise":  policy,
	"hold.staff":    own,
	"hold.unit":     own,
	"hold.last":     own,

	"held.hold":     own,
	"held.original": own,
	"held.scope":    own,
	"held.category": policy,
	"held.unit":     own,

	"receipt.id":       own,
	"receipt.scope":    own,
	"receipt.category": policy,
	"receipt.class":    policy,
	"receipt.reason":   word,
	"receipt.severity": word,
	"receipt.promise":  policy,
	"receipt.fact":     own,

	"app_key.id":  own,
	"app_key.app": policy,

	"credential.id":           own,
	"credential.app":          policy,
	"credential.installation": own,
	"credential.role":         word,

	"enrolment.id":     own,
	"enrolment.app":    policy,
	"enrolment.server": host,
	"anchor.item":      own,
	"anchor.event":     word,
	"choice.scope":     own,
	"choice.category":  policy,
	"choice.anchor":    word,
	"choice.period":    word,
	"pulse.boot":       own,
	"brake.scope":      own,
	"brake.class":      policy,
	"brake.due":        word,
	"brake.reason":     word,

	"instance.id":           own,
	"instance.app":          policy,
	"instance.server":       host,
	"instance.installation": own,

	"staff.id":   own,
	"staff.role": word,

	"session.id":    own,
	"session.staff": own,

	"attestation.id":      own,
	"attestation.promise": policy,
	"attestation.staff":   own,
	"attestation.role":    word,
	"attestation.fact":    own,

	"publication.id":       own,
	"publication.document": policy,
	"publication.version":  policy,
	"publication.fact":     own,

	"node.id":              own,
	"node.region":          "a country or a cloud region of the closed list in `region`",
	"node.database_region": "a country or a cloud region of the closed list in `region`",

	"probe.id":      own,
	"probe.promise": policy,
	"probe.fact":    own,
}

func TestEveryTextColumnHasAReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, open func() *db.DB) {
		found := map[string]bool{}
		for name, kind := range columns(t, open()) {
			switch kind {
			case "bigint", "bytea":
			case "text":
				found[name] = true
				if textColumns[name] == "" {
					t.Errorf("%s holds text: say in textColumns why it can't be personal data, or make it BYTEA and seal it", name)
				}
			default:
				t.Errorf("%s is %s: one SQL text for both engines knows BIGINT, BYTEA, TEXT", name, kind)
			}
		}
		for name := range textColumns {
			if !found[name] {
				t.Errorf("textColumns names %s, and the schema has no such text column", name)
			}
		}
	})
}

// columns maps table.column to the declared type, both in lower case. The table goose keeps for itself is left out.
func columns(t *testing.T, d *db.DB) map[string]string {
	t.Helper()
	query := `SELECT m.name, c.name, c.type FROM sqlite_schema m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
	if d.Engine == db.PostgreSQL {
		query = `SELECT table_name, column_name, data_type FROM information_schema.columns
			WHERE table_schema = current_schema()
			AND table_name NOT IN (SELECT relname FROM pg_class WHERE relispartition)`
	}
	rows, err := d.Read.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var table, column string
		var kind sql.NullString
		if err := rows.Scan(&table, &column, &kind); err != nil {
			t.Fatal(err)
		}
		if table != "goose_db_version" {
			all[strings.ToLower(table+"."+column)] = strings.ToLower(kind.String)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("the schema is empty, so this test sees nothing")
	}
	return all
}
