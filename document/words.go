package document

import "strings"

const (
	english = "en"
	german  = "de"
)

type set map[string]bool

func words(lists ...string) set {
	s := set{}
	for _, w := range strings.Fields(strings.Join(lists, " ")) {
		s[w] = true
	}
	return s
}

// Words are compared in lower case and without their closing full stop.
var (
	// inner abbreviations always stand inside a sentence.
	inner = words(
		"approx ca cf eg ie incl excl vs viz esp mr mrs ms messrs dr prof st",
		"bzw ggf vgl gem inkl exkl evtl sog insb insbes zzgl abzgl bspw resp mind hr hrn dipl ing einschl entspr i.v.m i.s.d i.s.v")
	// closing abbreviations may also end a sentence, which shows only when a word that begins sentences follows.
	closing = words(
		"inc ltd co corp llc plc bros dept est art arts no nos sec sect para paras par fig ch chap vol pp p ed al ext tel jan feb mar apr jun jul aug sep sept oct nov dec max min ave blvd rd st",
		"abs nr nrn ziff lit buchst rn kap tab abb bd aufl hrsg str std mio mrd okt dez usf ff f s v tsd allg ges")
	// open abbreviations end an enumeration, so often a sentence: any new sentence may follow.
	open = words("etc usw")
	// starters begin sentences and follow no abbreviation within one.
	starters = words(
		"the a an we our you your this these those that it its if in for by when where while with to at on all any each some no such please however there they their he she upon from after before unless although because both more further furthermore additionally moreover as",
		"der die das den dem des ein eine einer eines einem einen wir unser unsere unserer unseren sie ihr ihre ihren ihrer es er dieser diese dieses diesem diesen dies wenn bei für im am an auf aus mit nach vor von zu zum zur durch um sofern soweit falls alle einige bitte darüber daher dabei dazu hierzu hierbei weitere wie was wer nur auch so seit während ob obwohl außerdem zudem ferner")
	months = words(
		"january february march april may june july august september october november december",
		"januar jänner februar märz mai juni juli oktober dezember jan feb mär apr jun jul aug sep sept okt nov dez")
	// sections stand before a number that is a name, not an end.
	sections = words("section article part chapter clause annex appendix § §§", "abschnitt artikel teil kapitel ziffer anlage anhang paragraph")
	// verbs show that a line ending in a colon is a clause; the commonest finite forms and the pronouns beside them.
	verbs = words(
		"is are was were has have had do does will would may might can could shall should must includes include including contains contain applies apply we you they i it collect collects use uses process processes store stores share shares",
		"ist sind war waren wird werden hat haben kann können muss müssen darf dürfen soll sollen wir sie ich es gilt umfasst umfassen zählen gehören enthält enthalten")
	// notVerbs end like a German third person and are none.
	notVerbs = words("mit seit nicht erst dort jetzt sonst meist zuletzt selbst statt samt nebst fast und laut damit somit soweit weit bereit")
)

// detect counts words that are frequent in one of the languages and absent from the other; a tie is English.
func detect(text string) string {
	score := 0
	for _, w := range strings.Fields(strings.ToLower(text)) {
		switch strings.Trim(w, `.,:;()"„“”`) {
		case "the", "and", "of", "to", "or", "we", "our", "you", "your", "is", "are", "with", "for", "by", "this":
			score++
		case "der", "die", "das", "und", "den", "dem", "des", "zu", "oder", "wir", "sie", "ist", "sind", "mit", "für", "von":
			score--
		}
	}
	if score < 0 {
		return german
	}
	return english
}
