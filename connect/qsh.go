package connect

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"kept"
)

// contextQSH stands in tokens that belong to no request. atlassian: connect active API migrations, context-qsh
const contextQSH = "context-qsh"

// Request is the part of a request that a token covers. Its body is not covered.
type Request struct {
	Method string
	Target string // path and query, escaped as they were received: /page?a=b%20c
}

// QSH is the query string hash of a request: 64 lower-case hexadecimal digits. base is the baseUrl of the app's
// descriptor, whose path does not count; "" for an app at the root of its host.
// Errors: Invalid, for a target that can't be read in one way only.
// atlassian: understanding JWT for Connect apps; the library's code where the text differs from it
func QSH(r Request, base string) (string, error) {
	canonical, err := canonicalise(r, base)
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256([]byte(canonical))
	return hex.EncodeToString(digest[:]), nil
}

var methodShape = regexp.MustCompile(`^[A-Za-z]+$`)

func canonicalise(r Request, base string) (string, error) {
	path, query, _ := strings.Cut(r.Target, "?")
	if !methodShape.MatchString(r.Method) || strings.ContainsRune(r.Target, '#') {
		return "", kept.Errorf(kept.Invalid, "not the method, path and query of a request")
	}
	u, err := url.Parse(base)
	if err != nil {
		return "", kept.Errorf(kept.Invalid, "the base of the app is no URL")
	}
	sorted, err := canonicalQuery(query)
	if err != nil {
		return "", err
	}
	return strings.ToUpper(r.Method) + "&" + canonicalPath(path, u.EscapedPath()) + "&" + sorted, nil
}

// canonicalPath is the path as received but for the base, literal ampersands and one slash at its end.
func canonicalPath(path, base string) string {
	base = strings.TrimSuffix(base, "/")
	if rest, found := strings.CutPrefix(path, base); found && (rest == "" || rest[0] == '/') {
		path = rest
	}
	path = strings.ReplaceAll(path, "&", "%26")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	return path
}

// canonicalQuery reads a query as forms write it, but for semicolons, which separate nothing, and leaves the token out.
func canonicalQuery(query string) (string, error) {
	values := map[string][]string{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return "", kept.Errorf(kept.Invalid, "a parameter of the query is escaped wrongly")
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return "", kept.Errorf(kept.Invalid, "a parameter of the query is escaped wrongly")
		}
		if name != "jwt" {
			values[name] = append(values[name], value)
		}
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	var out strings.Builder
	for i, name := range names {
		if i > 0 {
			out.WriteByte('&')
		}
		escape(&out, name)
		slices.Sort(values[name]) // before they are escaped, as the library does
		for j, value := range values[name] {
			out.WriteByte("=,"[min(j, 1)])
			escape(&out, value)
		}
	}
	return out.String(), nil
}

// escape is percent-encoding (spec: RFC 3986 2.1), for which net/url has no function: it has one for forms.
func escape(out *strings.Builder, s string) {
	const digits = "0123456789ABCDEF"
	for _, b := range []byte(s) {
		if 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("-._~", b) >= 0 {
			out.WriteByte(b)
			continue
		}
		out.WriteByte('%')
		out.WriteByte(digits[b>>4])
		out.WriteByte(digits[b&15])
	}
}
