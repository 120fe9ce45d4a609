// Functions without a body, as those of go:linkname, need a file of assembly beside them.
