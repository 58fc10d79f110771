package console

// germanRealm is what is said of moves to other regions.
var germanRealm = map[string]string{
	"a move to another region: a step asked for": "Umzug in eine andere Region: ein Schritt verlangt", "copied to another region": "in eine andere Region kopiert",
	"moved to another region": "in eine andere Region umgezogen", "arrived from another region": "aus einer anderen Region angekommen",
	"the copy of a move taken back destroyed": "die Kopie eines zurückgenommenen Umzugs vernichtet", "the move to another region": "des Umzugs in eine andere Region",
}
