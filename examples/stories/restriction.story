story "A restricted installation lies still: nobody reads it or adds to it, but it may be erased"
policy larkspur

at 2026-03-01T08:00Z
install portal-sso on acme
acme puts app-config "sso" {entity_id: okta}
acme puts app-config "second" {entity_id: ping}
acme's admin restricts processing
acme gets app-config "sso" for sign-in
expect refused denied
acme puts app-config "sso" {entity_id: onelogin}
expect refused denied
acme deletes app-config "second"
expect items 1

at 2026-03-09T08:00Z
acme gets app-config "sso" for sign-in
expect refused denied
acme's admin lifts the restriction
acme gets app-config "sso" for sign-in
expect value {entity_id: okta}
