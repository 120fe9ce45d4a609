//! What a dispatch attaches. A worker may hold thousands of `options`, so they keep no text that a dispatch would refuse for its size.

use tollgate_types::Limits;

/// Most bytes of one dispatch's props, as JSON text: as many as its parameters may have.
pub const PROPS_BYTES: usize = 64 * 1024;

/// Most bytes of parameters that are kept. It is more than a dispatch takes, since JSON text may have white space and escapes, and names
/// count too.
const KEPT_BYTES: usize = 128 * 1024;

/// The name of each parameter, and its value as JSON text.
type Given = Vec<(String, String)>;

/// What a dispatch attaches, as the worker gave it: unchecked. Of what is too large, only the number of bytes is kept.
#[derive(Debug, Default)]
pub struct GetOptions {
    /// JSON text for the worker.
    pub props: Option<Result<String, usize>>,
    /// Ceilings for this dispatch.
    pub limits: Limits,
    /// Names and JSON texts for the outbound worker.
    pub outbound: Option<Result<Given, usize>>,
}

impl GetOptions {
    /// Sets the props, as JSON text.
    pub fn set_props(&mut self, json: String) {
        self.props = Some(if json.len() > PROPS_BYTES { Err(json.len()) } else { Ok(json) });
    }

    /// Sets the parameters.
    pub fn set_parameters(&mut self, given: Given) {
        let bytes = given.iter().map(bytes_of).sum();
        self.outbound = Some(if bytes > KEPT_BYTES { Err(bytes) } else { Ok(given) });
    }

    /// Bytes of the texts that are kept.
    pub(crate) fn held_bytes(&self) -> u64 {
        let props = self.props.as_ref().and_then(|props| props.as_ref().ok()).map_or(0, String::len);
        let outbound = self.outbound.iter().flatten().flatten();
        (props + outbound.map(bytes_of).sum::<usize>()) as u64
    }
}

/// Many short parameters take room too.
fn bytes_of((name, text): &(String, String)) -> usize {
    size_of::<(String, String)>() + name.len() + text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_is_too_large_only_its_size_is_kept() {
        let mut options = GetOptions::default();
        options.set_props("a".repeat(PROPS_BYTES));
        assert!(matches!(options.props, Some(Ok(_))));
        options.set_props("a".repeat(PROPS_BYTES + 1));
        assert_eq!(options.props.take().and_then(Result::err), Some(65_537));
        options.set_parameters(vec![("name".to_owned(), "a".repeat(100_000))]);
        assert!(matches!(options.outbound, Some(Ok(_))));
        options.set_parameters(vec![("name".to_owned(), "a".repeat(70_000)); 2]);
        assert_eq!(options.outbound.take().and_then(Result::err), Some(2 * (48 + 4 + 70_000)));
        options.set_parameters(vec![(String::new(), String::new()); 100_000]);
        assert_eq!(options.outbound.take().and_then(Result::err), Some(4_800_000));
    }
}
