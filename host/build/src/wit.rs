//! The world that a worker is built for: the platform's for its role, and what the project's own WIT adds.

use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use wit_parser::UnresolvedPackageGroup;

use crate::BuildError;
use crate::kit::unpack;
use crate::project::{Project, Wasi};

pub(crate) static PLATFORM: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../wit");

/// Writes package `tollgate:build` with its one world, `worker`, and everything that it needs, into a folder.
pub(crate) fn compose(project: &Project, to: &Path) -> Result<PathBuf, BuildError> {
    if to.exists() {
        fs::remove_dir_all(to).map_err(BuildError::io("remove", to))?;
    }
    let version = project.wasi.name();
    if let Some(platform) = PLATFORM.get_dir(version) {
        unpack(platform, version.as_ref(), to)?;
    }
    let deps = to.join("deps");
    let (root, moved) = (to.join("platform.wit"), deps.join("platform.wit"));
    fs::rename(&root, &moved).map_err(BuildError::io("move", &root))?;
    let own = project.folder.join("wit");
    let more = if own.is_dir() { add(&own, &deps)? } else { String::new() };
    let world = to.join("world.wit");
    fs::write(&world, text(project, &more)).map_err(BuildError::io("write", &world))?;
    Ok(to.to_owned())
}

fn text(project: &Project, more: &str) -> String {
    let wasi = match project.wasi {
        Wasi::P2 => "0.2.0",
        Wasi::P3 => "0.3.0",
    };
    let role = project.role.name();
    format!(
        "package tollgate:build;\n\nworld worker {{\n    include tollgate:platform/{role}-worker@{wasi};\n{more}}}\n"
    )
}

/// Adds the project's package, and gives what the world has of it: its one world, or its interface `parameters`.
fn add(own: &Path, deps: &Path) -> Result<String, BuildError> {
    let wrong = |reason: String| BuildError::Wit { path: own.to_owned(), reason };
    let package = UnresolvedPackageGroup::parse_dir(own).map_err(|error| wrong(format!("{error:#}")))?.main;
    let worlds: Vec<_> = package.worlds.iter().map(|(_, world)| world.name.clone()).collect();
    let parameters = package.interfaces.iter().any(|(_, one)| one.name.as_deref() == Some("parameters"));
    let more = match worlds.as_slice() {
        [world] => format!("    include {};\n", package.name.interface_id(world)),
        [] if parameters => format!("    import {};\n", package.name.interface_id("parameters")),
        [] => return Err(wrong("expected a world, or an interface named parameters, found neither".to_owned())),
        several => return Err(wrong(format!("expected one world, found {}", several.join(", ")))),
    };
    copy(own, &deps.join("project"))?;
    let theirs = deps.join("project/deps");
    if theirs.exists() {
        for entry in list(&theirs)? {
            let to = deps.join(entry.file_name().unwrap_or_default());
            fs::rename(&entry, &to).map_err(BuildError::io("move", &entry))?;
        }
        fs::remove_dir(&theirs).map_err(BuildError::io("remove", &theirs))?;
    }
    Ok(more)
}

fn copy(from: &Path, to: &Path) -> Result<(), BuildError> {
    fs::create_dir_all(to).map_err(BuildError::io("create", to))?;
    for entry in list(from)? {
        let target = to.join(entry.file_name().unwrap_or_default());
        if entry.is_dir() {
            copy(&entry, &target)?;
        } else {
            fs::copy(&entry, &target).map_err(BuildError::io("copy", &entry))?;
        }
    }
    Ok(())
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let entries = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    entries.map_err(BuildError::io("read", folder))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use wit_parser::Resolve;

    use super::*;
    use crate::Role;

    /// Composes for a project with this WIT, and resolves what came of it.
    fn composed(wit: Option<&str>, role: Role, wasi: Wasi) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        if let Some(text) = wit {
            fs::create_dir(folder.path().join("wit")).unwrap();
            fs::write(folder.path().join("wit/own.wit"), text).unwrap();
        }
        let project = Project {
            folder: folder.path().to_owned(),
            main: "index.js".into(),
            role,
            wasi,
            command: None,
            cwd: None,
            work: None,
        };
        let made = compose(&project, &folder.path().join("world")).map_err(|error| error.to_string())?;
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(&made).map_err(|error| format!("{error:#}"))?;
        resolve.select_world(&[package], Some("worker")).map_err(|error| format!("{error:#}"))?;
        Ok(fs::read_to_string(made.join("world.wit")).unwrap())
    }

    #[test]
    fn every_role_of_every_version_resolves() {
        for role in [Role::User, Role::Outbound, Role::Dispatch] {
            for wasi in [Wasi::P2, Wasi::P3] {
                let text = composed(None, role, wasi).unwrap();
                assert!(text.contains(&format!("include tollgate:platform/{}-worker@", role.name())), "{text}");
            }
        }
    }

    #[test]
    fn the_projects_own_world_or_parameters_are_added() {
        let parameters = "package my:worker@1.0.0;\ninterface parameters { plan: func() -> string; }\n";
        let text = composed(Some(parameters), Role::Outbound, Wasi::P2).unwrap();
        assert!(text.contains("import my:worker/parameters@1.0.0;"), "{text}");
        let world = format!("{parameters}world reads {{ import parameters; }}\n");
        let text = composed(Some(&world), Role::Outbound, Wasi::P3).unwrap();
        assert!(text.contains("include my:worker/reads@1.0.0;"), "{text}");
    }

    #[test]
    fn parameters_printed_as_wit_are_wit() {
        use tollgate_types::{Declaration, Declarations, UnknownParameters};
        let kinds = ["option<record { list: u64, enum: enum { free, paid } }>", "tuple<flags { a }, json>", "char"];
        let one = |(place, kind): (usize, &str)| Declaration {
            name: format!("type_{place}Of").parse().unwrap(),
            kind: kind.parse().unwrap(),
        };
        let declared = kinds.into_iter().enumerate().map(one).collect();
        let text = Declarations::new(declared, UnknownParameters::Refuse).unwrap().to_wit("my:parameters");
        let mut resolve = Resolve::default();
        resolve.push_str("printed.wit", &text).unwrap_or_else(|error| panic!("{error:#}\n{text}"));
    }

    #[test]
    fn what_is_wrong_with_the_projects_wit_is_named() {
        let error = composed(Some("package my:worker;\ninterface other {}\n"), Role::Outbound, Wasi::P2).unwrap_err();
        assert!(error.ends_with("expected a world, or an interface named parameters, found neither"), "{error}");
        let two = "package my:worker;\nworld a {}\nworld b {}\n";
        assert!(composed(Some(two), Role::Outbound, Wasi::P2).unwrap_err().ends_with("expected one world, found a, b"));
        assert!(composed(Some("package"), Role::Outbound, Wasi::P2).unwrap_err().contains("own.wit"));
    }
}
