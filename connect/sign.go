package connect

import (
	"time"

	"github.com/golang-jwt/jwt/v5"

	"kept"
)

// ownLife is how long the app's own tokens are good. atlassian: understanding JWT for Connect apps, which advises 3 minutes
const ownLife = 3 * time.Minute

// Sign is a token of the app's own, for one request to a product: app is the `key` of its descriptor, secret what it shares
// with the tenant, base the product's base URL. Errors: Invalid, as of QSH.
func Sign(app, secret, base string, r Request, now kept.Time) (string, error) {
	qsh, err := QSH(r, base)
	if err != nil {
		return "", err
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"iss": app, "iat": now.Std().Unix(), "exp": now.Add(ownLife).Std().Unix(), "qsh": qsh}).
		SignedString([]byte(secret))
	if err != nil {
		return "", kept.Errorf(kept.Internal, "a token can't be signed")
	}
	return token, nil
}
