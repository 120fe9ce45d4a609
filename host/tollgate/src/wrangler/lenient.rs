//! Configurations as the announcement of Outbound Workers printed them: `parameters = [customer_name, url]`, which TOML
//! does not allow.

/// The text with the bare words of `parameters` lists in quotes; none where there are no such.
pub(super) fn quoted(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut changed = false;
    while let Some((before, list, after)) = next_list(rest) {
        let items: Vec<String> = list.split(',').map(|item| quote(item, &mut changed)).collect();
        out.push_str(before);
        out.push_str(&items.join(","));
        rest = after;
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// Up to and with the bracket of the next `parameters = [`, what is in the list, and the rest.
fn next_list(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let word = from + text.get(from..)?.find("parameters")? + "parameters".len();
        let after = text.get(word..)?;
        let list = after.trim_start().strip_prefix('=').and_then(|after| after.trim_start().strip_prefix('['));
        match list {
            Some(list) => {
                let start = text.len() - list.len();
                let end = start + list.find(']')?;
                return Some((text.get(..start)?, text.get(start..end)?, text.get(end..)?));
            }
            None => from = word,
        }
    }
}

fn quote(item: &str, changed: &mut bool) -> String {
    let word = item.trim();
    let bare = word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && word.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-');
    if !bare {
        return item.to_owned();
    }
    *changed = true;
    item.replace(word, &format!("\"{word}\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn bare_words_are_quoted_and_nothing_else() {
        let text = "name = \"parameters\"\noutbound = { service = \"o\", parameters = [customer_name , \"url\"] }\n";
        let expected = text.replace("customer_name", "\"customer_name\"");
        assert_eq!(quoted(text), Some(expected));
        assert_eq!(quoted("parameters = [\"a\"]"), None);
        assert_eq!(quoted("parameters = [a"), None);
        assert_eq!(quoted("no list"), None);
    }
}
