story "A server that stands outside the promised region stores and opens nothing"
policy dunlin

at 2026-03-01T08:00Z
server stands in us-west-2
install beacon on acme
acme puts app-config "main" {colour: blue}
expect refused denied under kept-in-germany
acme logs click in usage-log {button: save}
expect refused denied under kept-in-germany
acme puts error-event "first" {message: "it broke"}
expect items 1
expect verdict kept-in-germany kept
expect verdict errors-also-in-the-us kept

server stands in eu-central-1
acme puts app-config "main" {colour: blue}
acme logs click in usage-log {button: save}
acme gets app-config "main" for monitoring
expect value {colour: blue}
expect verdict kept-in-germany kept

# The machine moves, and the data with it: nobody opens it there, and the board says so.
wait 2 days
server stands in us-west-2
acme gets app-config "main" for monitoring
expect refused denied under kept-in-germany
acme's admin reviews the log for audit
expect refused denied under kept-in-germany
expect verdict kept-in-germany broken
expect verdict errors-also-in-the-us kept

server stands in germanywestcentral
acme gets app-config "main" for monitoring
expect value {colour: blue}
expect verdict kept-in-germany broken

# It is remembered for thirty days.
wait 31 days
acme gets app-config "main" for monitoring
expect verdict kept-in-germany kept
expect ledger verified
