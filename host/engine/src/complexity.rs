//! What a script may ask of the compiler, checked before it is compiled. Compiling takes time and memory that grow faster than the
//! script: 93 KB of nested loops over many locals take gigabytes.
//!
//! The limits are constants, so that a component that runs on one host runs on every host. The largest values of the JavaScript and
//! Python components that this project builds are half of them or less: a function of 427 kB, 13,543 functions, 781 blocks inside
//! each other.

use wasmparser::{FunctionBody, Operator, Parser, Payload};

/// Bytes of one function.
const FUNCTION_BYTES: u64 = 1024 * 1024;
/// Functions of the whole component.
const FUNCTIONS: u64 = 50_000;
/// Blocks, loops and ifs inside each other.
const NESTING: u64 = 2_000;
/// Locals of one function, without its parameters.
const LOCALS: u64 = 10_000;
/// Types, imports, exports and instances of the whole component, each.
const ITEMS: u64 = 100_000;
/// Loops inside each other times the locals of their function: each loop may need a copy of each local.
const LOOPED_LOCALS: u64 = 50_000;

/// A script is more complex than this host compiles.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("it has {found} {what}{}, and the limit is {limit}", place(.function))]
pub(crate) struct TooComplex {
    what: &'static str,
    found: u64,
    limit: u64,
    /// Which function of the component's code, from 0, over all its modules.
    function: Option<u64>,
}

fn place(function: &Option<u64>) -> String {
    function.map(|index| format!(" in function {index}")).unwrap_or_default()
}

#[derive(Default)]
struct Counts {
    functions: u64,
    types: u64,
    imports: u64,
    exports: u64,
    instances: u64,
}

/// Refuses a script that exceeds a limit. What cannot be parsed is left to the compiler, which refuses it with its reason.
pub(crate) fn check(script: &[u8]) -> Result<(), TooComplex> {
    let mut counts = Counts::default();
    for payload in Parser::new(0).parse_all(script) {
        let Ok(payload) = payload else { return Ok(()) };
        counts.add(&payload)?;
    }
    Ok(())
}

impl Counts {
    fn add(&mut self, payload: &Payload<'_>) -> Result<(), TooComplex> {
        let (total, what, more, limit) = match payload {
            Payload::CodeSectionEntry(body) => return self.function(body),
            Payload::TypeSection(section) => (&mut self.types, "types", section.count(), ITEMS),
            Payload::CoreTypeSection(section) => (&mut self.types, "types", section.count(), ITEMS),
            Payload::ComponentTypeSection(section) => (&mut self.types, "types", section.count(), ITEMS),
            Payload::ImportSection(section) => (&mut self.imports, "imports", section.count(), ITEMS),
            Payload::ComponentImportSection(section) => (&mut self.imports, "imports", section.count(), ITEMS),
            Payload::ExportSection(section) => (&mut self.exports, "exports", section.count(), ITEMS),
            Payload::ComponentExportSection(section) => (&mut self.exports, "exports", section.count(), ITEMS),
            Payload::InstanceSection(section) => (&mut self.instances, "instances", section.count(), ITEMS),
            Payload::ComponentInstanceSection(section) => (&mut self.instances, "instances", section.count(), ITEMS),
            _ => return Ok(()),
        };
        *total = total.saturating_add(u64::from(more));
        at_most(what, *total, limit, None)
    }

    fn function(&mut self, body: &FunctionBody<'_>) -> Result<(), TooComplex> {
        let function = Some(self.functions);
        self.functions = self.functions.saturating_add(1);
        at_most("functions", self.functions, FUNCTIONS, None)?;
        at_most("bytes of code", body.as_bytes().len() as u64, FUNCTION_BYTES, function)?;
        let locals = locals(body);
        at_most("locals", locals, LOCALS, function)?;
        let (nesting, loops) = blocks(body);
        at_most("blocks inside each other", nesting, NESTING, function)?;
        at_most("copies of locals in loops", loops.saturating_mul(locals), LOOPED_LOCALS, function)
    }
}

fn at_most(what: &'static str, found: u64, limit: u64, function: Option<u64>) -> Result<(), TooComplex> {
    if found > limit { Err(TooComplex { what, found, limit, function }) } else { Ok(()) }
}

fn locals(body: &FunctionBody<'_>) -> u64 {
    let Ok(reader) = body.get_locals_reader() else { return 0 };
    reader.into_iter().map_while(Result::ok).map(|(count, _)| u64::from(count)).fold(0, u64::saturating_add)
}

/// The deepest nesting, and the deepest nesting of loops alone.
fn blocks(body: &FunctionBody<'_>) -> (u64, u64) {
    let (mut open, mut loops) = (Vec::new(), 0u64);
    let (mut deepest, mut deepest_loops) = (0u64, 0u64);
    let Ok(operators) = body.get_operators_reader() else { return (0, 0) };
    for operator in operators.into_iter().map_while(Result::ok) {
        match operator {
            Operator::Loop { .. } => {
                open.push(true);
                loops += 1;
            }
            Operator::Block { .. } | Operator::If { .. } | Operator::TryTable { .. } => open.push(false),
            Operator::End if open.pop() == Some(true) => loops -= 1,
            _ => {}
        }
        deepest = deepest.max(open.len() as u64);
        deepest_loops = deepest_loops.max(loops);
    }
    (deepest, deepest_loops)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
