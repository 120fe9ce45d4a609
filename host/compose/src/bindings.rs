//! The bindings of a composed worker: its variables. A service or a certificate needs a running host, so that `fetch` gives
//! what a running host gives for a name that nothing stands behind (`host/dispatch/src/way.rs`).

#![allow(clippy::indexing_slicing, reason = "an id is of the arena that it is looked up in: who decoded made both")]

use std::collections::BTreeMap;

use wit_parser::{Function, Handle, Resolve, Type, TypeDefKind};

use crate::answers::{Answer, Spelling, pair};
use crate::constant::Constant;

/// Characters of a name that the error repeats: as many as a running host's.
pub(crate) const NAME_CHARS: usize = 80;

/// Room for such a name, at four bytes a character, and for the quote behind it.
const ROOM: usize = 4 * NAME_CHARS + 1;

/// The kind of a variable.
const KIND: &str = "text";

/// All of them, sorted, as the host has them.
pub(crate) fn all(variables: &BTreeMap<String, String>) -> Constant {
    Constant::List(variables.keys().map(|name| pair(name, Constant::text(KIND))).collect())
}

/// The kind of one of them.
pub(crate) fn kind(variables: &BTreeMap<String, String>) -> Answer {
    let kind = Constant::option(Some(Constant::text(KIND)));
    let table = variables.keys().map(|name| (name.clone(), kind.clone())).collect();
    Answer::ByName { table, otherwise: Constant::option(None), spelling: Spelling::Exact }
}

/// The error of an unknown name. Unlike the host's, it has the name as it is, without escapes. None where the function takes
/// other things than a name and a request.
pub(crate) fn fetch(resolve: &Resolve, function: &Function) -> Option<Answer> {
    let [name, request] = function.params.as_slice() else { return None };
    let Type::Id(id) = request.ty else { return None };
    let owned = matches!(resolve.types[id].kind, TypeDefKind::Handle(Handle::Own(_)));
    let text = Constant::Open("no service or mTLS-certificate binding named \"".to_owned(), ROOM);
    let error = Constant::with("internal-error", Constant::option(Some(text)));
    (name.ty == Type::String && owned).then(|| Answer::Refusal(Constant::with("err", error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_is_a_text() {
        let variables = ["b", "A", "a"].map(|name| (name.to_owned(), "value".to_owned()));
        let text = |name| Constant::Fields(vec![Constant::text(name), Constant::text("text")]);
        assert_eq!(all(&variables.into()), Constant::List(["A", "a", "b"].map(text).into()));
    }
}
