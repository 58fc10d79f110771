story "The token of Portal SSO is bound to its host, can be replaced and taken back, and goes with the app"

at 2026-02-02T09:00Z
install portal-sso on acme through connect
acme puts service-credentials "portal" {api_token: not-a-real-token}
expect refused under token-for-one-host
acme puts service-credentials "portal" {api_token: not-a-real-token} at acme.atlassian.example
acme gets service-credentials "portal" for sign-in at acme.atlassian.example
expect value {api_token: not-a-real-token}
acme gets service-credentials "portal" for sign-in at birch.atlassian.example
expect refused denied under token-for-one-host
acme gets service-credentials "portal" for assets-access at acme.atlassian.example
expect refused denied under read-for-sign-in-only
expect verdict token-for-one-host kept

acme puts service-credentials "portal" {api_token: another-one} at acme.atlassian.example
expect rows 1 of service-credentials
expect verdict token-can-be-replaced kept
acme deletes service-credentials "portal"
expect verdict token-can-be-revoked kept
wait 1 day
expect openable 0

acme puts service-credentials "portal" {api_token: the-last-one} at acme.atlassian.example
at 2026-03-01T10:00Z
uninstall portal-sso on acme through connect
tick
expect receipt of service-credentials unreachable at 2026-03-01T10:00Z late 0
expect verdict token-gone-at-uninstall kept
expect ledger verified
