//! Conformance: one test a statement.
