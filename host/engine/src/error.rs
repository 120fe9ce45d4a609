//! Why an engine could not start, or a script could not be made ready to run.

/// Why a script could not be made ready to run.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The engine could not be set up.
    #[error("the engine could not start: {0}")]
    Start(String),
    /// The bytes are not a component that this host can run.
    #[error("not a component that can be compiled: {0}")]
    Compile(String),
    /// The component uses WebAssembly proposals that this host does not run.
    #[error("it uses what this host does not run: {0}")]
    Unsupported(String),
    /// Compiling it would take more than a host gives one script.
    #[error("it is too complex: {0}")]
    TooComplex(String),
    /// Compiling it took more than a limit, whose key is named.
    #[error("compiling it took more than {0}")]
    CompileLimit(String),
    /// The compiler's process crashed on it.
    #[error("the compiler crashed on it: {0}")]
    Crashed(String),
    /// The compiler's process could not do its work, through no fault of the component's.
    #[error("the compiler's process failed")]
    Compiler(#[source] std::io::Error),
    /// The folder of compiled code could not be used.
    #[error("compiled code could not be kept")]
    Cache(#[from] std::io::Error),
}
