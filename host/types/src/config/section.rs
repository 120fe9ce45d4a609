//! `section!`: one declaration makes the struct that the host uses, its defaults, and the keys that everything else reads.

/// Declares a section. Each key is `name: type = default, kind, reload;` below its documentation.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $(#[derive($($derive:ident),+)])?
        $name:ident in $section:literal {
            $($(#[doc = $doc:literal])+ $key:ident: $type:ty = $default:expr, $kind:expr, $reload:ident;)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        $(#[derive($($derive),+)])?
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $key: $type,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl $name {
            /// Its keys.
            pub(super) const SECTION: Section = Section {
                name: $section,
                doc: concat!($($about),+),
                keys: &[$(Key {
                    section: $section,
                    name: stringify!($key),
                    kind: $kind,
                    reload: Reload::$reload,
                    doc: &[$($doc),+],
                },)+],
            };
        }
    };
}
pub(super) use section;
