//! Which limit a worker reached. It travels inside a trap, and its type tells it from every other trap.

/// A limit of an invocation that stops the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitKind {
    /// CPU time, in milliseconds.
    Cpu,
    /// Wall-clock time, in milliseconds.
    Wall,
    /// Time on the clock after the response has been read, in milliseconds.
    Background,
    /// Bytes of memories and tables, and what the host holds.
    Memory,
}

/// A worker reached a limit and was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words())]
pub struct LimitReached {
    /// Which one.
    pub limit: LimitKind,
    /// How much was allowed, in the limit's unit.
    pub allowed: u64,
}

impl LimitReached {
    fn words(self) -> String {
        let allowed = self.allowed;
        match self.limit {
            LimitKind::Cpu => format!("worker exceeded its CPU time limit of {allowed} ms"),
            LimitKind::Wall => format!("worker exceeded its wall time limit of {allowed} ms"),
            LimitKind::Background => format!("worker went on for more than {allowed} ms after its response was read"),
            LimitKind::Memory => format!("worker exceeded its memory limit of {allowed} bytes (memory_bytes)"),
        }
    }
}
