//! What an operator meets: the front door, the announcement's outbound workers, the token, the command line, the
//! configuration, the data folder.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod at_rest;
mod backup;
mod begun;
mod bodies;
mod changes;
mod command_line;
mod conditions;
mod configuration;
mod density;
mod develop;
mod ending;
mod front_door;
mod javascript;
mod keeping;
mod leaving;
mod leftovers;
mod limits;
mod listeners;
mod metrics;
mod names;
mod network;
mod printed;
mod printing;
mod proposals;
mod reuse;
mod seed;
mod starting;
mod stopping;
mod token;
mod typed;
mod uploading;
mod use_cases;
