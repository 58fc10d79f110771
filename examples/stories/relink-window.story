story "For twenty-one days Atlassian links its own storage to a reinstalled app; here the rescue decides what is found again"
policy curlew

at 2026-01-01T08:00Z
install notes on acme
acme puts notes "first" {text: hello}
acme puts contacts "how" {note: by mail}

# On the last day on which a relink can be asked for: another installation id on the same site, and all of it is found.
at 2026-02-01T08:00Z
uninstall notes on acme
uninstall notes on acme takes effect
at 2026-02-22T08:00Z
reinstall notes on acme
expect facts installation.rescued 1
acme gets notes "first" for notes
expect value {text: hello}

# No relink any more, and the rescue lasts: what is promised gone by now is gone, the rest goes on.
at 2026-03-01T08:00Z
uninstall notes on acme
uninstall notes on acme takes effect
at 2026-03-31T08:00Z
expect receipt of notes unreachable at 2026-03-31T08:00Z late 0
at 2026-04-10T08:00Z
reinstall notes on acme
expect facts installation.rescued 2
expect rows 0 of notes
expect rows 1 of contacts

# After it nothing is found here, whatever Atlassian links there.
at 2026-04-20T08:00Z
uninstall notes on acme
at 2026-07-19T08:00Z
reinstall notes on acme
expect facts installation.rescued 2
expect facts installation.installed 2
expect rows 0 of contacts
expect ledger verified
