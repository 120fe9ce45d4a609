//! Conditions of a deploy, as the control API takes them in headers.

use clap::Args;
use reqwest::RequestBuilder;
use reqwest::header::{IF_MATCH, IF_NONE_MATCH};
use tollgate_types::{Tag, Version};

/// What must be there for the deploy to be made.
#[derive(Args, Default)]
pub(crate) struct OnlyIf {
    /// Deploy only if this version is deployed now.
    #[arg(long, value_name = "VERSION", conflicts_with = "if_absent")]
    if_version: Option<u64>,
    /// Deploy only if the worker does not exist yet.
    #[arg(long)]
    if_absent: bool,
}

impl OnlyIf {
    /// Makes a request depend on it.
    pub(super) fn of(&self, request: RequestBuilder) -> RequestBuilder {
        match self.if_version {
            Some(version) => request.header(IF_MATCH, Tag::from(Version(version)).to_string()),
            None if self.if_absent => request.header(IF_NONE_MATCH, "*"),
            None => request,
        }
    }
}
