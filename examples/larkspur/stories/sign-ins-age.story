story "Lines of the login journal tell of sign-ins and of nothing else, and each goes after ninety days"

at 2026-02-02T09:00Z
install portal-sso on acme through connect
acme logs login in login-journal {result: ok, provider: okta} for "557058:0f2a"
acme logs login-refused in login-journal {result: unknown-user, provider: okta} for "557058:0f2b"

# Neither secrets nor anything that the text does not name.
acme logs login in login-journal {result: ok, provider: okta, password: letmein} for "557058:0f2a"
expect refused denied under logins-without-secrets
acme logs page-view in login-journal {result: ok, provider: okta}
expect refused denied under logins-logged
expect verdict logins-logged kept
expect verdict logins-without-secrets kept

at 2026-03-04T09:00Z
acme logs login in login-journal {result: ok, provider: entra} for "557058:0f2a"
acme reviews login-journal for audit
expect entries 3
acme reviews login-journal for marketing
expect refused denied under logins-for-audit

at 2026-05-03T08:59:59Z
acme reviews login-journal for audit
expect entries 3
at 2026-05-03T09:00Z
acme reviews login-journal for audit
expect entries 1
expect value {result: ok, provider: entra}
expect verdict logins-90-days kept
expect ledger verified
