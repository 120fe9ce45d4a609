//! Workers for tests: built ones, and ones made of WIT.

mod built;
mod made;

#[allow(unused_imports, reason = "each test file uses what it needs")]
pub(crate) use {built::guest, made::made};
