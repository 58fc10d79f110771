package console

// germanRealm is what is said of moves to other regions.
var germanRealm = map[string]string{
	"a move to another region: a step asked for": "Umzug in eine andere Region: ein Schritt verlangt", "copied to another region": "in eine andere Region kopiert",
	"moved to another region": "in eine andere Region umgezogen", "arrived from another region": "aus einer anderen Region angekommen",
	"the copy of a move taken back destroyed": "die Kopie eines zurückgenommenen Umzugs vernichtet", "the move to another region": "des Umzugs in eine andere Region",

	"installations that moved to a server in another region, with receipts":           "Installationen, die auf einen Server in einer anderen Region umgezogen sind, mit Belegen",
	"installations that arrived from a server in another region, compared and opened": "Installationen, die von einem Server in einer anderen Region kamen, verglichen und geöffnet",
	"moves that were taken back":                                       "zurückgenommene Umzüge",
	"longest that a move closed an installation: %s":                   "so lange schloss ein Umzug eine Installation höchstens: %s",
	"moves under way, each of which closes an installation":            "laufende Umzüge, von denen jeder eine Installation schließt",
	"attempts of theirs that failed, and are made again":               "gescheiterte Versuche dabei, die wiederholt werden",
	"moves that nobody has ended for more than two days":               "Umzüge, die seit mehr als zwei Tagen niemand beendet hat",
	"an installation is closed for %s by a move that nobody has ended": "eine Installation ist seit %s durch einen Umzug geschlossen, den niemand beendet hat",
}
