package kept_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// The house as ARCHITECTURE.md draws it.
const (
	module      = "kept"
	longestFile = 600
	strangers   = "strangers"
)

// caps are the lines, tests apart, at which a package has taken on too much.
var caps = map[string]int{"kernel": 1500, "assembly": 800}

// A seam is where the outside comes in. Its row in the table of seams is found by its key and names the folders; a seam
// without a key is open nowhere.
type seam struct {
	key, path string
	names     []string // none: the import itself
}

var seams = []seam{
	{"time.Now", "time", []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTicker", "NewTimer", "Tick"}},
	{"crypto/rand", "crypto/rand", nil},
	{"os.Getenv", "os", []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}},
	{"", "net/http", []string{"DefaultClient", "Get", "Head", "Post", "PostForm"}},
}

func TestTheHouseStandsAsDrawn(t *testing.T) {
	for _, breach := range inspect(t, os.DirFS(".")) {
		t.Error(breach)
	}
}

func TestEveryDependencyHasALine(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	var asked, listed []string
	for _, r := range mod.Require {
		if !r.Indirect {
			asked = append(asked, r.Mod.Path)
		}
	}
	for _, c := range cells(string(doc), "module") {
		listed = append(listed, words(c[0])...)
	}
	slices.Sort(asked)
	slices.Sort(listed)
	if !slices.Equal(asked, listed) {
		t.Errorf("docs/dependencies.md has a line for each direct module of go.mod:\ngo.mod %v\nlisted %v", asked, listed)
	}
}

type row struct {
	floor      string
	level      int
	imports    []string
	everything bool // of lower floors
}

type source struct {
	name, dir string // dir is the package as the table names it
	test      bool
	text      string
	syntax    *ast.File
	files     *token.FileSet
}

func (s source) at(p token.Pos) string {
	return fmt.Sprintf("%s:%d", s.name, s.files.Position(p).Line)
}

// inspect returns one line for each breach of a rule in the tree.
func inspect(t *testing.T, tree fs.FS) (breaches []string) {
	t.Helper()
	drawing, err := fs.ReadFile(tree, "ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	say := func(format string, args ...any) { breaches = append(breaches, fmt.Sprintf(format, args...)) }
	rows := readRows(string(drawing), say)
	open := readSeams(string(drawing), say)
	sources := readSources(t, tree, say)

	checkFolders(rows, sources, say)
	checkComments(sources, say)
	checkSizes(sources, say)
	for _, s := range sources {
		if !s.test {
			checkImports(rows, s, say)
		}
		checkSeams(open, s, say)
	}
	slices.Sort(breaches)
	return breaches
}

// cells are the cells of the lines of a Markdown table whose head starts with the given cell.
func cells(text, head string) (all [][]string) {
	in := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			in = false
			continue
		}
		cut := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cut {
			cut[i] = strings.TrimSpace(cut[i])
		}
		switch {
		case cut[0] == head:
			in = true
		case in && strings.Trim(cut[0], "-:") != "":
			all = append(all, cut)
		}
	}
	return all
}

var quoted = regexp.MustCompile("`([^`]+)`")

func words(cell string) (all []string) {
	for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
		all = append(all, m[1])
	}
	return all
}

type complain func(format string, args ...any)

func readRows(drawing string, say complain) map[string]row {
	rows, levels := map[string]row{}, map[string]int{}
	table := cells(drawing, "floor")
	for _, c := range table {
		if len(c) != 4 || len(words(c[1])) != 1 {
			say("ARCHITECTURE.md: a row needs floor, one `package`, a sentence, imports: %q", strings.Join(c, " | "))
			continue
		}
		name := words(c[1])[0]
		if _, twice := rows[name]; twice {
			say("ARCHITECTURE.md: %s has two rows", name)
		}
		if _, known := levels[c[0]]; !known {
			levels[c[0]] = len(levels) // a floor stands where it appears first
		}
		rows[name] = row{floor: c[0], level: levels[c[0]], imports: words(c[3]), everything: c[3] == "everything below"}
	}
	for name, r := range rows {
		for _, i := range r.imports {
			lower, known := rows[i]
			switch {
			case !known:
				say("ARCHITECTURE.md: %s may import %s, which has no row", name, i)
			case r.floor == strangers:
				if i != "client" {
					say("ARCHITECTURE.md: %s is a stranger and may import client alone, not %s", name, i)
				}
			case lower.level >= r.level:
				say("ARCHITECTURE.md: %s may not import %s, which is no lower floor", name, i)
			}
		}
		if r.floor == strangers && r.everything {
			say("ARCHITECTURE.md: %s is a stranger and may import client alone", name)
		}
	}
	return rows
}

// readSeams gives the folders in which each seam, by its place in seams, is open.
func readSeams(drawing string, say complain) [][]string {
	open := make([][]string, len(seams))
	table := cells(drawing, "what")
	for i, s := range seams {
		if s.key == "" {
			continue
		}
		at := slices.IndexFunc(table, func(c []string) bool { return slices.Contains(words(c[0]), s.key) })
		if at < 0 {
			say("ARCHITECTURE.md: the table of seams has no row for `%s`", s.key)
			continue
		}
		open[i] = words(table[at][1])
	}
	return open
}

