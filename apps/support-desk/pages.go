package supportdesk

import (
	"html/template"
	"net/http"
)

var pages = template.Must(template.New("").Parse(`
{{define "head"}}<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Support</title></head>
<body>
{{end}}
{{define "form"}}{{template "head"}}<h1>Send a support bundle</h1>
<p>This is all that will be sent. Change it, or leave the page: nothing has been sent yet.</p>
<form method="post" action="/support/send">
<label>What is wrong? <textarea name="problem_description" required></textarea></label>
<label>Console log <textarea name="console_log">{{.Console}}</textarea></label>
{{if not .Enrolled}}<label>Code from the vendor's support <input name="code" required autocomplete="off"></label>
{{end}}<button>Send support bundle</button></form>
<p><a href="/support/sent">What was sent</a></p>
</body></html>
{{end}}
{{define "receipt"}}{{template "head"}}<h1>{{.Did}}</h1>
<dl><dt>Bundle</dt><dd>{{.Item}}</dd><dt>Fact in the vendor's ledger</dt><dd>{{.Fact}}</dd>
{{with .Receipt}}<dt>Receipt</dt><dd>{{.}}</dd>{{end}}</dl>
<p><a href="/support/sent">What was sent</a></p>
</body></html>
{{end}}
{{define "sent"}}{{template "head"}}<h1>What was sent</h1>
{{if .Bundles}}<ul>
{{range .Bundles}}<li>{{.ID}}, sent {{.Stored.Format "2006-01-02 15:04"}}
<form method="post" action="/support/withdraw"><input type="hidden" name="item" value="{{.ID}}"><button>Withdraw</button></form></li>
{{end}}</ul>
{{if not .Due.IsZero}}<p>The first of them goes by itself on {{.Due.Format "2006-01-02 15:04"}}.</p>{{end}}
{{else}}<p>The vendor has nothing of yours.</p>
{{end}}{{if .Receipts}}<h2>What went</h2>
<ul>
{{range .Receipts}}<li>{{.ID}}: {{.Reason}}, unreachable since {{.Unreachable.Format "2006-01-02 15:04"}}</li>
{{end}}</ul>
{{end}}</body></html>
{{end}}`))

const (
	formPage    = "form"
	receiptPage = "receipt"
	sentPage    = "sent"
)

func show(w http.ResponseWriter, page string, data any) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	return pages.ExecuteTemplate(w, page, data)
}
