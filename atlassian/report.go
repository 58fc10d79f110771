package atlassian

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"kept"
)

// MostAccounts is how many accounts one call may report. atlassian: user privacy guidelines
const MostAccounts = 90

// ReportPath is where a product takes reports of Connect apps, below its base URL.
const ReportPath = "/rest/atlassian-connect/latest/report-accounts"

const (
	usualWait = time.Minute    // where a busy Atlassian does not say how long
	longWait  = 24 * time.Hour // no answer makes us wait longer
)

// Account is somebody about whom something is stored, and when the oldest of it was retrieved.
type Account struct {
	ID        string
	Retrieved kept.Time
}

// Answer is what Atlassian says to a report.
type Answer struct {
	Status          int
	Closed, Updated []string      // of the accounts that were reported
	Cycle           time.Duration // in which each account is to be reported; 0 where it is not said
	Wait            time.Duration // of 429, how long
}

// Report reports at most MostAccounts accounts with a bearer token of the app's. Errors: Internal where there is no answer,
// or none that can be read: then nobody knows whether the report was heard.
func (c *Client) Report(ctx context.Context, bearer string, accounts []Account) (Answer, error) {
	return report(ctx, c.hurried(), strings.TrimSuffix(c.API, "/")+"/app/report-accounts/", "Bearer "+bearer, accounts)
}

// ReportTo reports accounts to the site of a Connect app, with a token of the app's for that request. Errors as of Report.
func (c *Client) ReportTo(ctx context.Context, base, token string, accounts []Account) (Answer, error) {
	if !c.IsSite(base) {
		return Answer{}, kept.Errorf(kept.Internal, "the base URL does not lead to a site of Atlassian")
	}
	return report(ctx, c.HTTP, base+ReportPath, "JWT "+token, accounts)
}

var siteShape = regexp.MustCompile(`^https://[a-z0-9][a-z0-9-]{0,62}\.(atlassian\.net|jira\.com)(/wiki)?$`)

// IsSite tells whether a base URL is that of a product on a site of Atlassian, so that a token may travel there.
func (c *Client) IsSite(base string) bool {
	return siteShape.MatchString(base) || c.Sites != "" && strings.HasPrefix(base, c.Sites+"/")
}

func report(ctx context.Context, by *http.Client, address, authorization string, accounts []Account) (out Answer, err error) {
	type account struct {
		ID      string `json:"accountId"`
		Updated string `json:"updatedAt"`
	}
	var body struct {
		Accounts []account `json:"accounts"`
	}
	asked := map[string]bool{}
	for _, a := range accounts {
		body.Accounts, asked[a.ID] = append(body.Accounts, account{a.ID, a.Retrieved.Std().Format("2006-01-02T15:04:05.000Z")}), true
	}
	b, err := json.Marshal(body)
	if err != nil || len(accounts) > MostAccounts {
		return out, kept.Errorf(kept.Internal, "these accounts can't be reported in one call")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(b))
	if err != nil {
		return out, kept.Errorf(kept.Internal, "an address of Atlassian is malformed")
	}
	r.Header.Set("Authorization", authorization)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	response, err := unled(by).Do(r)
	if err != nil {
		return out, kept.Errorf(kept.Internal, "Atlassian does not answer")
	}
	defer response.Body.Close()
	out = Answer{Status: response.StatusCode, Cycle: cycle(response.Header.Get("Cycle-Period"))}
	switch response.StatusCode {
	case http.StatusTooManyRequests:
		out.Wait = wait(response.Header.Get("Retry-After"))
	case http.StatusOK:
		answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
		if err != nil || len(answer) > maxAnswer {
			return out, kept.Errorf(kept.Internal, "Atlassian's answer breaks off or is too long")
		}
		err = out.read(answer, asked)
		return out, err
	}
	return out, nil
}

// read takes from an answer what was asked about, each account once; closed outweighs updated, and what else it says is not ours.
func (a *Answer) read(answer []byte, asked map[string]bool) error {
	var body struct {
		Accounts *[]struct {
			ID     string `json:"accountId"`
			Status string `json:"status"`
		} `json:"accounts"`
	}
	if json.Unmarshal(answer, &body) != nil || body.Accounts == nil {
		return kept.Errorf(kept.Internal, "Atlassian's answer is malformed")
	}
	status := map[string]string{}
	var order []string
	for _, s := range *body.Accounts {
		if !asked[s.ID] || s.Status != "closed" && s.Status != "updated" {
			continue
		}
		if status[s.ID] == "" {
			order = append(order, s.ID)
		}
		if status[s.ID] != "closed" {
			status[s.ID] = s.Status
		}
	}
	for _, id := range order {
		if status[id] == "closed" {
			a.Closed = append(a.Closed, id)
		} else {
			a.Updated = append(a.Updated, id)
		}
	}
	return nil
}

// cycle is the length of a Cycle-Period header; 0 where it says none, or one that nobody could mean.
func cycle(header string) time.Duration {
	period, err := kept.ParsePeriod(header)
	if length := period.Shortest(); err == nil && period.Months <= 3 && length >= 24*time.Hour && length <= 92*24*time.Hour {
		return length
	}
	return 0
}

func wait(header string) time.Duration {
	seconds, err := strconv.ParseInt(header, 10, 64)
	if err != nil || seconds <= 0 {
		return usualWait
	}
	return min(time.Duration(min(seconds, int64(longWait/time.Second)))*time.Second, longWait)
}
