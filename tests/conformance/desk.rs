//! What a statement about workers starts from where no socket has a part in it: those of a stage, composed in this process by
//! the library that operators test with.

use std::sync::LazyLock;

use anyhow::Result;
use serde_json::{Value, json};
use tollgate_test::{Composition, Lab, Origin, Received, Reply, Request, Run, Worker};
use tollgate_tests::{guest, paired, root};

use crate::stage::with_alice;

/// The origin of a desk: it says `origin` to everybody.
const ORIGIN: &str = "http://origin.test";

/// The customer's worker `user`, the outbound worker and the dispatch worker.
pub(crate) struct Desk(Composition);

fn lab() -> &'static Lab {
    static LAB: LazyLock<Lab> = LazyLock::new(|| Lab::in_folder(root().join("target/compiled-for-tests")).unwrap());
    &LAB
}

/// A customer's worker as the pairing wants it.
pub(crate) fn user(name: &str) -> Result<Worker> {
    Ok(lab().user(guest(&paired(name))?)?)
}

/// One of the operator's as the pairing wants it.
pub(crate) fn operators(name: &str) -> Result<Worker> {
    Ok(lab().operators(guest(&paired(name))?)?)
}

impl Desk {
    /// With the outbound worker, which declares `customer_name` and `url`.
    pub(crate) fn set() -> Result<Self> {
        Self::with(&operators("test-outbound")?, json!(["customer_name", "url"]))
    }

    /// With an outbound worker and parameters of the test's own.
    pub(crate) fn with(outbound: &Worker, parameters: Value) -> Result<Self> {
        Self::of(&user("test-user")?, Some(outbound), parameters)
    }

    /// With a binding that has no outbound worker.
    pub(crate) fn without_outbound() -> Result<Self> {
        Self::of(&user("test-user")?, None, json!([]))
    }

    /// With all of them the test's own.
    pub(crate) fn of(user: &Worker, outbound: Option<&Worker>, parameters: Value) -> Result<Self> {
        let origin = Origin::new().reply("http://origin.test/*", Reply::text("origin"));
        let composition = lab().compose().user("user", user)?.origin(origin);
        let composition = outbound.into_iter().fold(composition, Composition::outbound);
        Ok(Self(composition.dispatch(&operators("test-dispatch")?, "dispatcher", &parameters)?))
    }

    /// A request to the user, dispatched with Alice's parameters unless the headers say others.
    pub(crate) fn run(&self, path: &str, headers: &[(&str, &str)]) -> Result<Run> {
        let request = Request::get(&format!("http://user.test{path}"))?;
        let all = with_alice(headers);
        let request = all.iter().try_fold(request, |request, (name, value)| request.header(name, value))?;
        Ok(self.0.send(request)?)
    }

    /// What comes back of it.
    pub(crate) fn user(&self, path: &str, headers: &[(&str, &str)]) -> Result<Received> {
        Ok(self.run(path, headers)?.response)
    }

    /// A fetch of the user's, of a URL that the outbound answers.
    pub(crate) fn fetch_outbound(&self, path: &str, headers: &[(&str, &str)]) -> Result<Received> {
        let url = format!("http://outbound.test{path}");
        self.user("/fetch", &[headers, &[("x-target-url", &url)]].concat())
    }

    /// A fetch of the user's, of a URL at the origin.
    pub(crate) fn fetch_origin(&self, path: &str, headers: &[(&str, &str)]) -> Result<Run> {
        let url = format!("{ORIGIN}{path}");
        self.run("/fetch", &[headers, &[("x-target-url", &url)]].concat())
    }
}
