//! The graph: which component supplies which.

use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions, NodeId};

use crate::adapter::{self, Adapter};
use crate::answers::Answers;
use crate::generated::generate;
use crate::imports::{Supply, supplies};
use crate::worker::Worker;
use crate::{ComposeError, Part};

/// Composes the two, each with the answers for it.
pub(crate) fn compose(
    user: &Worker<'_>,
    users: &Answers<'_>,
    outbound: &Worker<'_>,
    outbounds: &Answers<'_>,
) -> Result<Vec<u8>, ComposeError> {
    let (wants, has) = (supplies(user)?, supplies(outbound)?);
    let sends = wants.iter().any(|(_, supply)| *supply == Supply::Outbound);
    let (mut graph, mut aside) = (Graph::default(), Graph::default());
    // Where nobody calls it, it is made all the same: what is wrong with it is no less wrong.
    let receiver = if sends { &mut graph } else { &mut aside }.worker(outbound, &has, outbounds, None)?;
    let client =
        if sends { Some(graph.adapted(&adapter::client_of_handler(outbound)?, Some(receiver))?) } else { None };
    let user_node = graph.worker(user, &wants, users, client.as_ref())?;
    graph.finish(user_node, &user.handler)
}

/// An instance's export, to be given to another.
struct Link {
    instance: NodeId,
    export: String,
}

#[derive(Default)]
struct Graph(CompositionGraph);

impl Graph {
    /// A worker with everything that does not come from the host.
    fn worker(
        &mut self,
        worker: &Worker<'_>,
        supplies: &[(String, Supply)],
        answers: &Answers<'_>,
        client: Option<&Link>,
    ) -> Result<NodeId, ComposeError> {
        let name = match worker.part {
            Part::User => "tollgate:user",
            Part::Outbound => "tollgate:outbound",
        };
        let node = self.instance(name, worker.bytes.to_vec())?;
        let answered: Vec<_> =
            supplies.iter().filter(|(_, from)| *from == Supply::Answers).map(|(name, _)| name.as_str()).collect();
        if !answered.is_empty() {
            let given = self.instance(&format!("{name}-answers"), generate(worker, &answered, answers)?)?;
            for import in answered {
                self.give(node, import, &Link { instance: given, export: import.to_owned() })?;
            }
        }
        for (import, supply) in supplies {
            match (supply, client) {
                (Supply::Outbound, Some(client)) => self.give(node, import, client)?,
                (Supply::Client, _) => {
                    let handler = self.adapted(&adapter::handler_of_client(worker)?, None)?;
                    self.give(node, import, &handler)?;
                }
                _ => {}
            }
        }
        Ok(node)
    }

    /// An adapter, of an instance's export or of what the host gives.
    fn adapted(&mut self, adapter: &Adapter, of: Option<NodeId>) -> Result<Link, ComposeError> {
        let node = self.instance(adapter.name, adapter.bytes.clone())?;
        if let Some(instance) = of {
            self.give(node, &adapter.import, &Link { instance, export: adapter.import.clone() })?;
        }
        Ok(Link { instance: node, export: adapter.export.clone() })
    }

    fn instance(&mut self, name: &str, bytes: Vec<u8>) -> Result<NodeId, ComposeError> {
        let act = "read a component";
        let package = Package::from_bytes(name, None, bytes, self.0.types_mut())
            .map_err(|error| ComposeError::Link { act, reason: format!("{error:#}") })?;
        let package = self.0.register_package(package).map_err(ComposeError::link(act))?;
        Ok(self.0.instantiate(package))
    }

    fn give(&mut self, node: NodeId, import: &str, link: &Link) -> Result<(), ComposeError> {
        let act = "link two components";
        let given = self.0.alias_instance_export(link.instance, &link.export).map_err(ComposeError::link(act))?;
        self.0.set_instantiation_argument(node, import, given).map_err(ComposeError::link(act))
    }

    fn finish(mut self, user: NodeId, handler: &str) -> Result<Vec<u8>, ComposeError> {
        let act = "encode the composed component";
        let exported = self.0.alias_instance_export(user, handler).map_err(ComposeError::link(act))?;
        self.0.export(exported, handler).map_err(ComposeError::link(act))?;
        self.0.encode(EncodeOptions { validate: false, ..EncodeOptions::default() }).map_err(ComposeError::link(act))
    }
}
