//! One component for each proposal, written as text: a host accepts it, or refuses it by the proposal's name.

use cap_std::fs::Dir;
use tollgate_types::ScriptDigest;
use tollgate_types::config::CodeConfig;

use super::*;
use WasmFeatures as Flag;
use uses::{USES, Use};

use crate::{Engine, EngineConfig, EngineError};

/// Items of a component that use a proposal, and nothing else that is off.
fn uses(flag: WasmFeatures) -> &'static str {
    let proposal = PROPOSALS.iter().find(|proposal| proposal.flag == flag).unwrap();
    use_of(proposal).items
}

fn use_of(proposal: &Proposal) -> &'static Use {
    let found = USES.iter().find(|one| one.proposal == proposal.name);
    found.unwrap_or_else(|| panic!("no component uses {}", proposal.name))
}

/// A component with these items; one for WASI 0.3 is known by the interface that it exports.
fn component(items: &str, version: Version) -> Vec<u8> {
    let handler = match version {
        Version::P2 => "",
        Version::P3 => r#"(instance $none) (export "wasi:http/handler@0.3.0" (instance $none))"#,
    };
    let text = format!("(component {handler} {items})");
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// What a host makes of a component.
fn refusal(engine: &Engine, component: &[u8]) -> Option<EngineError> {
    engine.compile(&ScriptDigest::of(component), component).err()
}

fn engine() -> (tempfile::TempDir, Engine) {
    engine_of(EngineConfig { pooled: false, ..EngineConfig::default() })
}

fn engine_of(config: EngineConfig) -> (tempfile::TempDir, Engine) {
    let folder = tempfile::tempdir().unwrap();
    let compiled = Dir::open_ambient_dir(folder.path(), cap_std::ambient_authority()).unwrap();
    (folder, Engine::new(config, CodeConfig::default(), &compiled).unwrap())
}

#[test]
fn every_proposal_is_accepted_or_refused_by_name() {
    // A pool has bounds of its own, and must not refuse what the table allows.
    for config in [EngineConfig { pooled: false, ..small() }, EngineConfig { pooled: true, ..small() }] {
        let (_folder, engine) = engine_of(config);
        let wrong: Vec<_> = [Version::P2, Version::P3].iter().flat_map(|version| wrong(&engine, *version)).collect();
        assert!(wrong.is_empty(), "pooled: {}, {wrong:#?}", config.pooled);
    }
}

fn small() -> EngineConfig {
    EngineConfig { count: 1, ..EngineConfig::default() }
}

/// The proposals that an engine does not accept or refuse as the table says.
fn wrong(engine: &Engine, version: Version) -> Vec<String> {
    let wrong = PROPOSALS.iter().filter_map(|proposal| {
        let refused = refusal(engine, &component(use_of(proposal).items, version));
        let as_said = match &refused {
            None => proposal.is_on(version),
            Some(EngineError::Unsupported(named)) => {
                !proposal.is_on(version) && named.contains(&format!("{} ({})", proposal.name, proposal.note))
            }
            Some(_) => false,
        };
        (!as_said).then(|| format!("{version:?}, {}: {refused:?}", proposal.name))
    });
    wrong.collect()
}

#[test]
fn the_uses_are_on_as_the_table_says() {
    assert_eq!(USES.len(), PROPOSALS.len());
    for proposal in PROPOSALS {
        let versions = [(Version::P2, "0.2"), (Version::P3, "0.3")];
        let on: Vec<_> =
            versions.into_iter().filter(|(version, _)| proposal.is_on(*version)).map(|(_, name)| name).collect();
        assert_eq!(use_of(proposal).on, on, "{}", proposal.name);
    }
}

#[test]
fn the_table_has_every_flag_of_wasmparser_once() {
    let table = PROPOSALS.iter().fold(WasmFeatures::empty(), |table, proposal| table.union(proposal.flag));
    let missing = WasmFeatures::all().difference(table);
    assert!(missing.is_empty(), "add to proposals/table.rs, with a component to proposals/uses.rs: {missing:?}");
    for (place, proposal) in PROPOSALS.iter().enumerate() {
        let again = PROPOSALS.iter().skip(place + 1).any(|other| other.flag == proposal.flag);
        assert!(!again, "{} is in proposals/table.rs twice", proposal.name);
    }
}

/// What decides whether compiled code of one build of the host is taken by another: beside wasmtime's own version, flags of
/// the processor and constants of `machine.rs`.
#[test]
fn an_engine_has_the_proposals_of_the_table_and_no_other() {
    let (_folder, engine) = engine();
    for version in [Version::P2, Version::P3] {
        let on = PROPOSALS.iter().filter(|proposal| proposal.is_on(version));
        let on = on.fold(WasmFeatures::empty(), |on, proposal| on.union(proposal.flag));
        assert_eq!(engine.wasmtime(version).get_wasm_features(), on, "{version:?}");
    }
}

#[test]
fn a_component_that_is_not_valid_is_not_blamed_on_a_proposal() {
    let (_folder, engine) = engine();
    let mut broken = component(uses(Flag::TAIL_CALL), Version::P2);
    broken.truncate(broken.len() - 1);
    let reason = refusal(&engine, &broken).unwrap();
    assert!(matches!(reason, EngineError::Compile(_)), "{reason}");
}

#[test]
fn every_proposal_that_a_component_uses_is_named() {
    let both = format!("{} {}", uses(Flag::EXCEPTIONS), uses(Flag::CUSTOM_PAGE_SIZES));
    let reason = unsupported(&component(&both, Version::P2), Version::P2).unwrap();
    assert!(reason.contains("exception handling (") && reason.contains("custom page sizes ("), "{reason}");
}
