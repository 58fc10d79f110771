story "A customer's admin has everything purged at once"
policy larkspur

at 2026-03-01T08:00Z
install portal-sso on acme
install portal-sso on globex
acme puts app-config "sso" {entity_id: okta}
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: t-1234}
globex puts app-config "sso" {entity_id: ping}

at 2026-03-05T09:00Z
acme's admin purges service-credentials
expect receipt of service-credentials on acme unreachable at 2026-03-05T09:00Z late 0
expect items 0 of service-credentials on acme
expect items 1 of app-config on acme
officer purges acme
expect items 0 on acme
tick
expect rows 0 of app-config on acme
expect rows 1 of app-config on globex
expect verdict purge-on-request kept

# The installation lives on and may store again.
acme puts app-config "sso" {entity_id: onelogin}
acme gets app-config "sso" for sign-in
expect value {entity_id: onelogin}

wait 1 day
expect openable 0
expect openable 0 of service-credentials on acme
expect openable 1 of app-config on acme
expect unrecoverable service-credentials on acme
expect ledger verified
