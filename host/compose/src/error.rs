//! Everything that two components cannot be composed for.

use std::fmt;

use tollgate_types::{Indescribable, NameError, ParameterError, PlatformMismatch, TypedError};

/// One of the two that are composed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The customer's worker.
    User,
    /// The operator's worker that receives its requests.
    Outbound,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "the user worker",
            Self::Outbound => "the outbound worker",
        })
    }
}

/// Why two components were not composed.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// Other bytes than a component's.
    #[error("{part} is {found}, expected a component")]
    Other {
        /// Which.
        part: Part,
        /// What it is.
        found: &'static str,
    },
    /// A component that is valid, and that WIT cannot describe.
    #[error("{part} cannot be read: {reason}")]
    Indescribable {
        /// Which.
        part: Part,
        /// What WIT cannot describe.
        reason: Indescribable,
    },
    /// Bytes that begin as a component does, and go on otherwise.
    #[error("{part} is no component: {reason}")]
    Invalid {
        /// Which.
        part: Part,
        /// What is wrong with it.
        reason: String,
    },
    /// A component of WASI 0.2.
    #[error(
        "{part} is for WASI 0.2, whose requests cannot be linked: what `outgoing-handler.handle` sends is an \
         `outgoing-request`, what `incoming-handler.handle` receives an `incoming-request` with a `response-outparam`, and no \
         linking makes one of the two; build it for WASI 0.3, or use `tollgate dev` or `tollgate test`, which link while they run"
    )]
    Wasi2 {
        /// Which.
        part: Part,
    },
    /// No handler at all.
    #[error("{part} exports no wasi:http/handler@0.3, and so serves no requests")]
    NoHandler {
        /// Which.
        part: Part,
    },
    /// What no component can hold.
    #[error(
        "{part} imports {import}, which only a running host has: deploy it, or use `tollgate dev` or `tollgate test`"
    )]
    HostOnly {
        /// Which.
        part: Part,
        /// The interface.
        import: String,
    },
    /// A customer's worker that wants what is the operator's.
    #[error("the user worker imports {import}, which only the operator's workers have")]
    OperatorsOnly {
        /// The interface.
        import: String,
    },
    /// A way to the network that no outbound worker can stand in.
    #[error(
        "the user worker imports {import}: what it sends there cannot be linked to an outbound worker of WASI 0.3, and would \
         pass it by; send by wasi:http/client@0.3"
    )]
    Door {
        /// The interface.
        import: String,
    },
    /// A component for a version of the platform that this release does not have.
    #[error("{part}: {source}")]
    Platform {
        /// Which.
        part: Part,
        /// The two versions.
        source: PlatformMismatch,
    },
    /// What is neither WASI's nor the platform's.
    #[error("{part} imports {import}, which no host has")]
    Unknown {
        /// Which.
        part: Part,
        /// The interface.
        import: String,
    },
    /// A function of a known interface that is not known, or of another type.
    #[error("{part} imports {import}, whose {function:?} is not known in this form")]
    Function {
        /// Which.
        part: Part,
        /// The interface.
        import: String,
        /// The function.
        function: String,
    },
    /// An interface `parameters` that cannot be read by type.
    #[error("the outbound worker cannot be given parameters: {0}")]
    Typed(#[from] TypedError),
    /// Read by the outbound worker, and not given.
    #[error("the outbound worker reads parameter {name:?} as {kind}, and none was given; given: {given}")]
    Missing {
        /// The parameter.
        name: String,
        /// Its type.
        kind: String,
        /// The names that were given.
        given: String,
    },
    /// A variable under a name that no variable has.
    #[error("{part} is given a variable: {source}")]
    Variable {
        /// Which.
        part: Part,
        /// What is wrong with the name.
        source: NameError,
    },
    /// A value that is refused.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// The two do not fit together, or our own part of it is wrong.
    #[error("cannot {act}: {reason}")]
    Link {
        /// What was tried.
        act: &'static str,
        /// Why it failed.
        reason: String,
    },
}

impl ComposeError {
    /// Why linking failed, with every cause.
    pub(crate) fn link<E: Into<Box<dyn std::error::Error + Send + Sync>>>(act: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self::Link { act, reason: chain(error.into().as_ref()) }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
