story "A secret rotates as often as Atlassian likes, and the customer stays the same"
policy wren

at 2026-02-01T08:00Z
install portal on acme through connect twice
acme puts app-config "sso" {entity_id: okta}

at 2026-02-02T08:00Z
rotate the secret of portal on acme twice
acme shows a token
upgrade portal on acme through connect
acme gets app-config "sso" for sign-in
expect value {entity_id: okta}
expect facts installation.installed 1

# Where the callback is lost, the app does not know the secret, and nobody gets in.
at 2026-02-03T08:00Z
rotate the secret of portal on acme lost
acme shows a token
expect refused denied
rotate the secret of portal on acme
acme shows a token

# What was replaced is gone for everybody.
wait 2 days
expect openable 0
