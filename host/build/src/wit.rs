//! The world that a worker is built for: the platform's for its role, and what the project's own WIT adds.

use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use tollgate_types::PLATFORM_VERSION;
use wit_parser::{Interface, UnresolvedPackage, UnresolvedPackageGroup};

use crate::BuildError;
use crate::kit::unpack;
use crate::project::Project;

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
    let role = project.role.name();
    let include = format!("include tollgate:platform/{role}-worker@{PLATFORM_VERSION};");
    format!("package tollgate:build;\n\nworld worker {{\n    {include}\n{more}}}\n")
}

/// Adds the project's package, and gives what the world has of it: its one world, or its interface `parameters`, or its
/// types.
fn add(own: &Path, deps: &Path) -> Result<String, BuildError> {
    let wrong = |reason: String| BuildError::Wit { path: own.to_owned(), reason };
    let package = UnresolvedPackageGroup::parse_dir(own).map_err(|error| wrong(format!("{error:#}")))?.main;
    let worlds: Vec<_> = package.worlds.iter().map(|(_, world)| world.name.clone()).collect();
    let parameters = package.interfaces.iter().any(|(_, one)| one.name.as_deref() == Some("parameters"));
    let more = match worlds.as_slice() {
        [world] => format!("    include {};\n", package.name.interface_id(world)),
        [] if parameters => format!("    import {};\n", package.name.interface_id("parameters")),
        [] => types(&package).ok_or_else(|| {
            wrong(
                "expected a world, an interface named parameters, or interfaces of types alone, found none".to_owned(),
            )
        })?,
        several => return Err(wrong(format!("expected one world, found {}", several.join(", ")))),
    };
    copy(own, &deps.join("project"))?;
    let theirs = deps.join("project/deps");
    if theirs.exists() {
        for entry in list(&theirs)? {
            let name = entry.file_name().unwrap_or_default();
            let to = deps.join(name);
            if let (Some(found), Some(ours)) = (declared(&entry), declared(&to))
                && found != ours
            {
                let name = name.to_string_lossy();
                return Err(wrong(format!("deps/{name} is {found}, and the platform's is {ours}: leave it out")));
            }
            fs::rename(&entry, &to).map_err(BuildError::io("move", &entry))?;
        }
        fs::remove_dir(&theirs).map_err(BuildError::io("remove", &theirs))?;
    }
    Ok(more)
}

/// By which words a file of WIT says which package it is.
fn declared(file: &Path) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().map(str::trim).find(|line| line.starts_with("package "))?;
    line.split([';', '{']).next().map(|words| words.trim_end().to_owned())
}

/// Whether WIT has packages of this name: `namespace:name`, and perhaps `@` and a version.
pub fn is_package(name: &str) -> Result<(), String> {
    if name.contains([';', '{', '/', '\n']) {
        return Err("expected a name such as my:parameters@1.0.0".to_owned());
    }
    let parsed = UnresolvedPackageGroup::parse("the name", &format!("package {name};\n"));
    parsed.map(drop).map_err(|(_, error)| error.to_string())
}

