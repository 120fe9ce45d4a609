//! Which names are called like a secret's. A name is read word by word (`x-api-key`, `accessToken`, `DB_PASSWD`): `author` is
//! no `auth`. What is in doubt is taken for a secret: too much redacted is mended by a look, too little by a new secret.

/// Words of a secret's name, each also with an `s` or digits behind it.
const WORDS: [&str; 12] = [
    "auth",
    "authentication",
    "authorization",
    "bearer",
    "cred",
    "oauth",
    "pass",
    "passphrase",
    "pin",
    "session",
    "sid",
    "sig",
];

/// What the last of several words written as one is, in a secret's name: `accesstoken`, `phpsessid`.
const ENDS: [&str; 24] = [
    "authkey",
    "secretkey",
    "token",
    "secret",
    "password",
    "passwd",
    "passcode",
    "cookie",
    "credential",
    "signature",
    "sessionid",
    "sessid",
    "apikey",
    "accesskey",
    "privatekey",
    "basicauth",
    "userauth",
    "jwt",
    "otp",
    "pwd",
    "sessionkey",
    "masterkey",
    "signingkey",
    "encryptionkey",
];

/// Before `key`: one that everybody may know.
const OPEN_KEYS: [&str; 9] =
    ["public", "primary", "foreign", "sort", "partition", "cache", "surrogate", "idempotency", "websocket"];

/// Last words of what is said about a secret, and is none: `token_type`, `expires_at`.
const ABOUT: [&str; 11] =
    ["type", "count", "limit", "size", "length", "expires", "expiry", "ttl", "at", "in", "policy"];

/// Whether a header, a key of a query or of JSON, a parameter or a variable is called like a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let words = words(name);
    let about = words.len() > 1 && words.last().is_some_and(|last| ABOUT.contains(&last.as_str()));
    let before = [""].into_iter().chain(words.iter().map(String::as_str));
    !about && before.zip(&words).any(|(before, word)| is_secrets(before, word))
}

fn is_secrets(before: &str, word: &str) -> bool {
    let word = word.trim_end_matches(|one: char| one.is_ascii_digit());
    [word, word.strip_suffix('s').unwrap_or(word)].into_iter().any(|word| match word {
        "key" => !OPEN_KEYS.contains(&before),
        word => WORDS.contains(&word) || ENDS.iter().any(|end| word.ends_with(end)),
    })
}

/// The words of a name, in lower case: they end where something else than a letter or a digit stands, or the case changes.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut chars = name.chars().peekable();
    let mut before = ' ';
    while let Some(one) = chars.next() {
        // `accessToken`, and the K of `APIKey`.
        let acronym_ends = before.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase());
        let begins = one.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit() || acronym_ends);
        if begins || !one.is_alphanumeric() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (one.is_alphanumeric(), words.last_mut()) {
            word.extend(one.to_lowercase());
        }
        before = one;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secrets_name_is_known_by_its_words() {
        let secret = "authorization Proxy-Authorization cookie Set-Cookie x-api-key X-Auth-User apikey API_KEY APIKey \
            key keys accessToken access_token accesstoken refresh-tokens id_token token token2 client_secret secrets \
            SECRET db_password passwd DB_PASSWD userPassword pwd DB_PASS passphrase credentials aws-credential \
            X-Amz-Signature sig session session_id sessionId PHPSESSID connect.sid jwt otp oauth2 csrfToken \
            private_key SSHKey _key_ next_page_token X-Authentication BASICAUTH dbpwd totp userjwt masterkey signingkey \
            pin card-pin PIN2 passcode";
        let none = "author authority co-author www-authenticate proxy-authenticate monkey keyboard keyring design sign \
            assigned secretary passenger compass obsession sidebar tokenizer token_type tokenType session_count \
            max_tokens_limit key_size token_expires_at expires_in public_key primary-key sortKey surrogate-key \
            sec-websocket-key idempotency_key etag x-customer customer_name plan turkey donkeys \
            pinned spin pinboard";
        for name in secret.split_whitespace() {
            assert!(is_secret(name), "{name}");
        }
        for name in none.split_whitespace().chain(["", "-", "é"]) {
            assert!(!is_secret(name), "{name}");
        }
    }
}
