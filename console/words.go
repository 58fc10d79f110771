package console

import (
	"kept"
	"kept/coverage"
	"kept/installation"
	"kept/lint"
	"kept/policy"
)

// States of a sentence that no evidence leads to; they stand beside the verdicts.
const (
	unbound  = kept.Verdict(coverage.Unbound)
	changed  = kept.Verdict(coverage.Changed)
	bare     = kept.Verdict(coverage.Bare)
	enforced = kept.Verdict(coverage.Enforced) // where nobody looked at the evidence: docs/console.md
)

// ranked are the verdicts from the worst to the best: what a sentence shows is the first of them that it has.
var ranked = []kept.Verdict{kept.Broken, kept.AtRisk, unbound, changed, bare, kept.Contradicted, kept.NoEngine, kept.Unproven,
	kept.Attested, enforced, kept.Kept, kept.NoVerdict}

// verdictWords is how people read a verdict, and what it means. This and all below are messages: a tongue says them.
var verdictWords = map[kept.Verdict][2]string{
	kept.Kept:         {"kept", "exercised, and nothing speaks against it"},
	kept.AtRisk:       {"at risk", "not broken yet, but somebody must act"},
	kept.Broken:       {"broken", "the evidence speaks against it"},
	kept.Unproven:     {"unproven", "enforced, but never exercised"},
	kept.NoEngine:     {"no engine", "nothing here enforces it yet, so it is unproven"},
	kept.Contradicted: {"contradicted", "the text says something else elsewhere, which is kept instead"},
	kept.Attested:     {"attested", "people give their word for it, with an expiry"},
	kept.NoVerdict:    {"information", "nothing is promised"},
	unbound:           {"unbound", "the policy does not know this sentence"},
	changed:           {"changed", "the wording changed since the policy was bound to it"},
	bare:              {"bare", "it names a length of time or a cipher, and nobody says why it promises nothing"},
	enforced:          {"enforced", "an engine does or judges all that it says"},
}

// topic is a group of control kinds as readers of a privacy policy look for them.
type topic struct {
	ID, Title string
	Kinds     []string
}

var topics = []topic{
	{"collected", "What is collected", []string{"collect", "store-nothing", "cookie"}},
	{"used", "Why it is used", []string{"purpose", "basis", "consent", "role", "no-sale"}},
	{"stays", "How long it stays", []string{"retain", "rescue", "purge", "hold", "backup"}},
	{"where", "Where it is and who receives it", []string{"place", "recipient", "disclose"}},
	{"protected", "How it is protected", []string{"protect", "transport", "access", "grant", "token", "log", "anonymise"}},
	{"rights", "What people can ask for", []string{"right", "identity", "propagate"}},
	{"wrong", "When something goes wrong", []string{"incident", "test", "accept-use"}},
	{"told", "What is told, and by whom", []string{"publish", "notice", "contact", "assess"}},
	{"word", "What people give their word for", []string{"attest"}},
}

