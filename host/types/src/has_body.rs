//! What a request says of its body beside its headers.

/// As an extension of a request: it has a body, although its headers may say nothing of one.
#[derive(Debug, Clone, Copy)]
pub struct HasBody;
