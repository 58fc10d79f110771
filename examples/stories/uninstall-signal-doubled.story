story "An uninstall that is signalled twice starts its clock once"
policy larkspur

at 2026-02-01T08:00Z
install portal-sso on acme twice
expect facts installation.installed 1
acme puts app-config "sso" {entity_id: okta}

at 2026-03-01T10:00Z
uninstall portal-sso on acme twice
expect facts installation.uninstalled 1
at 2026-03-02T10:00Z
uninstall portal-sso on acme
expect facts installation.uninstalled 1

at 2026-05-30T10:00Z
expect receipt of app-config unreachable at 2026-05-30T10:00Z late 0
expect rows 0 of app-config
