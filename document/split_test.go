package document

import (
	"slices"
	"strings"
	"testing"

	"kept"
)

func texts(t *testing.T, language, raw string) (units []string) {
	t.Helper()
	text, err := Split([]byte(raw), language)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range text.Units {
		units = append(units, u.Text)
	}
	return units
}

// Each line is one line of a text; a bar stands where a unit must end.
func TestBoundaries(t *testing.T) {
	for language, lines := range map[string][]string{
		english: {
			"We keep logs. | They go after 90 days.",
			"Really? | Yes! | We do.",
			"Names, e-mails etc. | This list is complete.",
			"We use data (e.g. Account names) and, i.e. Only then, delete it.",
			"We rely on Art. 6 Abs. 1 lit. a and Art. 6.1(b) of the law. | Nothing else.",
			"Heron Inc. Portland hosts it. | Heron Ltd., Leeds, does not.",
			"We are owned by Heron Inc. | We sell nothing.",
			"Traffic uses TLS 1.2+ or TLS 1.3. | Older versions fail.",
			"See heron.example and docs.heron.example/a.b for more. | heron.example is ours.",
			"Ask privacy@heron.example. | privacy@heron.example answers.",
			"It belongs to heronSoft. | heronSoft keeps it. | iOS apps do not.",
			"First: 1. We explain this. | 2. We do that.",
			"Do as follows: 1. Open it. | 2. Close it.",
			"5.2. Sharing of data",
			"Section 4. Your choices",
			"It ends on 31. 12. 2026. | Then it is gone.",
			"“We care.” | «So do they.» | (And you.) | Fine.",
			"See our [terms](https://heron.example/terms.html). | They apply.",
			"Read the [terms.](https://heron.example/a) | They apply.",
			"**Backups.** | They go after 7 days. | **Logs:** They stay.",
			"Mr. Grey and Dr. Blue of St. Ives agreed. | Nobody else.",
			"Made in the U.S. by us. | Sold in the U.S. | We ship.",
			"We wait ... and see. | Well... | Then we go.",
			"Data goes to the UK: London; Leeds – York - Hull. | That is all.",
			"No. 5 is alive. | No. | We insist.",
			"It costs less. | $5 is enough. | § 7 tells why. | 30 days pass.",
			"You may ask. | (b) You may go. | c) you may stay.",
			"It stops at 5 p.m. sharp. | It starts at 8 a.m. | We sleep.",
			"Lost.Space stays and so does that.it",
			"Yahoo! accounts and Who? labels stay.",
			"We log it.\u00a0| Twice.",
			"It runs on Node.js. | ASP.NET is not used.",
			"Data goes (see above). | we delete it, approx. half.",
			"It runs since version 5. | Logs stay since 12. | Nobody asked.",
			"J. R. Heron founded it. | The J. R. Heron Fund pays.",
		},
		german: {
			"Wir löschen, z. B. Namen, d. h. Alles, u. a. Adressen. | Der Rest bleibt.",
			"Das gilt z.B. Für Logs. | Mehr nicht.",
			"Stand: 10. Oktober 2025. | Gültig ab 1. Jan. 2026.",
			"Am 3. Werktag endet es. | Es endet nach 30 Tagen. | Wir warten.",
			"Gem. Art. 6 Abs. 1 S. 1 lit. f DSGVO i. V. m. § 26 BDSG. | Das reicht.",
			"Nach Art. 28 ff. DSGVO gilt dies. | Siehe Nr. 5 und Ziff. 3.",
			"Namen, Adressen usw. | Wir löschen sie.",
			"Die Reiher GmbH & Co. KG hostet. | Ca. 5 Mio. Kunden bzw. Nutzer vertrauen ihr.",
			"reiherSoft hilft. | reiherSoft fragt: Warum? | Darum!",
			"Daten dieser Art. | Wir löschen sie. | Die Frist endet nach 72 Std. | Wir warten.",
			"„Wir löschen.“ | „Sofort?“ | Ja.",
			"Im Jahr 2024. | Server stehen in Bonn, Str. d. Friedens 5.",
			"Zum Schutz der Daten (s. Abschnitt 4). | Mehr dazu im 2. Teil.",
			"3. Wer wir sind",
		},
	} {
		for _, l := range lines {
			var want []string
			for _, s := range strings.Split(l, "|") {
				want = append(want, strings.TrimSpace(s))
			}
			got := texts(t, language, strings.Join(strings.Split(l, "| "), ""))
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q\n got %q", language, l, got)
			}
		}
	}
}

