story "A slip that is mended and made again before the server did anything is held up like the first one"
policy godwit

at 2026-01-10T09:00Z
install desk on acme
acme puts threads "t" {text: one}
at 2026-01-20T09:00Z
acme says ticket-closed of threads "t"
expect foreseen 1 of threads on 2026-02-03

# One day for fourteen. It is seen, taken back, and made again, each time without a tick in between.
at 2026-01-25T09:00Z
vendor changes the policy to godwit-hasty
expect waiting 1
vendor changes the policy to godwit
expect waiting 0
vendor changes the policy to godwit-hasty
expect waiting 1
tick
expect unreadable threads under threads-while-open
expect rows 1 of threads
expect openable 1 of threads

vendor changes the policy to godwit
acme gets threads "t" for service
expect value {text: one}
at 2026-02-03T08:59:59Z
expect rows 1 of threads
at 2026-02-03T09:00Z
expect receipt of threads unreachable at 2026-02-03T09:00Z late 0
expect ledger verified
