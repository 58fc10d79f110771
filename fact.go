package kept

// FactKind says what happened. The list is closed: a fact of an unknown kind is refused.
type FactKind string

// Replay says what a restore does with facts of a kind that it finds on the restraint list (FORGETTING: restore).
type Replay string

const (
	NoReplay       Replay = "no"          // history only
	ReplayErase    Replay = "erase"       // erase again what the fact names
	ReplayRestrict Replay = "restrict"    // restrict again
	ReplayState    Replay = "state"       // move the installation again
	ReplayRevoke   Replay = "revoke"      // the credential stays dead
	ReplayPassword Replay = "lock-out"    // the account must set a new password
	ReplayEpoch    Replay = "epoch-death" // the epoch stays dead
	ReplayChoice   Replay = "choose"      // what is shorter by it stays shorter
	ReplayHold     Replay = "hold"        // what it keeps is held again, before anything is erased
	ReplaySaid     Replay = "say"         // it is said again, or taken back
)

const (
	FactPolicyLoaded    FactKind = "policy.loaded"
	FactAppKeyCreated   FactKind = "app-key.created"
	FactAppKeyRevoked   FactKind = "app-key.revoked"
	FactCredential      FactKind = "credential.issued"
	FactCodeMade        FactKind = "instance.code-made"
	FactEnrolled        FactKind = "instance.enrolled" // its code, and any key before, are good no more
	FactStaffCreated    FactKind = "staff.created"
	FactPasswordChanged FactKind = "staff.password-changed"
	FactSessionOpened   FactKind = "session.opened"
	FactSessionClosed   FactKind = "session.closed"

	FactInstalled    FactKind = "installation.installed"
	FactUpgraded     FactKind = "installation.upgraded"
	FactMoved        FactKind = "installation.moved"        // from Connect to Forge; the same customer
	FactStrayTenant  FactKind = "installation.stray"        // a signed uninstall of a tenant nobody knows
	FactUninstalled  FactKind = "installation.uninstalled"  // the signal; clocks start
	FactEffective    FactKind = "installation.effective"    // the uninstall has taken effect
	FactRevived      FactKind = "installation.revived"      // a valid token came after the signal
	FactRescued      FactKind = "installation.rescued"      // a reinstall within the promised time
	FactUnsubscribed FactKind = "installation.unsubscribed" // a licence says that it has ended; clocks start
	FactResubscribed FactKind = "installation.resubscribed" // it is paid for again
	FactErasedAll    FactKind = "installation.erased"       // nothing of it is left
	FactSeen         FactKind = "installation.seen"         // the first sign of life of a day
	FactAsked        FactKind = "presence.asked"            // a person is asked whether it is still there
	FactAnswered     FactKind = "presence.answered"         // by a person, or by what was heard meanwhile
	FactLicence      FactKind = "licence.told"              // the Marketplace says something new of a licence
	FactPolled       FactKind = "marketplace.polled"        // it was asked for all licences
	FactContacts     FactKind = "marketplace.contacts"      // what it says of contacts was stored, or erased
	FactRestricted   FactKind = "installation.restricted"
	FactLifted       FactKind = "installation.lifted"

	FactMigrationAsked   FactKind = "migration.asked"   // of a site, to another region: a step that Atlassian asks for
	FactMigrationCopied  FactKind = "migration.copied"  // all of it lies at the other server, too
	FactMigrationLeft    FactKind = "migration.left"    // it lives there, and is destroyed here
	FactMigrationArrived FactKind = "migration.arrived" // it lives here from now on
	FactMigrationUndone  FactKind = "migration.undone"  // the copy that lay here is destroyed

	FactStored      FactKind = "item.stored"
	FactOverwritten FactKind = "item.overwritten"
	FactDeleted     FactKind = "item.deleted"
	FactOpened      FactKind = "item.opened" // by one of the vendor's people
	FactPutRefused  FactKind = "item.refused"
	FactReadRefused FactKind = "read.refused"
	FactLineRefused FactKind = "entry.refused"

	FactDeleteRefused FactKind = "delete.refused"

	FactDisclosed FactKind = "item.disclosed" // read for a recipient
	FactHappened  FactKind = "item.happened"  // an event from which the time of an item counts
	FactTakenBack FactKind = "item.taken-back"

	FactDisclosure        FactKind = "disclosure.recorded" // people handed something out
	FactDisclosureRefused FactKind = "disclosure.refused"

	FactPurgeAsked    FactKind = "purge.asked"
	FactChoiceRefused FactKind = "choice.refused"
	FactChosen        FactKind = "retention.chosen"    // a customer has chosen another limit
	FactErased        FactKind = "retention.erased"    // keys destroyed: unreachable
	FactReclaimed     FactKind = "retention.reclaimed" // rows gone
	FactBraked        FactKind = "retention.braked"    // what is due is closed, and waits to be destroyed
	FactBrakeReleased FactKind = "retention.released"  // because a person said so

	FactReported FactKind = "accounts.reported" // Atlassian was asked about accounts, and answered

	FactHeld        FactKind = "hold.placed"
	FactHoldRenewed FactKind = "hold.renewed"
	FactHoldEnded   FactKind = "hold.ended" // released, or its end has come
	FactHoldRefused FactKind = "hold.refused"
	FactHeldOpened  FactKind = "hold.opened" // one copy, by an officer

	FactEpochOpened  FactKind = "epoch.opened"
	FactEpochDead    FactKind = "epoch.dead"
	FactEpochStopped FactKind = "epoch.stopped"

	FactJournalBatched FactKind = "journal.batched"
	FactAttested       FactKind = "attestation.given"
	FactPublished      FactKind = "document.published"
	FactProbed         FactKind = "contact.probed"
	FactConfirmed      FactKind = "contact.confirmed"
	FactAlarm          FactKind = "alarm.raised"
	FactClockDoubted   FactKind = "clock.doubted"  // it went ahead unexplained: nothing is destroyed
	FactClockBelieved  FactKind = "clock.believed" // again
)