/// Imports of a package that holds nothing but types: they ask for nothing that a host would have to have.
fn types(package: &UnresolvedPackage) -> Option<String> {
    let alone = |one: &Interface| one.functions.is_empty() && !one.types.is_empty();
    let names = package.interfaces.iter().map(|(_, one)| one.name.as_deref().filter(|_| alone(one)));
    let names: Vec<_> = names.collect::<Option<_>>()?;
    let import = |name: &&str| format!("    import {};\n", package.name.interface_id(name));
    (!names.is_empty()).then(|| names.iter().map(import).collect())
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
    use proptest::prelude::*;
    use tollgate_types::{Declaration, Declarations, ParameterType, UnknownParameters};
    use wit_parser::Resolve;

    use super::*;
    use crate::{Role, Wasi};

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
    fn what_the_platform_has_in_another_version_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (own, deps) = (folder.path().join("wit"), folder.path().join("deps"));
        fs::create_dir_all(own.join("deps")).unwrap();
        fs::create_dir(&deps).unwrap();
        fs::write(own.join("own.wit"), "package my:worker;\nworld reads {}\n").unwrap();
        fs::write(own.join("deps/http.wit"), "// theirs\npackage wasi:http@0.2.9;\n").unwrap();
        fs::write(deps.join("http.wit"), "package wasi:http@0.2.6;\n").unwrap();
        let error = add(&own, &deps).unwrap_err().to_string();
        let said =
            "deps/http.wit is package wasi:http@0.2.9, and the platform's is package wasi:http@0.2.6: leave it out";
        assert!(error.ends_with(said), "{error}");
        for more in [";", "; // vendored", " { }"] {
            fs::write(own.join("deps/http.wit"), format!("package wasi:http@0.2.6{more}\n")).unwrap();
            fs::remove_dir_all(deps.join("project")).unwrap();
            assert_eq!(add(&own, &deps).unwrap(), "    include my:worker/reads;\n", "{more}");
        }
    }

    #[test]
    fn a_name_of_a_package_is_one() {
        for name in ["my:parameters", "tollgate:parameters@1.0.0", "a-b:c-d"] {
            assert_eq!(is_package(name), Ok(()), "{name}");
        }
        for name in
            ["", "parameters", "My Own:parameters", "my:parameters@one", "a:b;\ninterface c {}", "a:b;", "a:b/c"]
        {
            assert!(is_package(name).is_err(), "{name}");
        }
    }

    /// The WIT of these parameters, which must resolve.
    fn printed(parameters: &[(String, ParameterType)]) -> Result<String, String> {
        let one =
            |(name, kind): &(String, ParameterType)| Declaration { name: name.parse().unwrap(), kind: kind.clone() };
        let declared = Declarations::new(parameters.iter().map(one).collect(), UnknownParameters::Refuse);
        let text = declared.map_err(|error| error.to_string())?.to_wit("my:parameters");
        let mut resolve = Resolve::default();
        resolve.push_str("printed.wit", &text).unwrap_or_else(|error| panic!("{error:#}\n{text}"));
        Ok(text)
    }

    #[test]
    fn parameters_printed_as_wit_are_wit() {
        let many = format!("tuple<{}>", vec!["enum { a }"; 30].join(", "));
        let kinds = [
            ("type_0Of", "option<record { list: u64, enum: enum { free, tier-2, PLAN } }>"),
            ("_1", "tuple<flags { a }, json>"),
            ("parameters", "list<list<variant { a, b(enum { c }) }>>"),
            ("a", "record { b-c: enum { a }, b: record { c: enum { b } }, item: list<enum { d }> }"),
            ("many", many.as_str()),
        ];
        let parameters = kinds.map(|(name, kind)| (name.to_owned(), kind.parse().unwrap()));
        let text = printed(&parameters).unwrap();
        assert!(text.contains("a-b-c-value2 { %b }") && text.contains("%n1: tuple"), "{text}");
        printed(&[]).unwrap();
    }

    #[test]
    fn a_project_that_dispatches_adds_what_was_printed() {
        let text = printed(&[("plan".to_owned(), "enum { free, paid }".parse().unwrap())]).unwrap();
        let text = composed(Some(&text), Role::Dispatch, Wasi::P2).unwrap();
        assert!(text.contains("include my:parameters/dispatches;"), "{text}");
        let types = "package my:types;\ninterface shapes { enum plan { free } }\n";
        let text = composed(Some(types), Role::Dispatch, Wasi::P3).unwrap();
        assert!(text.contains("import my:types/shapes;"), "{text}");
    }

    fn any_type() -> impl Strategy<Value = ParameterType> {
        let name = "([a-d]|[A-B]1|[a-b]-?[a-b1-2]|list|item|value|value2)";
        let names = || prop::collection::btree_set(name, 1..4).prop_map(|names| names.into_iter().collect::<Vec<_>>());
        let leaf = prop_oneof![
            Just(ParameterType::Json),
            Just(ParameterType::Unsigned(8)),
            names().prop_map(ParameterType::Enum),
            names().prop_map(ParameterType::Flags),
        ];
        leaf.prop_recursive(3, 16, 4, move |inner| {
            let fields = prop::collection::btree_map(name, inner.clone(), 1..4);
            let cases = prop::collection::btree_map(name, prop::option::of(inner.clone()), 1..4);
            prop_oneof![
                inner.clone().prop_map(|item| ParameterType::List(Box::new(item))),
                inner.clone().prop_map(|some| ParameterType::Option(Box::new(some))),
                prop::collection::vec(inner, 1..30).prop_map(ParameterType::Tuple),
                fields.prop_map(|fields| ParameterType::Record(fields.into_iter().collect())),
                cases.prop_map(|cases| ParameterType::Variant(cases.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Whatever a binding may declare. Where it may not, nothing is printed.
        #[test]
        fn any_parameters_are_printed_as_wit(
            all in prop::collection::vec(("[a-cA-C_][a-bA-B_1-]{0,3}", any_type()), 0..5)
        ) {
            let declarable = |kind: &ParameterType| kind.to_string().parse::<ParameterType>().is_ok();
            let all: Vec<_> = all.into_iter().filter(|(_, kind)| declarable(kind)).collect();
            let _ = printed(&all);
        }
    }

    #[test]
    fn what_is_wrong_with_the_projects_wit_is_named() {
        let error = composed(Some("package my:worker;\ninterface other {}\n"), Role::Outbound, Wasi::P2).unwrap_err();
        assert!(
            error
                .ends_with("expected a world, an interface named parameters, or interfaces of types alone, found none"),
            "{error}"
        );
        let two = "package my:worker;\nworld a {}\nworld b {}\n";
        assert!(composed(Some(two), Role::Outbound, Wasi::P2).unwrap_err().ends_with("expected one world, found a, b"));
        assert!(composed(Some("package"), Role::Outbound, Wasi::P2).unwrap_err().contains("own.wit"));
    }
}
