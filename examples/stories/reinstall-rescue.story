story "A reinstall within ninety days finds its configuration again"
policy larkspur

at 2026-02-01T08:00Z
install portal-sso on acme
acme puts app-config "sso" {entity_id: okta}
acme puts service-credentials "credentials" {admin_email: ann@acme.example, api_token: t-1234}

at 2026-03-01
uninstall portal-sso on acme

# The reinstall proves that the uninstall was real: what was promised gone at the uninstall goes now.
at 2026-04-30
reinstall portal-sso on acme
expect state installed
expect facts installation.rescued 1
expect items 0 of service-credentials
expect receipt of service-credentials unreachable at 2026-04-30 late 0
acme gets app-config "sso" for sign-in
expect value {entity_id: okta}

# The first clock was stopped for good.
at 2026-05-30T00:00:01Z
acme gets app-config "sso" for sign-in
expect value {entity_id: okta}
expect verdict rescue-90-days kept

# A second uninstall starts ninety days of its own.
at 2026-06-15T12:00Z
uninstall portal-sso on acme
at 2026-09-13T11:59:59Z
expect rows 1 of app-config
at 2026-09-13T12:00Z
expect receipt of app-config unreachable at 2026-09-13T12:00Z late 0
expect rows 0 of app-config
expect state erased
