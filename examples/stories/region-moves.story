story "A customer's site moves to the European Union: the data is there, and where it was no key is left"
policy whimbrel

at 2026-03-01T08:00Z
server stands in us-west-2
another server stands in eu-central-1 for eu and this one for us
install roost on acme
acme puts settings "page" {colour: blue}
acme puts tokens "jira" {api_token: t-1234} about "account-of-ann"
acme puts notes "one" {text: hello} about "account-of-ben"
acme gets notes "one" for page
install roost on globex
globex puts settings "page" {colour: green}

# Atlassian announces the move, twice, and starts it: from now on nobody reads or writes.
at 2026-03-10T08:00Z
atlassian starts the move of acme
expect refused conflict
atlassian schedules the move of acme to eu twice
acme gets notes "one" for page
atlassian starts the move of acme twice
expect move of acme in-progress
acme gets notes "one" for page
expect refused denied
tick
expect move of acme ready-to-commit
acme puts settings "page" {colour: red}
expect refused denied
acme's admin purges
expect refused denied

# The commit is heard late, and twice: then the other server has it, and this one nothing.
at 2026-03-10T09:00Z
atlassian commits the move of acme twice
tick
expect receipt of settings on acme unreachable at 2026-03-10T09:00Z late 0 as moved
expect receipt of tokens on acme unreachable at 2026-03-10T09:00Z late 0 as moved
expect receipt of notes on acme unreachable at 2026-03-10T09:00Z late 0 as moved
expect receipt of read-log on acme unreachable at 2026-03-10T09:00Z late 0 as moved
expect rows 0 of settings on acme
expect rows 0 of read-log on acme
expect rows 1 of settings on globex
expect state erased of acme
expect facts migration.left 1 on acme
expect verdict in-two-regions kept

at the other server
acme gets settings "page" for page
expect value {colour: blue}
acme gets tokens "jira" for page
expect value {api_token: t-1234}
acme gets notes "one" for page
expect value {text: hello}
acme's admin reviews the log for customer-review
expect entries 5
expect facts migration.arrived 1 on acme

# After the next turn of the epoch no copy opens where it was.
wait 1 day
expect openable 1 of notes on acme
at the other server
expect unrecoverable notes on acme
expect unrecoverable read-log on acme
expect openable 0 of notes on acme
expect openable 1 of settings on globex
expect ledger verified

# Thirty days run from when the note was written, not from when it arrived.
at the other server
at 2026-03-31T07:59:59Z
expect rows 1 of notes on acme
at 2026-03-31T08:00Z
expect receipt of notes on acme unreachable at 2026-03-31T08:00Z late 0 as aged
expect rows 0 of notes on acme
acme gets settings "page" for page
expect value {colour: blue}
expect ledger verified

# Silence runs on, too: thirty days after it was heard of last, a person is asked.
at 2026-04-30T07:59:59Z
expect question silence 0
at 2026-04-30T08:00Z
expect question silence 1