func TestKinds(t *testing.T) {
	const raw = `# Privacy of Heron Portal
Last changed: 3 May 2026

1. What we keep
We keep three things. They are few.
- names,
* mail addresses
• and nothing else.
1. We never sell them.

Categories of data:
We process the following data:
the name of the buyer;
their address
How long do we keep it?
Ninety days.

Contact
Heron Apps Ltd
12 Harbour Street,
Portree IV51 9DE
Scotland
privacy@heron.example
| what | why |
|---|---|
| name | login |
---
` + "```" + `
code. More code.
` + "```" + `
Between. Fences.
` + "```" + `
more code
` + "```" + `
Recipients
==========
Skip to main content
« Previous 3 Next »
© 2026 Heron Apps
- Purpose: To answer.
Purpose: To answer questions that customers ask us about their data at any time of the day or night
`
	want := strings.Fields(`heading label heading sentence sentence bullet bullet bullet bullet label sentence bullet bullet
		heading sentence heading label label label label label label furniture label furniture
		furniture furniture furniture sentence sentence furniture furniture furniture heading furniture furniture furniture furniture bullet sentence`)
	text, err := Split([]byte(raw), english)
	if err != nil {
		t.Fatal(err)
	}
	for i, u := range text.Units {
		if i >= len(want) || string(u.Kind) != want[i] {
			t.Fatalf("unit %d of %d (%s) is a %s, wanted %s", i, len(want), u.Text, u.Kind, want[min(i, len(want)-1)])
		}
	}
	if len(text.Units) != len(want) {
		t.Errorf("%d units, wanted %d", len(text.Units), len(want))
	}
}

func TestPlaces(t *testing.T) {
	text, err := Split([]byte("\ufeffFirst.\r\n\n  •\u00a0Über uns. Zwei.\u200b \r\n# Kopf\nDrei.\n"), german)
	if err != nil {
		t.Fatal(err)
	}
	want := []Unit{
		{Line: 1, Start: 2, End: 7, Text: "First.", Kind: Sentence},
		{Line: 3, Start: 5, End: 13, Text: "Über uns.", Kind: Bullet},
		{Line: 3, Start: 15, End: 19, Text: "Zwei.", Kind: Bullet},
		{Line: 4, Start: 1, End: 6, Text: "# Kopf", Kind: Heading},
		{Line: 5, Start: 1, End: 5, Text: "Drei.", Kind: Sentence, Under: Identity("Kopf")},
	}
	for i := range want {
		want[i].ID = Identity(want[i].Text)
	}
	if !slices.Equal(text.Units, want) {
		t.Errorf("got %+v", text.Units)
	}
}

func TestRefusals(t *testing.T) {
	for name, raw := range map[string]string{
		"not UTF-8": "caf\xe9",
		"NUL":       "a\x00b",
		"too long":  strings.Repeat("a", Limit+1),
	} {
		_, err := Split([]byte(raw), "")
		if e, ok := err.(*kept.Error); !ok || e.Kind != kept.Invalid || e.Hint == "" || strings.Contains(e.Message, raw[:3]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Split([]byte("Bonjour."), "fr"); kept.KindOf(err) != kept.Invalid {
		t.Errorf("language fr: %v", err)
	}
	if text, err := Split(nil, ""); err != nil || len(text.Units) != 0 || text.Language != english {
		t.Errorf("an empty text: %+v %v", text, err)
	}
}
