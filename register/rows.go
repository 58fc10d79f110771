package register

import (
	"kept"
	"kept/kernel"
)

func insertAttestation(tx *kernel.Tx, a Attestation) {
	tx.ExecOne(`INSERT INTO attestation (id, promise, staff, role, at, expires, fact) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(a.ID), a.Promise, string(a.Staff), string(a.Role), int64(a.At), int64(a.Expires), string(a.Fact))
}

// LastAttestation is the newest one of a promise; found is false when there is none.
func LastAttestation(v *kernel.View, promise string) (a Attestation, found bool, err error) {
	found, err = v.Row(`SELECT id, promise, staff, role, at, expires, fact FROM attestation WHERE promise = $1 ORDER BY at DESC, id LIMIT 1`, promise).
		Scan(&a.ID, &a.Promise, &a.Staff, &a.Role, &a.At, &a.Expires, &a.Fact)
	return a, found, err
}

func insertPublication(tx *kernel.Tx, p Publication) {
	tx.ExecOne(`INSERT INTO publication (id, document, version, digest, at, fact) VALUES ($1, $2, $3, $4, $5, $6)`,
		string(p.ID), p.Document, p.Version, p.Digest, int64(p.At), string(p.Fact))
}

// LastPublication is the newest one of a document.
func LastPublication(v *kernel.View, doc string) (p Publication, found bool, err error) {
	found, err = v.Row(`SELECT id, document, version, digest, at, fact FROM publication WHERE document = $1 ORDER BY at DESC, id LIMIT 1`, doc).
		Scan(&p.ID, &p.Document, &p.Version, &p.Digest, &p.At, &p.Fact)
	return p, found, err
}

func insertProbe(tx *kernel.Tx, p Probe, hash []byte) {
	tx.ExecOne(`INSERT INTO probe (id, promise, hash, sent, expires, confirmed, fact) VALUES ($1, $2, $3, $4, $5, 0, $6)`,
		string(p.ID), p.Promise, hash, int64(p.Sent), int64(p.Expires), string(p.Fact))
}

func confirm(tx *kernel.Tx, p Probe) {
	tx.ExecOne(`UPDATE probe SET confirmed = $1, fact = $2 WHERE id = $3 AND confirmed = 0`, int64(p.Confirmed), string(p.Fact), string(p.ID))
}

func findProbe(v *kernel.View, id kept.ID) (p Probe, hash []byte, err error) {
	found, err := v.Row(`SELECT id, promise, hash, sent, expires, confirmed, fact FROM probe WHERE id = $1`, string(id)).
		Scan(&p.ID, &p.Promise, &hash, &p.Sent, &p.Expires, &p.Confirmed, &p.Fact)
	if err == nil && !found {
		err = kept.Errorf(kept.NotFound, "no probe of that id has that code")
	}
	return p, hash, err
}

// LastProbe is the newest confirmed probe of a promise, else the newest one at all.
func LastProbe(v *kernel.View, promise string) (p Probe, found bool, err error) {
	found, err = v.Row(`SELECT id, promise, sent, expires, confirmed, fact FROM probe WHERE promise = $1 ORDER BY confirmed DESC, sent DESC, id LIMIT 1`, promise).
		Scan(&p.ID, &p.Promise, &p.Sent, &p.Expires, &p.Confirmed, &p.Fact)
	return p, found, err
}
