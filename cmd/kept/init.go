package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"kept"
	"kept/coverage"
	"kept/document"
	"kept/policy"
)

type initCmd struct {
	Dir     string `arg:"" type:"path" help:"The new policy's folder; it must not be there yet."`
	Vendor  string `help:"The company's name."`
	Country string `help:"Where it sits: ISO 3166-1, two letters."`
	App     string `help:"The app's name."`
	Hosting string `help:"How it runs: forge, forge-remote, connect or datacenter."`
	Text    string `help:"The published text, as Markdown or plain text; it is copied, and each of its sentences gets a proposal."`
}

//go:embed starter.yaml
var starterText string

var starter = template.Must(template.New("policy.yaml").Funcs(template.FuncMap{"quote": quoted, "id": slug}).Parse(starterText))

// Run asks for what no flag says, and writes a policy that check accepts, whole or not at all.
func (c initCmd) Run(e *env) error {
	if _, err := os.Lstat(c.Dir); err == nil {
		return kept.Errorf(kept.Conflict, "%s is there already", c.Dir).WithHint("name a folder that is not there yet")
	}
	if err := c.ask(e); err != nil {
		return err
	}
	files, err := c.files(systemClock{}.Now())
	if err != nil {
		return err
	}
	if err := c.write(files); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s is a policy that promises nothing yet. Next:\n  declare the kinds of data in %s\n", c.Dir, filepath.Join(c.Dir, "policy.yaml"))
	if c.Text != "" {
		fmt.Fprintf(e.out, "  read each proposal in %s, correct it, take its mark away\n", filepath.Join(c.Dir, "promises.yaml"))
	}
	fmt.Fprintf(e.out, "  kept check %s\n", c.Dir)
	if c.Text != "" {
		fmt.Fprintf(e.out, "  kept cover %s --format html --out cover.html   shows the text; behind each sentence, what is proposed for it\n", c.Dir)
		fmt.Fprintf(e.out, "  kept cover %s --min 100\n", c.Dir)
	}
	return nil
}

// ask puts the questions that no flag answered.
func (c *initCmd) ask(e *env) error {
	in := bufio.NewScanner(e.in)
	for _, q := range []struct {
		flag, asks string
		answer     *string
	}{
		{"--vendor", "The company's name", &c.Vendor},
		{"--country", "Its country, two letters (DE)", &c.Country},
		{"--app", "The app's name", &c.App},
		{"--hosting", "How it runs: forge, forge-remote, connect or datacenter", &c.Hosting},
	} {
		if *q.answer != "" {
			continue
		}
		fmt.Fprintf(e.err, "%s: ", q.asks)
		if !in.Scan() || strings.TrimSpace(in.Text()) == "" {
			return kept.Errorf(kept.Invalid, "there is no policy without an answer to that").WithHint("answer, or say it with %s", q.flag)
		}
		*q.answer = strings.TrimSpace(in.Text())
	}
	return nil
}

// files are those of the folder, by name.
func (c initCmd) files(now kept.Time) (map[string][]byte, error) {
	var raw []byte
	language, text := "en", &document.Text{}
	if c.Text != "" {
		var err error
		if raw, err = os.ReadFile(c.Text); err != nil {
			return nil, kept.Errorf(kept.Invalid, "--text: %w", err)
		}
		if text, err = document.Split(raw, ""); err != nil {
			return nil, err
		}
		language = text.Language
	}
	var b strings.Builder
	err := starter.Execute(&b, map[string]string{"Vendor": c.Vendor, "Country": strings.ToUpper(c.Country), "App": c.App, "Hosting": c.Hosting,
		"Language": language, "Today": now.Std().Format("2006-01-02"), "File": c.name()})
	if err != nil {
		return nil, kept.Errorf(kept.Internal, "the starter: %w", err)
	}
	files := map[string][]byte{"policy.yaml": []byte(b.String())}
	p, err := policy.Read(files)
	if err != nil || c.Text == "" {
		return files, err
	}
	if proposal := coverage.Propose(p, p.Documents[0], text); proposal != nil {
		files["promises.yaml"] = proposal
	}
	if _, err := policy.Read(files); err != nil {
		return nil, err
	}
	files[c.name()] = raw
	return files, nil
}

// name is the text's in the folder.
func (c initCmd) name() string {
	if c.Text == "" {
		return ""
	}
	return "text" + filepath.Ext(c.Text)
}

func (c initCmd) write(files map[string][]byte) error {
	parent := filepath.Dir(c.Dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return kept.Errorf(kept.Invalid, "the folder: %w", err)
	}
	draft, err := os.MkdirTemp(parent, ".kept-init-")
	if err != nil {
		return kept.Errorf(kept.Invalid, "the folder: %w", err)
	}
	defer os.RemoveAll(draft) // what is left of it where something fails
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(draft, name), content, 0o644); err != nil {
			return kept.Errorf(kept.Invalid, "a file of the policy: %w", err)
		}
	}
	if err := os.Chmod(draft, 0o755); err != nil {
		return kept.Errorf(kept.Invalid, "the folder: %w", err)
	}
	if err := os.Rename(draft, c.Dir); err != nil {
		return kept.Errorf(kept.Invalid, "the folder: %w", err)
	}
	return nil
}

// quoted is a string in YAML, of which JSON is a part.
func quoted(s string) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(s)
	return strings.TrimSpace(b.String()), err
}

// plain writes the letters that German has beside the others, as one does where only those can be written.
var plain = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "é", "e", "è", "e", "ê", "e", "á", "a", "à", "a", "ç", "c", "ñ", "n", "ø", "o", "å", "a")

// slug makes an id of a name: a-z, 0-9 and single dashes, beginning with a letter.
func slug(name string) string {
	words := strings.FieldsFunc(plain.Replace(strings.ToLower(name)), func(r rune) bool { return r > 'z' || r < '0' || r > '9' && r < 'a' })
	if len(words) > 0 && words[0][0] <= '9' {
		words = append([]string{"id"}, words...)
	}
	if len(words) == 0 {
		return "unnamed"
	}
	return strings.Join(words, "-")
}
