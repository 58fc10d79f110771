story "What goes to somebody outside, and what does not"
policy dunlin

at 2026-03-01T08:00Z
install beacon on acme
acme puts app-config "main" {colour: blue}
acme puts error-event "first" {message: "it broke", browser: a-browser}
expect verdict errors-to-fault-desk unproven
expect verdict never-sold unproven

acme discloses error-event "first" to fault-desk for error-tracking under service-improvement
expect value {message: "it broke", browser: a-browser}
expect facts item.disclosed 1
acme's admin reviews the log for audit
expect entries 1
expect verdict errors-to-fault-desk kept
expect verdict errors-also-in-the-us kept
expect verdict never-sold kept

# Nobody declared this one.
acme discloses error-event "first" to passer-by for error-tracking under service-improvement
expect refused denied
# Declared, but named by no promise: whoever the text leaves unnamed receives nothing.
acme discloses app-config "main" to mail-house for newsletter under monitoring
expect refused denied under other-processors
expect verdict other-processors kept
# Named, for something else.
acme discloses error-event "first" to fault-desk for statistics under service-improvement
expect refused denied under errors-to-fault-desk
# Named and for its function, but it stands outside the region of this category.
acme discloses app-config "main" to chart-room for statistics under monitoring
expect refused denied under kept-in-germany
acme discloses error-event "first" to chart-room for statistics under service-improvement
# A purpose that no promise names stays one.
acme discloses error-event "first" to fault-desk for error-tracking under debugging
expect refused denied under errors-purpose
# Not for sale, whatever it is called.
acme discloses error-event "first" to fault-desk for sale under service-improvement
expect refused denied under never-sold
acme discloses error-event "first" to fault-desk for advertising under service-improvement
expect refused denied under never-sold

expect facts item.disclosed 2
expect facts read.refused 7
expect verdict kept-in-germany kept
expect verdict charts-by-chart-room kept
expect verdict never-sold kept
expect verdict hosted-by-linden unproven
restart
expect verdict errors-to-fault-desk kept
expect ledger verified
