//! `mtls-certificate`: client certificates, uploaded, listed and deleted under wrangler's names for it. Nothing reads a
//! private key back.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};
use tollgate_types::CertificateId;

use crate::Host;
use crate::client::Client;
use crate::manage::print;
use crate::out::say;
use crate::report::Hinted;

const PATH: &str = "mtls_certificates";

#[derive(Subcommand)]
pub(crate) enum Certificate {
    /// Upload a client certificate and its private key, for workers to present.
    Upload {
        /// The certificate, and those between it and the root (PEM).
        #[arg(long, value_name = "FILE")]
        cert: PathBuf,
        /// The certificate's private key (PEM), without a passphrase.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// What to call it.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        host: Host,
    },
    /// List the client certificates.
    List {
        #[command(flatten)]
        host: Host,
    },
    /// Delete a client certificate that no worker is bound to.
    Delete {
        /// Its id.
        id: CertificateId,
        #[command(flatten)]
        host: Host,
    },
}

pub(crate) async fn run(verb: Certificate) -> anyhow::Result<()> {
    match verb {
        Certificate::Upload { cert, key, name, host } => {
            let body = json!({ "name": name, "certificates": read(&cert)?, "private_key": read(&key)?, "ca": false });
            let client = Client::new(host)?;
            let uploaded = client.send(client.of_account(Method::POST, PATH).json(&body)).await?;
            let id = text(&uploaded, "id");
            say!("uploaded certificate {id}, {}", described(&uploaded));
            say!("next: mtls_certificates = [{{ binding = \"NAME\", certificate_id = \"{id}\" }}] in wrangler.toml");
        }
        Certificate::List { host } => {
            let client = Client::new(host)?;
            let list = client.send(client.of_account(Method::GET, PATH)).await?;
            print(&list, |one| (&one["id"], format!("{}\t{}", text(one, "name"), described(one))));
        }
        Certificate::Delete { id, host } => {
            let client = Client::new(host)?;
            client.send(client.of_account(Method::DELETE, &format!("{PATH}/{id}"))).await?;
            say!("deleted certificate {id}");
        }
    }
    Ok(())
}

fn described(certificate: &Value) -> String {
    format!("issued by {}, good until {}", text(certificate, "issuer"), text(certificate, "expires_on"))
}

fn text<'a>(certificate: &'a Value, key: &str) -> &'a str {
    certificate.get(key).and_then(Value::as_str).unwrap_or("-")
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        Hinted::usage(format!("{}: {error}", path.display()), "name a PEM file: text that begins with -----BEGIN")
    })
}
