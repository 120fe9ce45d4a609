//! The rights that a process gives up before it reads a script.
//!
//! The kernel keeps the limits: on memory, CPU time, and the number of open files. They hold for a compiler that works as it should. A
//! script that takes the compiler over can do what the host's user can, since no system calls are filtered (SECURITY.md).

use std::io;

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, Signal, nice, set_dumpable_behavior, set_parent_process_death_signal, setrlimit,
};

use super::wire::Order;

/// Standard input, output and error.
const PIPES: u64 = 3;
/// Files for reading and writing the compiled functions that components have in common, beside the pipes.
const FUNCTION_FILES: u64 = 16;

/// Closes what the host was started with and passes on. To be called before anything is opened.
pub(super) fn close_inherited() {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return };
    let open: Vec<i32> = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    for file in open.into_iter().filter(|file| *file > 2) {
        // That of the folder itself is closed by now.
        let _ = nix::unistd::close(file);
    }
}

/// Lets others go first, and lets the kernel end this process before its host if memory runs out.
pub(super) fn step_back(order: &Order) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    nice(i32::try_from(order.nice).unwrap_or(i32::MAX))?;
    // Where there is no such file, the kernel chooses by size.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    Ok(())
}

/// Sets the limits of an order. No file can be opened afterwards.
pub(super) fn limit(order: &Order) -> io::Result<()> {
    // One second later than the signal that has a name.
    let cpu = Rlimit { current: Some(order.cpu_seconds), maximum: Some(order.cpu_seconds.saturating_add(1)) };
    setrlimit(Resource::Cpu, cpu)?;
    hard(Resource::Core, 0)?;
    // Memory that it can write to and shares with no process. wasmtime reserves far more addresses than it uses.
    hard(Resource::Data, order.memory_bytes)?;
    let (files, file_bytes) = match &order.shared_functions {
        Some(shared) => (PIPES + FUNCTION_FILES, shared.bytes),
        None => (PIPES, 0),
    };
    hard(Resource::Fsize, file_bytes)?;
    hard(Resource::Nofile, files)
}

fn hard(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}
