story "Portal SSO moves to Forge and the customer stays the same; one that stays on Connect until the end leaves as ever"

at 2026-02-02T09:00Z
install portal-sso on acme through connect
acme puts sso-config "config" {issuer: "https://login.acme.example", client_id: larkspur}
acme puts idp-credentials "secret" {client_secret: not-a-real-secret}
install portal-sso on birch through connect
birch puts sso-config "config" {issuer: "https://id.birch.example", client_id: larkspur}
birch puts idp-credentials "secret" {client_secret: not-a-real-secret}

# Forge calls it an installation, Connect a tenant: to the server it is one customer, before and after.
at 2026-04-01T10:00Z
move portal-sso on acme to forge
acme gets sso-config "config" for sign-in
expect value {issuer: "https://login.acme.example", client_id: larkspur}
acme gets idp-credentials "secret" for sign-in
expect facts installation.installed 1 on acme
expect facts retention.erased 0 on acme

# What is read to sign people in is read for nothing else.
acme gets idp-credentials "secret" for support
expect refused denied under read-for-sign-in-only

# Connect tells of an uninstall when the app is gone, so nothing has to be waited for.
at 2026-05-01T10:00Z
uninstall portal-sso on birch through connect
tick
expect receipt of idp-credentials on birch unreachable at 2026-05-01T10:00Z late 0
at 2026-07-30T10:00Z
expect receipt of sso-config on birch unreachable at 2026-07-30T10:00Z late 0
expect state erased of birch
expect state installed of acme

# Nobody has heard of acme since April, and nobody has said that it is still there; a token says it.
expect verdict client-secret-gone-at-uninstall at-risk
acme shows a token
expect verdict client-secret-gone-at-uninstall kept
expect verdict sso-config-90-days kept
expect verdict read-for-sign-in-only kept
wait 1 day
expect openable 0 on birch
expect ledger verified
