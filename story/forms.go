package story

// The forms that the parser itself must know.
const (
	titleForm  = "story TEXT"
	policyForm = "policy FOLDER"
	atForm     = "at TIME"
)

// forms is the whole language, as docs/stories.md explains it. A line has the first form that fits.
var forms []form

// The table is filled here because what it names looks at the table.
func init() {
	forms = []form{
		{says: titleForm},
		{says: policyForm},

		{says: atForm, run: (*play).at},
		{says: "wait PERIOD", run: (*play).wait},
		{says: "tick", run: (*play).tick},
		{says: "restart", run: (*play).restart},
		{says: "turn the epoch", run: (*play).turn},
		{says: "server stands in REGION", run: (*play).stands},
		{says: "another server stands in REGION for REALM and this one for HOME", run: (*play).besides},
		{says: "at the other server", run: (*play).goesOver},
		{says: "N calls between the servers get lost [afterwards]", run: (*play).loses},
		{says: "the clock slips ahead by PERIOD", run: (*play).slips},
		{says: "the clock is set right", run: (*play).setRight},
		{says: "the machine is off for PERIOD", run: (*play).off},
		{says: "the last sweep deleted N rows in PERIOD", run: (*play).swept},
		{says: "nobody outside tells the time", run: (*play).silent},
		{says: "vendor changes the policy to FOLDER [in PERIOD] [dry run]", run: (*play).changes},

		{says: "install APP on SITE [as NAME] [in ENVIRONMENT] [across PRODUCT] [through connect] [without licence] [paid until TIME] [twice] [lost]", run: (*play).install},
		{says: "reinstall APP on SITE [across PRODUCT] [through connect] [paid until TIME] [twice] [lost]", run: (*play).reinstall},
		{says: "upgrade APP on SITE [through connect] [paid until TIME] [twice] [lost]", run: (*play).upgrade},
		{says: "uninstall APP on SITE takes effect", run: (*play).effect},
		{says: "uninstall APP on SITE [in ENVIRONMENT] [through connect] [paid until TIME] [twice] [lost]", run: (*play).uninstall},
		{says: "rotate the secret of APP on SITE [twice] [lost]", run: (*play).rotate},
		{says: "move APP on SITE to forge [forge first] [twice] [lost]", run: (*play).move},
		{says: "atlassian schedules the move of NAME to REALM [twice] [lost]", run: (*play).schedules},
		{says: "atlassian starts the move of NAME [twice] [lost]", run: (*play).startsMove},
		{says: "atlassian commits the move of NAME [twice] [lost]", run: (*play).commits},
		{says: "atlassian rolls back the move of NAME [twice] [lost]", run: (*play).rollsBack},
		{says: "import another site over SITE with APP as NAME", run: (*play).imports},
		{says: "the marketplace says LICENCE of APP on SITE [until TIME]", run: (*play).contracts},
		{says: "the marketplace names VALUE as CONTACT contact of APP on SITE [since DAY]", run: (*play).names},
		{says: "the marketplace forgets the CONTACT contact of APP on SITE", run: (*play).forgets},
		{says: "the marketplace is MOOD", run: (*play).mood},
		{says: "enrol APP on SERVER [as NAME]", run: (*play).enrol},

		{says: "operator says NAME is ANSWER [since TIME]", run: (*play).answers},
		{says: "officer purges NAME", run: (*play).officerPurges},
		{says: "officer releases what was BRAKE", run: (*play).releases},
		{says: "officer restricts processing of NAME", run: (*play).officerRestricts},
		{says: "officer lifts the restriction of NAME", run: (*play).officerLifts},
		{says: "officer attests PROMISE", run: (*play).attest},
		{says: "officer publishes DOCUMENT", run: (*play).publish},
		{says: "officer probes PROMISE", run: (*play).probe},
		{says: "officer discloses CATEGORY of NAME [to RECIPIENT] because CASE", run: (*play).officerDiscloses},
		{says: "officer holds CATEGORY [TEXT] of NAME [about ACCOUNT] [written on DAY] [for REASON] [until TIME]", run: (*play).holds},
		{says: "officer renews the hold on CATEGORY of NAME until TIME", run: (*play).renews},
		{says: "officer releases the hold on CATEGORY of NAME", run: (*play).letsGo},
		{says: "officer opens the hold on CATEGORY of NAME", run: (*play).opensHeld},
		{says: "support confirms it", run: (*play).confirm},
		{says: "STAFF reads CATEGORY [TEXT] of NAME for PURPOSE", run: (*play).staffReads},

		{says: "back end of APP reports with a token", run: (*play).reports},
		{says: "account ACCOUNT closes", run: (*play).accountCloses},
		{says: "atlassian calls every account closed", run: (*play).callsClosed},
		{says: "atlassian calls no account closed", run: (*play).callsNoneClosed},
		{says: "account ACCOUNT changes", run: (*play).accountChanges},
		{says: "atlassian puts N reports off for PERIOD", run: (*play).putsOff},
		{says: "atlassian wants reports within PERIOD", run: (*play).wants},
		{says: "atlassian answers [no] reports [again]", run: (*play).deafens},

		{says: "expect refused [ERROR] [under PROMISE]", run: (*play).refused, expects: true, refusal: true},
		{says: "expect value VALUE", run: (*play).read, expects: true},
		{says: "expect items N [of CATEGORY] [on NAME]", run: (*play).items, expects: true},
		{says: "expect rows N of CATEGORY [on NAME]", run: (*play).rows, expects: true},
		{says: "expect held N of CATEGORY [on NAME]", run: (*play).copies, expects: true},
		{says: "expect entries N", run: (*play).entries, expects: true},
		{says: "expect unreadable CATEGORY [on NAME] [under PROMISE]", run: (*play).unreadable, expects: true},
		{says: "expect state STATE [of NAME]", run: (*play).state, expects: true},
		{says: "expect move of NAME PROGRESS", run: (*play).progress, expects: true},
		{says: "expect question WHY N [on NAME]", run: (*play).asked, expects: true},
		{says: "expect reports N [of ACCOUNT]", run: (*play).reported, expects: true},
		{says: "expect subjects N [on NAME]", run: (*play).subjects, expects: true},
		{says: "expect outdated N [on NAME]", run: (*play).outdated, expects: true},
		{says: "expect facts FACT N [on NAME]", run: (*play).facts, expects: true},
		{says: "expect receipt of CATEGORY [on NAME] unreachable at TIME [late PERIOD] [held N] [as REASON]", run: (*play).receipt, expects: true},
		{says: "expect foreseen N of CATEGORY on TIME", run: (*play).foreseen, expects: true},
		{says: "expect sweep of N rows due by TIME until END [too late]", run: (*play).sweep, expects: true},
		{says: "expect waiting N", run: (*play).waiting, expects: true},
		{says: "expect tonight N", run: (*play).tonight, expects: true},
		{says: "expect unrecoverable CATEGORY [on NAME]", run: (*play).unrecoverable, expects: true},
		{says: "expect recoverable CATEGORY [on NAME]", run: (*play).recoverable, expects: true},
		{says: "expect openable N [of CATEGORY] [on NAME]", run: (*play).openable, expects: true},
		{says: "expect verdict PROMISE VERDICT", run: (*play).verdict, expects: true},
		{says: "expect next due N of PROMISE from EVENT [at TIME]", run: (*play).due, expects: true},
		{says: "expect oldest N of PROMISE from EVENT [at TIME]", run: (*play).oldest, expects: true},
		{says: "expect deadline of PROMISE from TIME until END [extended until LATEST]", run: (*play).deadline, expects: true},
		{says: "expect ledger verified", run: (*play).verified, expects: true},

		{says: "NAME's subscription ends", run: (*play).lapses},
		{says: "NAME subscribes again [until TIME]", run: (*play).subscribes},
		{says: "NAME shows a token [through connect] [paid until TIME]", run: (*play).shows},
		{says: "NAME puts CATEGORY [TEXT] VALUE [about ACCOUNT] [at HOST] [in GROUP]", run: (*play).puts},
		{says: "NAME's scheduled trigger runs [twice] [lost]", run: (*play).scheduled},
		{says: "NAME puts CATEGORY VALUE about N people", run: (*play).putsMany},
		{says: "NAME gets CATEGORY [TEXT] for PURPOSE [at HOST]", run: (*play).gets},
		{says: "NAME discloses CATEGORY [TEXT] to RECIPIENT for FUNCTION under PURPOSE", run: (*play).discloses},
		{says: "NAME deletes CATEGORY [TEXT]", run: (*play).deletes},
		{says: "NAME's admin deletes CATEGORY [TEXT]", run: (*play).adminDeletes},
		{says: "NAME says SAID of group GROUP [at TIME]", run: (*play).happens},
		{says: "NAME says SAID of CATEGORY [TEXT] [at TIME]", run: (*play).happens},
		{says: "NAME takes back SAID of group GROUP [at TIME]", run: (*play).unhappens},
		{says: "NAME takes back SAID of CATEGORY [TEXT] [at TIME]", run: (*play).unhappens},
		{says: "NAME's admin purges [CATEGORY…]", run: (*play).adminPurges},
		{says: "NAME's admin reviews the log for PURPOSE", run: (*play).reviews},
		{says: "NAME's admin reviews CATEGORY for PURPOSE", run: (*play).reviews},
		{says: "NAME logs [N times] RECORD in CATEGORY [as SEVERITY] [VALUE] [by ACTOR] [for ACCOUNT]", run: (*play).logs},
		{says: "NAME logs in CATEGORY together RECORD…", run: (*play).logsTogether},
		{says: "NAME reviews CATEGORY for PURPOSE", run: (*play).appReviews},
		{says: "NAME's admin keeps CATEGORY for PERIOD from EVENT", run: (*play).keeps},
		{says: "NAME's admin leaves CATEGORY to the policy from EVENT", run: (*play).keeps},
		{says: "NAME's admin restricts processing", run: (*play).restricts},
		{says: "NAME's admin lifts the restriction", run: (*play).lifts},
		{says: "NAME's host uninstalls", run: (*play).hostLeaves},
	}
	for i := range forms {
		forms[i].compile()
	}
}

// Forms lists every form of a statement as docs/stories.md explains it.
func Forms() []string {
	says := make([]string, len(forms))
	for i, f := range forms {
		says[i] = f.says
	}
	return says
}
