package kernel

import (
	"strconv"
	"strings"
)

// List appends values to the arguments of a statement, and is how the statement names them: ($2, $3).
func List[T any](args *[]any, values ...T) string {
	names := make([]string, len(values))
	for i, v := range values {
		*args = append(*args, v)
		names[i] = "$" + strconv.Itoa(len(*args))
	}
	return "(" + strings.Join(names, ", ") + ")"
}
