//! The version of `tollgate:platform`, and which components fit it.
//!
//! The rule is that of semantic versions. A host runs a component that was built for its own minor version or an older one of
//! the same major version. A patch version adds nothing that a component could import, so that it makes no difference. wasmtime
//! itself links any two versions of one major version, and reports a newer one only by the first function that is missing.

use semver::Version;

/// The version of `tollgate:platform` that this host has (`wit/`).
pub const PLATFORM_VERSION: Version = Version::new(1, 0, 0);

/// How the name of each of the platform's interfaces begins.
const PACKAGE: &str = "tollgate:platform/";

/// A component is built for a platform that this host does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the component needs tollgate:platform {needs}; this host has {has}")]
pub struct PlatformMismatch {
    /// The version that the component imports.
    pub needs: String,
    /// The version of this host.
    pub has: Version,
}

impl PlatformMismatch {
    /// What to try.
    pub const HINT: &str =
        "component and host must be of the same release: upgrade the host, or build the component again";
}

/// Checks the names of a component's imports. Of several versions that do not fit, the newest counts.
pub fn fits_platform<'a>(imports: impl IntoIterator<Item = &'a str>) -> Result<(), PlatformMismatch> {
    let strange = imports.into_iter().filter_map(|import| needs(import, &PLATFORM_VERSION));
    let newest = strange.max_by_key(|needs| needs.parse::<Version>().ok());
    newest.map_or(Ok(()), |needs| Err(PlatformMismatch { needs, has: PLATFORM_VERSION }))
}

/// The version that an import asks for, if it is one of the platform's interfaces and a platform of version `has` does not
/// have it.
fn needs(import: &str, has: &Version) -> Option<String> {
    let interface = import.strip_prefix(PACKAGE)?;
    let Some((_, version)) = interface.split_once('@') else { return Some("without a version".to_owned()) };
    let fits = version.parse::<Version>().is_ok_and(|needs| needs.major == has.major && needs.minor <= has.minor);
    (!fits).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(import: &str) -> Option<String> {
        needs(import, &Version::new(1, 2, 3))
    }

    #[test]
    fn an_older_minor_version_fits_and_a_newer_one_does_not() {
        for fits in ["1.0.0", "1.1.9", "1.2.0", "1.2.9"] {
            assert_eq!(needed(&format!("tollgate:platform/bindings@{fits}")), None, "{fits}");
        }
        for strange in ["1.3.0", "2.0.0", "0.2.0", "0.3.0", "one"] {
            assert_eq!(needed(&format!("tollgate:platform/bindings@{strange}")).as_deref(), Some(strange));
        }
        assert_eq!(needed("tollgate:platform/bindings").as_deref(), Some("without a version"));
        assert_eq!(needed("tollgate:parameters/dispatches@9.0.0"), None);
        assert_eq!(needed("wasi:http/types@0.2.12"), None);
    }

    #[test]
    fn the_newest_version_is_named() {
        let refused = |imports: &[&str]| Some(fits_platform(imports.iter().copied()).err()?.to_string());
        let newer = [
            "tollgate:platform/bindings@1.3.0",
            "tollgate:platform/dispatcher@1.10.0",
            "tollgate:platform/invocation@1.0.0",
        ];
        let said = "the component needs tollgate:platform 1.10.0; this host has 1.0.0";
        assert_eq!(refused(&newer).as_deref(), Some(said));
        let said = "the component needs tollgate:platform 0.2.0; this host has 1.0.0";
        assert_eq!(refused(&["tollgate:platform/bindings@0.2.0"]).as_deref(), Some(said));
        assert_eq!(refused(&["tollgate:platform/bindings@1.0.0", "wasi:http/types@0.3.0"]), None);
    }

    /// The version is written in three places.
    #[test]
    fn the_wit_has_the_same_version() {
        for wit in [include_str!("../../../wit/0.2/platform.wit"), include_str!("../../../wit/0.3/platform.wit")] {
            let package = format!("\npackage tollgate:platform@{PLATFORM_VERSION};\n");
            assert_eq!(wit.matches(&package).count(), 1);
        }
    }

    /// A change to one of the twins is a change to the other.
    #[test]
    fn what_does_not_use_http_is_the_same_for_both_versions_of_wasi() {
        let [two, three] =
            [include_str!("../../../wit/0.2/platform.wit"), include_str!("../../../wit/0.3/platform.wit")];
        for opening in [
            "interface invocation {",
            "interface parameters {",
            "    resource options {",
            "    resource dispatch-error {",
            "/// The worker's bindings,",
        ] {
            let (two, three) = (block(two, opening), block(three, opening));
            assert!(two.is_some_and(|block| block.len() > 100), "{opening}");
            assert_eq!(two, three);
        }
    }

    /// The text from an opening to the line that closes it or, of one that is not indented, to the first item of `wasi:http`.
    fn block<'a>(wit: &'a str, opening: &str) -> Option<&'a str> {
        let (_, rest) = wit.split_once(opening)?;
        let indent = " ".repeat(opening.len() - opening.trim_start().len());
        let end = if opening.starts_with("///") { "use wasi:http".to_owned() } else { format!("\n{indent}}}\n") };
        rest.split_once(&end).map(|(block, _)| block)
    }
}
