package policy

import (
	"maps"
	"regexp"
	"slices"
	"sync"

	"go.yaml.in/yaml/v4"
)

const maxProblems = 50

var (
	nameShape     = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)
	promiseShape  = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)
	fieldShape    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	fidesShape    = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)*$`)
	countryShape  = regexp.MustCompile(`^[A-Z]{2}$`)
	regionShape   = regexp.MustCompile(`^([A-Z]{2}|EEA|[a-z][a-z0-9-]{2,31})$`)
	forgeShape    = regexp.MustCompile(`^ari:cloud:ecosystem::app/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	connectShape  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$`)
	baseShape     = regexp.MustCompile(`^https://[a-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$`)
	sentenceShape = regexp.MustCompile(`^[0-9a-f]{12}$`)
	fileShape     = regexp.MustCompile(`^[^/\\:][^\\:]*$`)
)

const (
	nameHint     = "lower-case letters, digits and hyphens, beginning with a letter, 64 at most"
	countryHint  = "the two capital letters of ISO 3166-1: DE"
	regionHint   = "a country as DE, EEA, EU, a cloud region as eu-central-1, `tenant` or `same`"
	sentenceHint = "the identity of a sentence is 12 hexadecimal digits, lower case"
)

// reserved are words that stand for something else where a category may stand.
var reserved = []string{PersonalData, "installation", "subject", "connect-secret", "hold"}

// reader walks the files in order of name. What refers to something that may stand further down waits in later.
type reader struct {
	files     map[string][]byte
	file      string // the one being read
	lines     map[string][]string
	unread    bool // a file cannot be read, so nobody knows what it declares
	problems  Problems
	policy    *Policy
	heads     map[string][]Position // where kept, vendor and documents stand
	first     map[string]Position   // where each id was declared
	texts     map[Position]string   // files of documents
	bound     map[string][]Ref      // the sentences that promises speak of, by identity
	declaring map[string][]Category // by field
	later     []func()

	folders  []string // of earlier versions, and where each is named
	folderAt []Position
}

func newReader(files map[string][]byte) *reader {
	return &reader{
		files: files, lines: map[string][]string{}, policy: &Policy{rules: &sync.Map{}},
		heads: map[string][]Position{}, first: map[string]Position{}, texts: map[Position]string{}, bound: map[string][]Ref{},
		declaring: map[string][]Category{},
	}
}

func (r *reader) read() *Policy {
	var decisions []*Promise
	for _, r.file = range slices.Sorted(maps.Keys(r.files)) {
		root, ok := r.parse(r.file, r.files[r.file])
		switch {
		case !ok:
			r.unread = true
		case root != nil:
			r.top(root, &decisions)
		}
	}
	r.policy.Promises = append(r.policy.Promises, decisions...)
	r.head()
	if !r.unread {
		for _, check := range r.later {
			check()
		}
	}
	r.policy.Digest = digest(r.files)
	return r.policy
}

func (r *reader) top(root *yaml.Node, decisions *[]*Promise) {
	p := r.policy
	each := func(name string, visit func(*yaml.Node)) key {
		return key{name, false, func(n *yaml.Node) { r.list(n, "`"+name+"`", visit) }}
	}
	named := func(name string, visit func(k, v *yaml.Node)) key {
		return key{name, false, func(n *yaml.Node) { r.pairs(n, "`"+name+"`", visit) }}
	}
	documents := each("documents", r.document)
	r.mapping(root, "a policy file",
		key{"kept", false, r.headed("kept", r.version)},
		key{"vendor", false, r.headed("vendor", r.vendor)},
		key{"documents", false, r.headed("documents", documents.read)},
		each("apps", r.app),
		named("categories", r.category),
		named("recipients", r.recipient),
		each("promises", func(n *yaml.Node) { p.Promises = append(p.Promises, r.promise(n, false)) }),
		each("decisions", func(n *yaml.Node) { *decisions = append(*decisions, r.promise(n, true)) }),
		each("contradictions", r.contradiction),
		each("accepted", r.accepted),
		key{"effective", false, r.headed("effective", r.effective)},
		key{"earlier", false, r.earlier},
		each("retroactive", r.retroactive),
	)
}

// headed notes where one of the three keys stands that the whole folder has once.
func (r *reader) headed(name string, read func(*yaml.Node)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.heads[name] = append(r.heads[name], r.at(n))
		read(n)
	}
}

// head checks that kept, vendor and documents stand once each, in one file.
func (r *reader) head() {
	if len(r.files) == 0 {
		r.bad(Position{File: "."}, "name its files *.yaml", "the folder holds no policy")
		return
	}
	home := slices.Sorted(maps.Keys(r.files))[0]
	var missing []string
	for _, name := range []string{"documents", "vendor", "kept"} {
		if at := r.heads[name]; at != nil {
			home = at[0].File
		} else {
			missing = append([]string{name}, missing...)
		}
	}
	if missing != nil && !r.unread {
		r.bad(Position{File: home}, "one file of the folder begins with `kept: 1`, `vendor` and `documents`", "no file has %s", quoted(missing))
	}
	for _, name := range []string{"kept", "vendor", "documents", "effective"} {
		for i, at := range r.heads[name] {
			if i > 0 {
				r.bad(at, "a folder has it once", "`%s` stands twice; first in %s", name, r.heads[name][0])
			} else if at.File != home {
				r.bad(at, "move it to "+home, "`kept`, `vendor`, `documents` and `effective` belong into one file")
			}
		}
	}
}

func (r *reader) version(n *yaml.Node) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || n.Value != "1" {
		r.bad(r.at(n), "write `kept: 1`", "unknown version of the policy format")
	}
}
