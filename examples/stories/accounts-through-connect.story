story "A Connect app needs no trigger to report accounts"
policy pipit

at 2026-02-01T08:00Z
install rota on acme through connect
acme puts profiles "ann" {name: Ann} about "712020:ann"
at 2026-02-07T08:00Z
expect reports 0
at 2026-02-08T08:00Z
expect reports 1 of "712020:ann"
rotate the secret of rota on acme
account "712020:ann" closes
at 2026-02-15T08:00:10Z
expect reports 2 of "712020:ann"
expect rows 0 of profiles
expect subjects 0
expect ledger verified
