//! Sockets, denied: a customer's worker has no way to the network but its requests. Nobody gets a socket, so that whatever
//! is done with one is never reached.

#![allow(clippy::indexing_slicing, reason = "an id is of the arena that it is looked up in: who decoded made both")]

use wit_parser::{Function, Handle, Resolve, Type, TypeDefKind};

use crate::answers::Answer;
use crate::constant::Constant;

const DENIED: &str = "access-denied";

/// `access-denied` where the function can say so; a network that gives nothing; a trap otherwise.
pub(crate) fn answer(resolve: &Resolve, function: &Function) -> Answer {
    match function.result.as_ref().map(|of| kind(resolve, of)) {
        Some(Some(TypeDefKind::Result(result))) if result.err.as_ref().is_some_and(|of| denies(resolve, of)) => {
            Answer::Always(Constant::with("err", Constant::case(DENIED)))
        }
        Some(Some(TypeDefKind::Handle(Handle::Own(_)))) if function.name == "instance-network" => Answer::Handle,
        _ => Answer::Trap,
    }
}

fn denies(resolve: &Resolve, error: &Type) -> bool {
    match kind(resolve, error) {
        Some(TypeDefKind::Enum(of)) => of.cases.iter().any(|case| case.name == DENIED),
        Some(TypeDefKind::Variant(of)) => of.cases.iter().any(|case| case.name == DENIED && case.ty.is_none()),
        _ => false,
    }
}

/// What a type is beneath its names; none for what WIT has itself.
fn kind<'a>(resolve: &'a Resolve, of: &Type) -> Option<&'a TypeDefKind> {
    let Type::Id(id) = of else { return None };
    match &resolve.types[*id].kind {
        TypeDefKind::Type(of) => kind(resolve, of),
        kind => Some(kind),
    }
}
