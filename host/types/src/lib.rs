//! The nouns of Tollgate: names, digests, limits, parameters, bindings. Everything here parses and compares; nothing does I/O.

mod binding;
mod condition;
pub mod config;
mod describable;
mod digest;
pub mod egress;
mod excerpt;
mod limits;
mod name;
mod parameter;
mod plain;
mod platform;
mod reuse;
mod route;
mod secret;
mod worker;

pub use binding::{
    Binding, BindingError, Bindings, DispatchNamespace, MOST_BINDINGS, MtlsCertificate, OutboundBinding,
    SecretReplaced, Service, expect_few_bindings, expect_secrets_kept, listed,
};
pub use condition::{Condition, ConditionError, Tag};
pub use describable::{Indescribable, describable};
pub use digest::{DigestError, ScriptDigest};
pub use excerpt::excerpt;
pub use limits::Limits;
pub use name::{BindingName, CertificateId, NameError, NamespaceName, WorkerName};
pub use parameter::{
    Declaration, Declarations, Found, FunctionError, Misfit, ParameterError, ParameterName, ParameterType, Parameters,
    TypeShape, TypedError, UnknownParameters, among, declare_reads, form, is_parameters, reads_of_world, type_of_world,
};
pub use plain::Plain;
pub use platform::{PLATFORM_VERSION, PlatformMismatch, fits_platform};
pub use reuse::Reuse;
pub use route::{RouteError, RoutePattern};
pub use secret::Secret;
pub use worker::{Home, Version, WorkerId, WorkerRecord};