var everyColumn = regexp.MustCompile(`(?i)\bselect\s+(distinct\s+)?(\w+\.)?\*`)

// readSources parses every Go file of the module, and reads Go and SQL for what no file may say.
func readSources(t *testing.T, tree fs.FS, say complain) (all []source) {
	t.Helper()
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if d.IsDir() {
			_, nested := fs.Stat(tree, path.Join(name, "go.mod"))
			if name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules" || nested == nil) {
				return fs.SkipDir
			}
			return nil
		}
		ext := path.Ext(name)
		if ext != ".go" && ext != ".sql" {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		if at := everyColumn.FindIndex(text); at != nil {
			say("columns are spelled out, no SELECT of all: %s:%d", name, 1+strings.Count(string(text[:at[0]]), "\n"))
		}
		if ext != ".go" {
			return nil
		}
		s := source{name: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), text: string(text), files: token.NewFileSet()}
		if s.dir == "." {
			s.dir = module
		}
		s.syntax, err = parser.ParseFile(s.files, name, text, parser.ParseComments|parser.SkipObjectResolution)
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func checkFolders(rows map[string]row, sources []source, say complain) {
	folders := map[string]bool{}
	for _, s := range sources {
		folders[s.dir] = true
	}
	for dir := range folders {
		if _, ok := rows[dir]; !ok {
			say("every package has a row in ARCHITECTURE.md: %s has none", dir)
		}
	}
	for name := range rows {
		if !folders[name] {
			say("a row in ARCHITECTURE.md has a package: %s has none", name)
		}
	}
}

func checkComments(sources []source, say complain) {
	found := map[string][]string{}
	for _, s := range sources {
		if s.test {
			continue
		}
		names := found[s.dir]
		if s.syntax.Doc.Text() != "" {
			names = append(names, s.name)
		}
		found[s.dir] = names
	}
	for dir, names := range found {
		if len(names) != 1 {
			say("a package has exactly one package comment: %s has %d %v", dir, len(names), names)
		}
	}
}

func checkSizes(sources []source, say complain) {
	total := map[string]int{}
	for _, s := range sources {
		n := strings.Count(s.text, "\n")
		if n > longestFile && !ast.IsGenerated(s.syntax) {
			say("a file has at most %d lines: %s has %d", longestFile, s.name, n)
		}
		if !s.test {
			total[s.dir] += n
		}
	}
	for dir, most := range caps {
		if total[dir] > most {
			say("%s has at most %d lines without tests: it has %d", dir, most, total[dir])
		}
	}
}

func checkImports(rows map[string]row, s source, say complain) {
	from := rows[s.dir]
	for _, i := range s.syntax.Imports {
		to, _ := strconv.Unquote(i.Path.Value) // the parser has checked it
		inside, ours := strings.CutPrefix(to, module+"/")
		switch {
		case ours || to == module:
			below, known := rows[inside]
			if slices.Contains(from.imports, inside) || from.everything && known && below.level < from.level {
				continue
			}
			if from.floor == strangers {
				say("a stranger imports client alone: %s imports %s", s.at(i.Pos()), to)
			} else {
				say("a package imports what its row names: %s imports %s", s.at(i.Pos()), to)
			}
		case s.dir == module && strings.Contains(strings.Split(to, "/")[0], "."):
			say("the words import the standard library alone: %s imports %s", s.at(i.Pos()), to)
		}
	}
}

func checkSeams(open [][]string, s source, say complain) {
	local := map[string]int{} // the name by which the file calls a seam's package
	for _, i := range s.syntax.Imports {
		to, _ := strconv.Unquote(i.Path.Value)
		n := slices.IndexFunc(seams, func(c seam) bool { return c.path == to })
		if n < 0 {
			continue
		}
		name := path.Base(to)
		if i.Name != nil {
			name = i.Name.Name
		}
		switch {
		case name == ".":
			say("a seam's package is imported by name: %s", s.at(i.Pos()))
		case seams[n].names == nil && !s.test && !isOpen(open[n], s.dir):
			say("a seam is open in the folders ARCHITECTURE.md names: %s imports %s", s.at(i.Pos()), to)
		}
		local[name] = n
	}
	ast.Inspect(s.syntax, func(node ast.Node) bool {
		use, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := use.X.(*ast.Ident)
		if !ok {
			return true
		}
		n, ok := local[pkg.Name]
		if !ok || !slices.Contains(seams[n].names, use.Sel.Name) {
			return true
		}
		symbol := path.Base(seams[n].path) + "." + use.Sel.Name
		switch {
		case s.test && symbol == "time.Sleep":
			say("a test never sleeps: %s", s.at(use.Pos()))
		case !s.test && !isOpen(open[n], s.dir):
			say("a seam is open in the folders ARCHITECTURE.md names: %s uses %s", s.at(use.Pos()), symbol)
		}
		return true
	})
}

func isOpen(folders []string, dir string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return dir == f || strings.HasPrefix(dir, f+"/") })
}
