//go:build tools

// Names the program that is built here, so that go.sum pins it and all it needs.
package tools

import _ "github.com/versity/versitygw/cmd/versitygw"
