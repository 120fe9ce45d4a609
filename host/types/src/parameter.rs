//! Parameters: the values that a dispatch attaches for the outbound worker, and how a binding declares them.
//!
//! A declaration is a list of names (any JSON value fits) or a table of names with WIT types. `customer_name`,
//! `customerName` and `customer-name` are one name (`name.rs`), for who gives a value and for who reads it.

mod agreement;
mod declaration;
mod error;
mod kind;
mod name;
mod text;
mod typed;
mod value;
mod wit;
mod world;

pub use declaration::{Declaration, Declarations, UnknownParameters};
pub use error::ParameterError;
pub use kind::{Misfit, ParameterType, TypeShape, form};
pub use name::{Found, ParameterName, among};
pub use typed::{FunctionError, TypedError, declare_reads, is_parameters};
pub use value::Parameters;
pub use world::{reads_of_world, type_of_world};
