//! Parameters: the values that a dispatch attaches for the outbound worker, and how a binding declares them.
//!
//! A declaration is a list of names (any JSON value fits) or a table of names with WIT types. `customer_name` and
//! `customer-name` are one name, since TOML and JavaScript write `_` where WIT writes `-`; the worker reads it either way.

mod agreement;
mod declaration;
mod error;
mod kind;
mod name;
mod value;
mod wit;

pub use declaration::{Declaration, Declarations, UnknownParameters};
pub use error::ParameterError;
pub use kind::{ParameterType, form};
pub use name::ParameterName;
pub use value::Parameters;
