// Puts a reducer in Go behind the conformance protocol (docs/conformance-protocol.md). It needs only the standard library.
//
//	go build -o adapter . && npx nixfleet-statechart conform --exec ./adapter
//
// Write a file beside this one, in the same package, that fills in `operations`, for example
//
//	func init() { operations["step"] = step }
//
// Each operation gets the fields of the request, to be decoded with your own types, and returns what stands beside the id
// in an answer: {"ok": ...} or {"err": ...}. What is not there is answered as unsupported.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// Fields of a JSON object, each as it is written there.
type Fields map[string]json.RawMessage

// An Answer is marshalled as it is, with the id added.
type Answer map[string]any

var operations = map[string]func(request Fields) Answer{}

const maxLine = 4 << 20

func answer(line []byte) (Answer, error) {
	var request Fields
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	var op string
	if err := json.Unmarshal(request["op"], &op); err != nil {
		return nil, err
	}
	answered := Answer{"unsupported": true}
	if operation, known := operations[op]; known {
		answered = operation(request)
	}
	answered["id"] = request["id"]
	return answered, nil
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	out := json.NewEncoder(os.Stdout)
	// Names may hold < and &, which the encoder would otherwise escape; both forms mean the same.
	out.SetEscapeHTML(false)
	for lines.Scan() {
		answered, err := answer(lines.Bytes())
		if err == nil {
			err = out.Encode(answered)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
