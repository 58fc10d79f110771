story "Credentials die at the uninstall, while the configuration stays for ninety days"
policy larkspur

at 2026-03-01T09:30Z
install portal-sso on acme
acme puts app-config "sso" {entity_id: okta}
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: t-1234} about "account-of-ann"
acme gets service-credentials "credentials" for provisioning
expect value {admin_email: ann@acme.example, api_token: t-1234}

# The uninstall is signalled. Nothing opens the token from this instant on.
at 2026-03-01T10:00Z
uninstall portal-sso on acme
acme gets service-credentials "credentials" for provisioning
expect refused late under credentials-at-once
expect unreadable service-credentials under credentials-at-once
expect items 0 of service-credentials
expect items 1 of app-config

# The operator knows that the uninstall was real: now the key is destroyed.
uninstall portal-sso on acme takes effect
tick
expect receipt of service-credentials unreachable at 2026-03-01T10:00Z late 0
expect rows 0 of service-credentials
expect rows 1 of app-config
expect verdict credentials-at-once kept

# After the next turn of the epoch no copy of it opens, while the configuration's still do.
wait 1 day
expect openable 0 of service-credentials
expect openable 1 of app-config
expect unrecoverable service-credentials
at 2026-05-30T10:00Z
expect receipt of app-config unreachable at 2026-05-30T10:00Z late 0
expect rows 0 of app-config
expect state erased