// unreached says what a kind of control does not reach, for the kinds that this build judges.
var unreached = map[string]string{
	"collect":       "The names of fields are checked, not what stands in them: a value written into the wrong field is not noticed.",
	"store-nothing": "It guards this server's store. What an app keeps in its own memory or logs, or hands to others, is not seen from here.",
	"purpose":       "The app says what it reads for. A purpose that nobody promised is refused; what is done with a value after it was handed out is not seen.",
	"place":         "Where server and database stand is the operator's word; who runs the data centre is not seen from inside. A recipient stands where the policy says. Backups, and copies elsewhere, are not seen.",
	"recipient":     "It guards what an app reads in order to hand it out. What an app read for itself and hands out all the same is not seen, nor what a recipient does with it, nor the contract.",
	"disclose":      "People say themselves what they disclosed. What nobody wrote down is not seen.",
	"no-sale":       "It guards what is handed out through this server. Whether a recipient pays is not seen.",
	"retain":        "Copies of key file and database taken together (snapshots of a machine, swap), remains of the key file on copy-on-write disks, and whatever lies outside this server.",
	"rescue":        "It works for the same site and environment. What was promised gone by then does not come back. Tokens of Connect say nothing of a licence: there the end of a subscription is the uninstall.",
	"purge":         "It erases what this server holds. What an app has read and handed on is not reached.",
	"hold":          "Whether a reason is a good one, and whether all that is needed for it was named, is for people. What is held cannot be held against the ledger any more.",
	"publish":       "It watches the text that this server publishes. A copy on another site is not compared.",
	"contact":       "A code came back from the address once. Whether questions are answered well, or in time, is not seen.",
	"attest":        "It is somebody's word until it expires. No machine checked anything.",
	"log":           "What an app should write down and does not is not noticed; names of fields are checked, and their texts as far as a promise keeps persons out.",
	"protect":       "It looks at how values are sealed on this server's disk. What an app keeps itself, and how strong its keys are, is not seen.",
	"token":         "The app says where it uses a secret. A secret that was handed out works until its issuer ends it.",
	"anonymise":     "Texts are searched for e-mail addresses, IP addresses and account ids. A name in a sentence, or a person who can be told from several values together, is not noticed.",
	"access":        "It guards this server's doors. Whoever holds database and key file together needs none of them.",
	"information":   "Nothing is promised, so nothing is checked.",
}

const unreachedOther = "Nothing in this build enforces or judges the whole of this yet, so nothing of it is reached."

// severities are what a finding about the structure of a policy means.
var severities = map[lint.Severity]string{lint.Wrong: "wrong", lint.Doubtful: "doubtful", lint.Missing: "missing"}

// events are the anchors of clocks in words.
var events = map[string]string{
	"uninstalled": "the uninstall", "entry": "it was stored", "request": "the request", "last-use": "its last use",
	"process-end": "the process ends", "job-end": "the job ends", "delivered": "it was delivered", "ticket-closed": "the ticket was closed",
	"need-ended": "the need ended", "unsubscribed": "the subscription ended", "consent-withdrawn": "consent was withdrawn",
	"incident-known": "the incident became known", "posted": "it was posted",
}

// reasonWords are the reasons of receipts in words.
var reasonWords = map[string]string{"uninstalled": "the uninstall", "unsubscribed": "the end of the subscription", "aged": "its age", "purged": "a request to purge", "deleted": "a deletion",
	"account-closed": "a closed account", "account-updated": "an updated account", "contact-forgotten": "a contact that Atlassian has forgotten",
	"last-use": "its last use", "process-end": "the end of a process", "job-end": "the end of a job", "delivered": "its delivery", "ticket-closed": "a closed ticket",
	"need-ended": "the end of a need", "consent-withdrawn": "consent withdrawn", "incident-known": "an incident", "posted": "its posting", "released": "the end of a hold", "moved": "the move to another region"}

// brakeWords are the reasons why something waits although it has ended.
var brakeWords = map[string]string{"brought-forward": "A change of the policy ends this earlier than was foreseen", "unforeseen": "More ended within a day than anybody could expect"}

// states are those of an installation.
var states = map[kept.State]string{kept.Installed: "installed", kept.Suspended: "suspended", kept.Uninstalled: "uninstalled", kept.Erased: "erased"}

// confidences are how far a sign can be relied on.
var confidences = map[installation.Confidence]string{installation.Proven: "proven", installation.Claimed: "claimed", installation.Inferred: "concluded"}

// hostings say where an app runs.
var hostings = map[kept.Hosting]string{kept.Forge: "Forge", kept.ForgeRemote: "Forge Remote", kept.Connect: "Connect", kept.DataCenter: "Data Center"}

// languages are those of published texts.
var languages = map[string]string{"en": "English", "de": "German"}

// returns are the ways of coming back, and sites the places where data lies.
var (
	returns = map[string]string{policy.Reinstall: "a reinstall", policy.Resubscribe: "a new subscription"}
	sites   = map[string]string{"atlassian": "at Atlassian", "vendor": "at the vendor", "customer-host": "on the customer's host", "third-party": "at a hosting company"}
)
