package judge

import "kept"

// sharedSecret is the class of what Connect shares with an app; no policy declares it, and it goes with the uninstall.
const sharedSecret = "connect-secret"

// Plant says of something that must never be found in a file or a log.
func (j *Judge) Plant(secret string) { j.planted = append(j.planted, secret) }

// secret is a shared secret whose row was seen.
func (j *Judge) secret(id, scope kept.ID) *value {
	v := j.secrets[id]
	if v == nil {
		v = &value{of: j.byID[scope], category: sharedSecret}
		j.secrets[id] = v
	}
	return v
}

// endSecrets lets what Connect shared go with an uninstall that has taken effect.
func (j *Judge) endSecrets(i *installation) {
	owed, reason := j.clock(i, class{category: sharedSecret})
	e := ending{owed, owed, reason}
	if b := i.brakes[brakeKey{class{category: sharedSecret}, byClock}]; b != nil {
		e.at = max(owed, b.until)
	}
	if e.at == 0 || e.at > j.now {
		return
	}
	for _, v := range j.secrets {
		if v.of == i && v.gone == 0 {
			v.gone = e.at
			j.due(i, v.class(), e, v.stored)
		}
	}
}

// shared holds the rows of shared secrets against where their installations are. One that was replaced goes by itself.
func (j *Judge) shared(w World, s *store) {
	for id, v := range j.secrets {
		switch there := s.secrets[id]; {
		case v.of == nil:
			j.find("nothing-left", "a shared secret belongs to no installation")
		case !there && v.gone == 0:
			v.gone = j.now
		case there && w.Ticked && v.gone != 0:
			j.find("row-gone", "the shared secret of %s is there, gone since %s", v.of.id, v.gone)
		}
	}
}
