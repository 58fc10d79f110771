package main

import (
	"bytes"
	"encoding/json"
	"os"

	"kept"
	"kept/marketplace"
	"kept/policy"
)

// marketplaceAccount reads the file with the account that asks for licences; without a file nobody asks. An app of Connect is
// known there by its key, the file names the others.
func marketplaceAccount(file string, p *policy.Policy) (*marketplace.Account, error) {
	if file == "" {
		return nil, nil
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, kept.Errorf(kept.Invalid, "the Marketplace's account: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, kept.Errorf(kept.Invalid, "%s can be read by others, and holds a token", file).WithHint("chmod 600 %s", file)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, kept.Errorf(kept.Invalid, "the Marketplace's account: %w", err)
	}
	var said struct {
		Developer, Email, Token string
		Apps                    map[string]string
	}
	strict := json.NewDecoder(bytes.NewReader(b))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&said); err != nil || said.Developer == "" || said.Email == "" || said.Token == "" {
		return nil, kept.Errorf(kept.Invalid, "%s is no account of the Marketplace", file). // whose text is not quoted: it holds a token
													WithHint(`{"developer": "…", "email": "…", "token": "…", "apps": {"com.example.app": "app"}}`)
	}
	account := &marketplace.Account{Apps: map[string]string{}}
	account.Developer, account.Email, account.Token = said.Developer, said.Email, said.Token
	for _, a := range p.Apps {
		if a.Connect != "" {
			account.Apps[a.Connect] = a.ID
		}
	}
	for key, app := range said.Apps {
		if _, ok := p.App(app); !ok {
			return nil, kept.Errorf(kept.Invalid, "%s names the app %s, and the policy has none of that name", file, app).WithHint("apps: the app's key in the Marketplace, and its id in the policy")
		}
		account.Apps[key] = app
	}
	return account, nil
}
