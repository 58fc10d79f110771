package api

import (
	"kept"
	"kept/kernel"
)

// reply is an answer kept for a repetition; status 0 while the first request runs.
type reply struct {
	request []byte
	status  int
	body    []byte
	expires kept.Time
}

func findReply(v *kernel.View, slot []byte) (*reply, error) {
	var r reply
	found, err := v.Row(`SELECT request, status, body, expires FROM reply WHERE hash = $1`, slot).Scan(&r.request, &r.status, &r.body, &r.expires)
	if err != nil || !found {
		return nil, err
	}
	return &r, nil
}

func insertReply(tx *kernel.Tx, slot, request []byte, expires kept.Time) {
	tx.ExecOne(`INSERT INTO reply (hash, request, status, body, expires) VALUES ($1, $2, 0, NULL, $3)`, slot, request, int64(expires))
}

func finishReply(tx *kernel.Tx, slot []byte, status int, body []byte) {
	tx.Exec(`UPDATE reply SET status = $1, body = $2 WHERE hash = $3`, status, body, slot)
}

func deleteReply(tx *kernel.Tx, slot []byte) { tx.Exec(`DELETE FROM reply WHERE hash = $1`, slot) }

// findFact reads a fact's bytes, which are nil once it was pruned; index is -1 until it stands in the tree.
func findFact(v *kernel.View, id kept.ID) (body []byte, index, size int64, err error) {
	found, err := v.Row(`SELECT body, COALESCE(leaf_index, -1) FROM fact WHERE id = $1`, string(id)).Scan(&body, &index)
	if err == nil && !found {
		err = kept.Errorf(kept.NotFound, "there is no such fact")
	}
	if err != nil {
		return nil, 0, 0, err
	}
	_, err = v.Row(`SELECT COALESCE(MAX(size), 0) FROM checkpoint`).Scan(&size)
	return body, index, size, err
}