// FactKinds declares for each kind whether a restore replays it.
var FactKinds = map[FactKind]Replay{
	FactPolicyLoaded:    NoReplay,
	FactAppKeyCreated:   NoReplay,
	FactAppKeyRevoked:   ReplayRevoke,
	FactCredential:      NoReplay,
	FactCodeMade:        NoReplay,
	FactEnrolled:        ReplayRevoke,
	FactStaffCreated:    NoReplay,
	FactPasswordChanged: ReplayPassword,
	FactSessionOpened:   NoReplay,
	FactSessionClosed:   ReplayRevoke,
	FactInstalled:       ReplayState,
	FactUpgraded:        NoReplay,
	FactMoved:           ReplayState,
	FactStrayTenant:     NoReplay,
	FactUninstalled:     ReplayState,
	FactEffective:       ReplayState,
	FactRevived:         ReplayState,
	FactRescued:         ReplayState,
	FactUnsubscribed:    ReplayState,
	FactResubscribed:    ReplayState,
	FactErasedAll:       ReplayErase,
	FactLicence:         NoReplay, // it is asked again
	FactPolled:          NoReplay,
	FactContacts:        NoReplay, // what is erased has a fact of its own
	FactSeen:            NoReplay,
	FactAsked:           NoReplay,
	FactAnswered:        NoReplay, // who answers that it is gone uninstalls, and that has a fact of its own
	FactRestricted:      ReplayRestrict,
	FactLifted:          ReplayRestrict,
	FactStored:          NoReplay,
	FactOverwritten:     ReplayErase, // the older value must not come back
	FactDeleted:         ReplayErase,
	FactOpened:          NoReplay,
	FactPutRefused:      NoReplay,
	FactReadRefused:     NoReplay,
	FactLineRefused:     NoReplay,
	FactDisclosed:       NoReplay,
	FactHappened:        ReplaySaid,
	FactTakenBack:       ReplaySaid,
	FactDisclosure:      NoReplay,
	FactPurgeAsked:      ReplayErase,
	FactChosen:          ReplayChoice,
	FactChoiceRefused:   NoReplay,
	FactErased:          ReplayErase,
	FactReclaimed:       NoReplay,
	FactBraked:          NoReplay,
	FactBrakeReleased:   NoReplay,
	FactReported:        NoReplay, // what it led to has facts of its own
	FactHeld:            ReplayHold,
	FactHoldRenewed:     ReplayHold,
	FactHoldEnded:       ReplayErase,
	FactHoldRefused:     NoReplay,
	FactHeldOpened:      NoReplay,
	FactEpochOpened:     NoReplay,
	FactEpochDead:       ReplayEpoch,
	FactEpochStopped:    NoReplay,
	FactJournalBatched:  NoReplay,
	FactAttested:        NoReplay,
	FactPublished:       NoReplay,
	FactProbed:          NoReplay,
	FactConfirmed:       NoReplay,
	FactAlarm:           NoReplay,
	FactClockDoubted:    NoReplay,
	FactClockBelieved:   NoReplay,

	FactDisclosureRefused: NoReplay,
	FactDeleteRefused:     NoReplay,

	FactMigrationAsked:   NoReplay,
	FactMigrationCopied:  NoReplay,
	FactMigrationLeft:    ReplayErase,
	FactMigrationArrived: NoReplay,
	FactMigrationUndone:  ReplayErase,
}

// Fact is what happened. It never holds personal data, a blind index or free text: words are enumerated, refs are ids
// made by this server, commitments are salted hashes whose salt lies in an erasable row. Its bytes: docs/formats.md.
type Fact struct {
	Kind     FactKind
	Scope    Scope
	Ordinal  int64 // counts the facts of the scope from 1, without gaps; set by the kernel
	At       Time  // the transaction's instant; set by the kernel
	Role     Role  // who acted; set by the kernel
	Category string
	Counts   map[string]int64
	Words    map[string]string
	Refs     map[string]ID
	Hashes   map[string][32]byte
}
