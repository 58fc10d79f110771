package coverage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept/document"
	"kept/policy"
)

func TestGuess(t *testing.T) {
	categories := []policy.Category{{Name: "access-log"}, {Name: "note"}}
	for text, want := range map[string]string{
		"Our access log is kept for 60 days.":                        `retain category=access-log from=entry max=P60D`,
		"Logs are deleted after 30–90 days.":                         `retain category="*" from=entry max=P90D`,
		"Nach der Deinstallation löschen wir sie nach 3 Monaten.":    `retain category="*" from=uninstalled max=P3M`,
		"We keep it for 180 days after the subscription ends.":       `retain category="*" from=unsubscribed max=P180D`,
		"It is deleted immediately when you uninstall the app.":      `retain category="*" from=uninstalled max=PT0S`,
		"We notify you of a breach within 72 hours.":                 `incident within=PT72H`,
		"You have the right to rectification within 72 hours.":       `right right=rectify within=PT72H`,
		"Recht auf Löschung: Sie können sie verlangen.":              `right right=erase`,
		"Tokens are stored with aes-256.":                            `protect category="*" cipher="AES-256"`,
		"Alle Daten werden verschlüsselt.":                           `protect category="*"`,
		"We speak TLS 1.3 only.":                                     `transport min-tls="1.3"`,
		"Die Server stehen in Deutschland.":                          `place category="*" region=DE`,
		"Data is processed within the EU.":                           `place category="*" region=EU`,
		"Ask privacy@heron.example.":                                 `contact for=privacy-questions address="privacy@heron.example" kind=email`,
		"Our website sets no cookies.":                               `cookie scope=website allowed=none`,
		"Now the app sets cookies.":                                  `cookie scope=app`,
		"Only with your consent.":                                    `consent purpose="*"`,
		"Backups are kept for 1 week.":                               `backup keep=P1W`,
		"We never sell your data.":                                   `no-sale`,
		"We store no issues and no attachments; none is stored.":     `store-nothing category="*"`,
		"Data goes to our sub-processors.":                           `recipient kind=sub-processor`,
		"Daten gehen an keine Behörde, außer per Gerichtsbeschluss.": `disclose only=legal-obligation`,
		"We like Germany.":                                           `information about=unknown`,
		"Wir sind 12 Jahre alt.":                                     `information about=unknown`,
		"Sie können Ihre Einwilligung per E-Mail jederzeit erteilen": `consent purpose="*"`,
	} {
		if got := words(guess(text, setting{}, categories)[0]); got != want {
			t.Errorf("%q: %s, wanted %s", text, got, want)
		}
	}
}

func words(p proposal) string {
	got := p.control
	for _, prm := range p.params {
		got += " " + prm.name + "=" + prm.value
	}
	return got
}

// What leads a list in speaks for its items.
func TestTheListSaysWhatItsItemsAre(t *testing.T) {
	text := split(t, "# Who receives it\n\nWe share data with these third parties:\n\n- Teasel Monitoring\n- Linden Hosting\n\n# Other\n\nWe are glad.\n")
	var got []string
	for i, u := range text.Units {
		got = append(got, guess(u.Text, settingOf(text, i), nil)[0].control)
	}
	if want := "information recipient recipient recipient information information"; strings.Join(got, " ") != want {
		t.Errorf("%v, wanted %s", got, want)
	}
}

// A proposal is a file of the policy, alone or behind what a file has; after it nothing is unbound.
func TestProposalReadsBack(t *testing.T) {
	raw := []string{
		"# One\nTwin after 30 days it is deleted. Twin.\n# Two\nTwin.\nAsk \"a\\b\"@x, or privacy@heron.example. Alone: [x](y) {z} *bold*.\n" +
			"We notify of a breach within 72 hours. Right to erasure. AES-256. TLS 1.2. Servers in Germany. No cookies. Your consent. Backups stay 7 days. Encrypted.\n" +
			"Kept for 9999 years. Kept for 0 days. Same.\nSame.\nSame.\n",
	}
	files, _ := filepath.Glob(filepath.Join("..", "..", "shared", "documents", "0*.txt"))
	if len(files) == 0 && os.Getenv("KEPT_REQUIRE_SHARED") == "1" {
		t.Fatal("../shared/documents is required and absent")
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		raw = append(raw, string(b))
	}
	for n, s := range raw {
		text, err := document.Split([]byte(s), "")
		if err != nil {
			t.Fatal(err)
		}
		p := read(t)
		proposal := Propose(p, p.Documents[0], text)
		for _, u := range text.Units {
			if len(u.Text) > 40 && strings.Contains(string(proposal), u.Text) {
				t.Errorf("text %d: the proposal holds a sentence", n)
			}
		}
		appended := read(t, string(proposal))
		if _, err := policy.Read(map[string][]byte{"kept.yaml": append([]byte(head), proposal...)}); err != nil {
			t.Errorf("text %d, appended: %v", n, err)
		}
		if r := cover(appended, text); r.Percent() != 0 {
			t.Errorf("text %d: %.1f %% are accounted for by what nobody has read", n, r.Percent())
		}
		if again := Propose(appended, p.Documents[0], text); again != nil {
			t.Errorf("text %d: what has a proposal gets another one", n)
		}
		appended = read(t, strings.ReplaceAll(string(proposal), "    proposed: true\n", ""))
		r := cover(appended, text)
		t.Logf("text %d: %d sentences, %d unbound, %d changed, %d no engine, %d information", n, r.Sentences, r.Unbound, r.Changed, r.NoEngine, r.Information)
		doubtful := map[string]bool{} // units of one section with the same neighbours
		for i, u := range text.Units {
			if _, ok := text.Find(text.RefOf(i)); !ok {
				doubtful[u.ID] = true
			}
		}
		for _, l := range r.List {
			if l.State == Unbound || l.State == Changed && !doubtful[l.ID] {
				t.Errorf("text %d line %d: %s after the proposal", n, l.Line, l.State)
			}
		}
		if r.Lost != nil {
			t.Errorf("text %d: %v lost after the proposal", n, r.Lost)
		}
	}
}

func TestProposalForOneOfSeveralDocuments(t *testing.T) {
	p := readUnder(t, two)
	if got := string(Propose(p, p.Documents[0], split(t, "Alpha."))); !strings.Contains(got, "    document: web\n") {
		t.Errorf("the document is not named:\n%s", got)
	}
}

func TestListing(t *testing.T) {
	p := read(t, "promises:\n  - {id: a, sentences: [$Alpha.$], control: information}\n  - {id: b, sentences: [$Beta.$], control: information}\n")
	got := string(Listing(cover(p, split(t, "Alpha.\nBetter.\n"))))
	want := "   2  " + id("Better.") + "  changed  Better.\n      was it bound to b?\n"
	if got != want {
		t.Errorf("got %q, wanted %q", got, want)
	}
}
