package api

// spoken is what an operation's summary leaves open, and a body that it would take.
type spoken struct {
	says    string
	example any
}

type object = map[string]any

var operationWords = map[string]spoken{
	"connect-installed":   {"Comes at an install, an upgrade, a rotated secret and a renamed site.", object{"key": "com.example.app", "clientKey": "8f3a1d52-4c0e-3b8e-a1df-0b6de8b0e1aa", "eventType": "installed", "productType": "jira", "sharedSecret": "as Atlassian drew it"}},
	"connect-uninstalled": {"Takes effect at once. Of a tenant nobody knows it is 204, and leaves a fact.", object{"key": "com.example.app", "clientKey": "8f3a1d52-4c0e-3b8e-a1df-0b6de8b0e1aa", "eventType": "uninstalled", "productType": "jira"}},
	"forge-installed":     {"A repeated one changes nothing.", object{"id": "2f6b1f4e-8a4c-4c3e-9d57-0e1f2a3b4c5d"}},
	"forge-upgraded":      {"Of a major version.", object{"id": "2f6b1f4e-8a4c-4c3e-9d57-0e1f2a3b4c5d"}},
	"forge-scheduled":     {"With `x-forge-oauth-system`. Where Atlassian answers no report it fails, so that Forge tries again.", object{"context": object{"cloudId": "11223344-5566-4778-899a-abbccddeeff0"}}},
	"report-accounts":     {"For an app whose scheduled trigger comes to its own back end, and for one of OAuth 2.0. Nobody is reported twice in a cycle, however often it is called.", object{"token": "as Atlassian gave it"}},
	"forge-pre-uninstall": {"A signal: clocks start, and nothing is destroyed before the uninstall has taken effect.", object{"context": object{"cloudId": "11223344-5566-4778-899a-abbccddeeff0"}}},
	"create-enrolment":    {"A server's id is no secret, so only a code made for that server finds what was stored there.", object{"server": "BKPT-1234-5678-9ABC"}},
	"enrol":               {"Uses the code up. The key replaces any that the host had, and is shown this once.", object{"code": "kept_enr_…", "server": "BKPT-1234-5678-9ABC"}},
	"instance-credential": {"The customer's own host says who is an administrator there.", object{"role": "app-runtime"}},
	"leave":               {"The key ends with it.", nil},
	"attest":              {"It expires after the promise's `every`.", object{"promise": "staff-trained"}},
	"issue-credential":    {"A token counts once. An administrator's role needs Forge's token and the user's own.", object{"invocation_token": "eyJhbGciOi…"}},
	"log-entry":           {"Logged is what a promise with control `log` allows, and nothing else.", object{"category": "login-log", "record": "login", "fields": object{"outcome": "success"}}},
	"log-entries":         {"Where one is refused none is written, and `lines` names each with its reason.", object{"entries": []object{{"category": "login-log", "record": "login", "actor": "customer-admin"}, {"category": "login-log", "record": "logout"}}}},
	"release":             {"What ended without anybody having foreseen it is closed, and waits for this.", object{"reason": "unforeseen"}},
	"say-event":           {"What counts is when it happened: it may be told late, twice, and in any order. A promise must count from it.", object{"event": "need-ended", "item": "itm_3f7qk2m4z6x8b0d1s5g9h7j2le", "at": "2026-02-01T00:00:00Z"}},
	"record-disclosure":   {"Only in a case that the policy names.", object{"recipient": "authority", "case": "legal-duty", "categories": []string{"owner-settings"}}},
	"own-purge":           {"Needs a promise with control `purge`.", object{"categories": []string{"owner-settings"}}},
	"purge":               {"Needs a promise with control `purge`.", object{"categories": []string{"owner-settings"}}},
	"own-retention":       {"Needs a promise with control `retain` that has `adjustable`; a choice outside its bounds is refused.", object{"category": "owner-settings", "from": "entry", "max": "P14D"}},
	"own-restriction":     {"Restricted data is neither read nor changed, and can be erased (GDPR 18).", object{"restricted": true}},
	"restriction":         {"Restricted data is neither read nor changed, and can be erased (GDPR 18).", object{"restricted": true}},
	"put-item":            {"Stored is what a promise allows, and nothing else.", object{"category": "owner-settings", "name": "settings", "value": object{"visibility": "all"}}},
	"overwrite-item":      {"The category is the item's own.", object{"category": "owner-settings", "value": object{"visibility": "none"}}},
	"change-password":     {"The first password has to change before anything else.", object{"old": "the old password", "new": "twelve characters or more"}},
	"open-session":        {"After five failures an account is locked for a minute.", object{"login": "operator", "password": "as it was shown"}},
	"probe":               {"Whoever reads the address hands the code back.", object{"promise": "privacy-mailbox"}},
	"confirm-probe":       {"It proves that somebody reads the address.", object{"code": "as it came"}},
	"publish":             {"The text is held against the policy's version.", object{"document": "cloud"}},
	"place-hold":          {"Needs a promise with control `hold` that names the reason. Copies are kept; the originals go by their own limits.", object{"installation": "ins_…", "category": "login-log", "reason": "incident", "until": "2026-09-01"}},
	"renew-hold":          {"Its reason has to be promised still.", object{"until": "2026-12-01"}},
	"release-hold":        {"The receipt speaks of the copies.", nil},
	"open-held":           {"Each opening leaves a fact.", nil},
	"create-staff":        {"The password is shown this once and must change.", object{"login": "ann", "role": "support"}},
}

// tagWords say what the operations under the first word of their path are about.
var tagWords = map[string]string{
	"app-keys":      "Keys of apps.",
	"apps":          "What the vendor's people make for an app: keys, enrolment codes.",
	"attestations":  "What only people can do, as they say it.",
	"board":         "Every promise with its verdict.",
	"connect":       "What Atlassian Connect calls.",
	"credentials":   "Credentials of installations.",
	"deadlines":     "Until when answers are owed.",
	"disclosures":   "What was told to outside parties.",
	"documents":     "The published texts, sentence by sentence.",
	"entries":       "Lines of logs.",
	"epochs":        "The keys over all keys.",
	"events":        "What happened to items, and their time counts from.",
	"facts":         "What happened, as the ledger has it.",
	"forecast":      "What will be erased when.",
	"forge":         "What Atlassian Forge calls.",
	"holds":         "What is kept beyond its limit, and why.",
	"healthz":       "Whether the server works.",
	"installation":  "The own installation.",
	"installations": "Installations, as the vendor's people see them.",
	"instances":     "Hosts of Data Center apps.",
	"items":         "Sealed values.",
	"ledger":        "The tamper-evident log of facts.",
	"password":      "The own password.",
	"probes":        "Whether somebody reads a contact address.",
	"promises":      "One promise with its evidence.",
	"publications":  "Versions of documents that were made public.",
	"reports":       "Which accounts something is about, as Atlassian wants to know.",
	"sessions":      "Logging in and out.",
	"staff":         "Accounts of the vendor's people.",
}
