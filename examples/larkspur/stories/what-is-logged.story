story "Portal SSO logs logins by account alone, its token is for one host, and nobody of Larkspur opens it"

at 2026-02-02T09:00Z
install portal-sso on rowan through connect
rowan logs login in login-journal {result: ok, provider: okta} for "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077"
rowan logs login in login-journal {password: not-a-real-one}
expect refused denied under logins-without-secrets
rowan logs export in login-journal {result: ok}
expect refused denied under logins-logged
rowan puts service-credentials "token" {api_token: not-a-real-token}
expect refused denied under token-for-one-host
rowan puts service-credentials "token" {api_token: not-a-real-token} at rowan.example
rowan gets service-credentials "token" for sign-in at elsewhere.example
expect refused denied under token-for-one-host
rowan gets service-credentials "token" for sign-in at rowan.example
expect value {api_token: not-a-real-token}
support reads service-credentials "token" of rowan for sign-in
expect refused denied under nobody-opens-secrets
rowan puts service-credentials "token" {api_token: another-token} at rowan.example
rowan deletes service-credentials "token"

expect verdict logins-logged kept
expect verdict reads-logged kept
expect verdict reads-logged-without-names kept
expect verdict encrypted-at-rest kept
expect verdict token-for-one-host kept
expect verdict token-can-be-replaced kept
expect verdict token-can-be-revoked kept
expect ledger verified
