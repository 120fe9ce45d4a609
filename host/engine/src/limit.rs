//! Which ceiling was reached. Carried inside a trap, and told from every other trap by its type.

/// A ceiling on an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceiling {
    /// CPU time, in milliseconds.
    Cpu,
    /// Time on the clock, in milliseconds.
    Wall,
    /// Bytes of memories and tables.
    Memory,
}

/// A worker reached a ceiling and was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words())]
pub struct LimitReached {
    /// Which one.
    pub ceiling: Ceiling,
    /// How much was allowed, in the ceiling's unit.
    pub allowed: u64,
}

impl LimitReached {
    fn words(self) -> String {
        let allowed = self.allowed;
        match self.ceiling {
            Ceiling::Cpu => format!("worker exceeded its CPU time limit of {allowed} ms"),
            Ceiling::Wall => format!("worker exceeded its wall time limit of {allowed} ms"),
            Ceiling::Memory => format!("worker exceeded its memory limit of {allowed} bytes"),
        }
    }
}
