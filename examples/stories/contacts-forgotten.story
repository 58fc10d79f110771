story "A contact that the Marketplace names is kept where a promise says so, and goes when Atlassian has forgotten the person"
policy curlew

at 2026-01-01T08:00Z
install notes on acme
install ledger on acme as books
the marketplace names {name: Ann, email: ann@acme.example, phone: "123", address: Bredgade 1} as technical contact of notes on acme
the marketplace names {name: Bob, email: bob@acme.example} as billing contact of notes on acme
the marketplace names {name: Cid, email: cid@acme.example} as technical contact of ledger on acme
expect rows 0 of contacts

# The next morning they are here: as items, with the fields that a promise names; of the other app nobody, since none says so.
at 2026-01-02T08:00Z
expect rows 2 of contacts on acme
expect rows 0 of contacts on books
expect facts item.stored 2
expect verdict contacts-told kept

# A row that says the same changes nothing, one that says something else overwrites.
at 2026-01-05T08:00Z
expect facts item.overwritten 0
the marketplace names {name: Dora, email: dora@acme.example} as billing contact of notes on acme
at 2026-01-06T08:00Z
expect rows 2 of contacts on acme
expect facts item.overwritten 1
support reads contacts of acme for support
expect value {name: Dora, email: dora@acme.example}

# Atlassian has forgotten Ann. Her item goes, with a receipt of its own, and copies of it open no more.
at 2026-01-20T10:00Z
the marketplace forgets the technical contact of notes on acme
at 2026-01-21T08:00Z
expect rows 1 of contacts on acme
expect receipt of contacts on acme unreachable at 2026-01-21T08:00Z late 0
wait 2 hours
turn the epoch
expect unrecoverable contacts on acme

# A row of before that comes late brings her not back, nor does one of the same day; a later one names somebody else.
the marketplace names {name: Ann, email: ann@acme.example} as technical contact of notes on acme since 2026-01-19
at 2026-01-22T08:00Z
expect rows 1 of contacts on acme
the marketplace names {name: Ann, email: ann@acme.example} as technical contact of notes on acme since 2026-01-20
at 2026-01-23T08:00Z
expect rows 1 of contacts on acme
the marketplace names {name: Eve, email: eve@acme.example} as technical contact of notes on acme
at 2026-01-24T08:00Z
expect rows 2 of contacts on acme

# What the customer purges stays away, until the Marketplace says something new.
acme's admin purges
at 2026-01-25T08:00Z
expect rows 0 of contacts on acme
restart
at 2026-01-26T08:00Z
expect rows 0 of contacts on acme

# While it does not answer, nobody learns whom it has forgotten.
the marketplace names {name: Flo, email: flo@acme.example} as technical contact of notes on acme
at 2026-01-27T08:00Z
expect rows 2 of contacts on acme
the marketplace is failing
at 2026-01-30T08:00Z
expect verdict contacts-told at-risk
the marketplace is well
wait 2 hours
expect verdict contacts-told kept
expect ledger verified
