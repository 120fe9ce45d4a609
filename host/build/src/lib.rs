//! From a project's source to a component.
//!
//! A project is a folder with a `main`. Its [`Language`] has a kit, which this crate unpacks and runs by the contract in
//! `guests/README.md`: what to build stands in the environment, the component is one file. The crate knows no host: it
//! runs tools and writes files.

mod bindings;
mod children;
mod component;
mod error;
mod inspect;
mod kit;
mod language;
mod project;
mod template;
mod wit;

pub use bindings::{Bindings, write as write_bindings};
pub use children::Children;
pub use error::BuildError;
pub use inspect::{InspectError, Inspection, inspect};
pub use kit::Kits;
pub use language::Language;
pub use project::{Project, Role, Wasi, keep_to_oneself};
pub use tollgate_types::Indescribable;
pub use wit::is_package;
