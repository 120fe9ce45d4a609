//! `config reference`: the page `docs/configuration.md`, made from the declarations of the keys.

use std::fmt::Write as _;

use tollgate_types::config::{Config, Key, Kind, Reload, SECTIONS, Section};

/// What stands before the sections.
const HEAD: &str = include_str!("head.md");

/// The page.
pub(super) fn markdown() -> String {
    let config = Config::default();
    let mut page = HEAD.to_owned();
    for section in SECTIONS {
        write_section(&mut page, &section, &config);
    }
    page
}

fn write_section(page: &mut String, section: &Section, config: &Config) {
    let title = match section.name {
        "" => "Above all sections".to_owned(),
        name => format!("`[{name}]`"),
    };
    let rows: String = section.keys.iter().map(|key| row(key, config)).collect();
    let about = match section.name {
        "" => String::new(),
        _ => format!("{}\n\n", section.doc.trim()),
    };
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "\n## {title}\n\n{about}| key | value | default | reload | meaning |\n| --- | --- | --- | --- | --- |\n{rows}"
    );
}

fn row(key: &Key, config: &Config) -> String {
    let default = config.value(key).map_or_else(|| "unset".to_owned(), |value| format!("`{value}`"));
    let reload = match key.reload {
        Reload::Applied => "yes",
        Reload::Restart => "restart",
    };
    format!("| `{}` | {} | {default} | {reload} | {} |\n", key.name, values(key.kind), key.text())
}

fn values(kind: Kind) -> String {
    match kind {
        Kind::Number { min, max, unit } => format!("{unit}, {min} to {max}"),
        Kind::Sockets => "list of addresses with ports".to_owned(),
        Kind::Hosts => "table from host names to addresses".to_owned(),
        Kind::Ranges => "list of address ranges (CIDR)".to_owned(),
        Kind::OneOf(texts) => texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(" or "),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Tables => "list of tables".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_the_repository_is_this_one() {
        let page = include_str!("../../../../docs/configuration.md");
        assert!(page == markdown(), "run `tollgate config reference >docs/configuration.md`");
    }
}
