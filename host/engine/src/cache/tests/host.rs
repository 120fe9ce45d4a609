//! A host for the tests of compiled code: a folder, an engine, and the log of the thread. Scripts are written as text.

use std::fmt::{Debug, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use cap_std::fs::Dir;
use tempfile::TempDir;
use tollgate_types::ScriptDigest;
use tollgate_types::config::CodeConfig;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::{Engine, EngineConfig};

/// Keeps what is logged at the levels that a host shows.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// The lines since the last call, without those that say that a script is compiled.
    pub(super) fn taken(&self) -> Vec<String> {
        let lines = std::mem::take(&mut *self.0.lock().unwrap());
        lines.into_iter().filter(|line| !line.contains("compiling a script")).collect()
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A line of the log.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

/// A folder of compiled code, the engine that keeps it, and the log of this thread.
pub(super) struct Host {
    pub(super) folder: TempDir,
    pub(super) engine: Engine,
    pub(super) log: Log,
    _logging: DefaultGuard,
}

impl Host {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = EngineConfig { pooled: false, ..EngineConfig::default() };
        let engine = Engine::new(config, CodeConfig::default(), &dir(folder.path())).unwrap();
        let log = Log::default();
        let logging = tracing::subscriber::set_default(log.clone());
        Self { folder, engine, log, _logging: logging }
    }

    /// Compiles a script, and gives its file.
    pub(super) fn compiled(&self, script: &Script) -> PathBuf {
        self.engine.compile(&script.digest, &script.bytes).unwrap();
        let folders = fs::read_dir(self.folder.path()).unwrap().map(|folder| folder.unwrap().path());
        folders.map(|folder| folder.join(script.digest.to_string())).find(|file| file.exists()).unwrap()
    }

    /// Loads a script, and says whether it was compiled for that. What is loaded is always the script's own component.
    pub(super) fn loads(&self, script: &Script) -> bool {
        let (found, component) = match self.engine.compiled(&script.digest) {
            Some((_, component)) => (true, component),
            None => (false, self.engine.compile(&script.digest, &script.bytes).unwrap().1),
        };
        assert!(component.get_export(None, script.name).is_some(), "this is the code of another script");
        !found
    }

    /// Checks that this file is reported once, is not used, and is replaced.
    pub(super) fn replaces(&self, script: &Script, file: &Path, level: &str, reason: &str) {
        assert!(self.loads(script), "the file was used: {reason}");
        let lines = self.log.taken();
        let [line] = &lines[..] else { panic!("one line: {lines:?}") };
        let path = file.strip_prefix(self.folder.path()).unwrap();
        let expected = format!("path={path:?} reason={reason}");
        assert!(line.starts_with(level) && line.contains(&expected), "{line}\nnot: {level} {expected}");
        assert!(!self.loads(script), "the file was not replaced: {reason}");
        assert_eq!(self.log.taken(), [""; 0]);
        let names = fs::read_dir(file.parent().unwrap()).unwrap().map(|name| name.unwrap().file_name());
        assert!(names.into_iter().all(|name| name.len() == 64), "a temporary file is left");
    }
}

/// A script that exports one function of its name.
pub(super) struct Script {
    name: &'static str,
    bytes: Vec<u8>,
    pub(super) digest: ScriptDigest,
}

impl Script {
    pub(super) fn of(name: &'static str) -> Self {
        let text = format!(
            r#"(component
                (core module $module (func (export "run")))
                (core instance $instance (instantiate $module))
                (func (export "{name}") (canon lift (core func $instance "run"))))"#
        );
        let bytes = wat::parse_str(&text).unwrap();
        Self { name, digest: ScriptDigest::of(&bytes), bytes }
    }
}

pub(super) fn dir(path: &Path) -> Dir {
    Dir::open_ambient_dir(path, cap_std::ambient_authority()).unwrap()
}
