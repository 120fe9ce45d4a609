//! What a typed outbound worker reads against what a binding declares: checked when either is deployed, so that no dispatch
//! finds out.

use std::borrow::Cow;

use super::{Declaration, Declarations, Found, ParameterError, ParameterType, among};

impl Declarations {
    /// Checks that every parameter that the outbound worker reads is declared with its type.
    ///
    /// A binding that lists names alone takes the worker's types. What the worker reads as an option the binding may leave
    /// out, or declare as the type inside; what the worker does not read the binding may declare.
    pub fn agree(&self, worker: &str, reads: &[Declaration]) -> Result<(), ParameterError> {
        let differences: Vec<String> = reads.iter().filter_map(|read| self.difference(read)).collect();
        if differences.is_empty() {
            return Ok(());
        }
        Err(ParameterError::Disagreement { worker: worker.to_owned(), differences: differences.join("; ") })
    }

    fn difference(&self, read: &Declaration) -> Option<String> {
        let name = read.name.as_str();
        match self.find(name) {
            Found::Either(one, other) => {
                Some(format!("{name:?} could be {:?} or {:?} of the binding", one.name.as_str(), other.name.as_str()))
            }
            Found::One(own) if fits(&own.kind, &read.kind) => None,
            Found::One(own) => {
                Some(format!("{name:?}: the worker reads {}, the binding declares {}", read.kind, own.kind))
            }
            Found::None if read.kind.optional() => None,
            Found::None => {
                Some(format!("{name:?}: the worker reads {}, the binding declares only {}", read.kind, self.names()))
            }
        }
    }

    /// These declarations, with the worker's types where only a name is declared.
    pub fn typed_by(&self, reads: &[Declaration]) -> Cow<'_, Self> {
        if reads.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut typed = self.clone();
        for read in reads {
            let places = self.declared.iter().enumerate().map(|(place, own)| (own.name.as_str(), place));
            let own = among(read.name.as_str(), places).one().and_then(|place| typed.declared.get_mut(place));
            if let Some(own) = own.filter(|own| own.kind == ParameterType::Json) {
                own.kind = read.kind.clone();
            }
        }
        Cow::Owned(typed)
    }
}

/// Whether a value of the declared type is one of the type that is read.
fn fits(declared: &ParameterType, read: &ParameterType) -> bool {
    let inside = matches!(read, ParameterType::Option(some) if some.same(declared));
    *declared == ParameterType::Json || declared.same(read) || inside
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::UnknownParameters;

    fn list(list: &[(&str, &str)]) -> Vec<Declaration> {
        let one =
            |(name, kind): &(&str, &str)| Declaration { name: name.parse().unwrap(), kind: kind.parse().unwrap() };
        list.iter().map(one).collect()
    }

    fn agree(binding: &[(&str, &str)], worker: &[(&str, &str)]) -> Result<(), String> {
        // As it is kept, so that what is refused by now may be met too.
        let declared: Declarations = serde_json::from_value(json!({ "declared": list(binding) })).unwrap();
        declared.agree("outbound", &list(worker)).map_err(|error| error.to_string())
    }

    #[test]
    fn both_types_stand_side_by_side() {
        let error = agree(&[("quota", "string"), ("plan", "json")], &[("quota", "u32"), ("region", "u8")]).unwrap_err();
        assert_eq!(
            error,
            "the outbound worker \"outbound\" and the binding do not have the same parameters: \
             \"quota\": the worker reads u32, the binding declares string; \
             \"region\": the worker reads u8, the binding declares only quota, plan"
        );
    }

    #[test]
    fn names_alone_take_the_workers_types() {
        let worker = [("param-customer-name", "string"), ("region", "option<string>")];
        assert_eq!(agree(&[("paramCustomerName", "json")], &worker), Ok(()));
        let declared = Declarations::new(list(&[("paramCustomerName", "json")]), UnknownParameters::Refuse).unwrap();
        let typed = declared.typed_by(&list(&worker));
        assert_eq!(typed.iter().next().unwrap().kind, ParameterType::String);
        assert_eq!(agree(&[("paramCustomerName", "string"), ("region", "string")], &worker), Ok(()));
    }

    #[test]
    fn a_name_that_could_be_two_is_refused() {
        let error = agree(&[("cus_tomername", "json"), ("customername", "json")], &[("customer-name", "string")]);
        assert!(error.unwrap_err().contains("could be \"cus_tomername\" or \"customername\""));
        let binding = [("userid", "u8"), ("user_id", "string")];
        assert_eq!(agree(&binding, &[("user-id", "string"), ("userid", "u8")]), Ok(()));
    }

    #[test]
    fn an_order_is_nothing_that_two_types_must_share() {
        let (one, other) =
            ("record { home-town: string, plan: enum { a, b } }", "record { plan: enum { b, a }, home_town: string }");
        assert_eq!(agree(&[("account", one)], &[("account", other)]), Ok(()));
        assert_eq!(agree(&[("account", one)], &[("account", &format!("option<{other}>"))]), Ok(()));
        let more = "record { home-town: string, plan: enum { a, b, c } }";
        assert!(agree(&[("account", one)], &[("account", more)]).is_err());
        assert!(agree(&[("corner", "tuple<u8, string>")], &[("corner", "tuple<string, u8>")]).is_err());
    }
}
