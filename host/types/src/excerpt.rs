//! The beginning of a text that somebody sent: as much of it as a message shows. A hostile one may be megabytes long.

/// The most that is shown, in characters.
const SHOWN: usize = 80;

/// The beginning of a text; whether there is more of it is told.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.split_at(end).0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_is_shown_and_whether_there_is_more() {
        let most = "é".repeat(SHOWN);
        assert_eq!(excerpt(&most), most);
        assert_eq!(excerpt(&format!("{most}é")), format!("{most}…"));
    }
}
