//! `GET /metrics`: it tells what `/status` tells.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::Value;
use tollgate_tests::{Host, Upload, importing};

/// The figures by their names, with labels.
async fn metrics(host: &Host) -> Result<BTreeMap<String, u64>> {
    let response = host.control_request(Method::GET, "metrics").send().await?.error_for_status()?;
    let kind = response.headers()["content-type"].to_str()?;
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = response.text().await?;
    assert!(text.ends_with("# EOF\n"), "{text}");
    let series = text.lines().filter(|line| !line.starts_with('#'));
    series
        .map(|line| line.rsplit_once(' ').context("no figure"))
        .map(|found| {
            let (name, figure) = found?;
            Ok((name.trim_start_matches("tollgate_").to_owned(), figure.parse()?))
        })
        .collect()
}

async fn status(host: &Host) -> Result<Value> {
    let mut envelope: Value = host.control_request(Method::GET, "status").send().await?.json().await?;
    Ok(envelope["result"]["store"].take())
}

/// Figures that are not 0, but those of the disk, which other programs change.
async fn told(host: &Host) -> Result<Vec<String>> {
    let (figures, store) = (metrics(host).await?, status(host).await?);
    assert_eq!(figures["store_sequence"], store["sequence"]);
    assert_eq!(figures["disk_total_bytes"], store["disk"]["total_bytes"]);
    assert_eq!(figures[&format!("store_writes{{state={}}}", store["writes"])], 1);
    assert_eq!(Some(figures["store_damage_found"]), store["findings"].as_array().map(|all| all.len() as u64));
    assert_eq!(Some(figures["store_damaged_scripts"]), store["damaged_scripts"].as_array().map(|all| all.len() as u64));
    assert_eq!(figures["store_index_off"] == 1, store["index_off"] != Value::Null);
    let of_disk = |name: &str| name.starts_with("disk_") || name == "store_disk_nearly_full";
    let told = figures.into_iter().filter(|(name, figure)| *figure != 0 && !of_disk(name));
    Ok(told.map(|(name, figure)| format!("{name} {figure}")).collect())
}

fn upload() -> Result<Upload> {
    Ok(Upload::made(importing("")?))
}

const BUILD: &str = concat!("build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1");

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_well_says_so() -> Result<()> {
    let host = Host::start().await?;
    host.deploy("own", upload()?).await?;
    let figures = metrics(&host).await?;
    assert!(figures["disk_free_bytes"] > 0 && figures["disk_free_bytes"] <= figures["disk_total_bytes"], "{figures:?}");
    assert_eq!(told(&host).await?, [BUILD, "store_sequence 1", "store_writes{state=\"accepted\"} 1"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_refuses_writes_shows_until_it_takes_one() -> Result<()> {
    let host = Host::start().await?;
    let (folder, elsewhere) = (host.data().join("scripts/sha256"), host.data().join("elsewhere"));
    fs::rename(&folder, &elsewhere)?;
    fs::write(&folder, "a file in the way")?;
    let (refused, _) = host.upload("scripts/own", upload()?).await?;
    assert_eq!(refused, 500);
    assert_eq!(told(&host).await?, [BUILD, "store_writes{state=\"refused\"} 1"]);
    fs::remove_file(&folder)?;
    fs::rename(&elsewhere, &folder)?;
    host.deploy("own", upload()?).await?;
    assert_eq!(told(&host).await?, [BUILD, "store_sequence 1", "store_writes{state=\"accepted\"} 1"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_shows_and_a_script_that_is_uploaded_again_is_intact() -> Result<()> {
    let host = Host::start().await?;
    host.deploy("own", upload()?).await?;
    host.deploy("other", upload()?.distinct(1)).await?;
    let shelf = fs::read_dir(host.data().join("scripts/sha256"))?.next().context("no shelf")??;
    let script = fs::read_dir(shelf.path())?.next().context("no script")??;
    fs::remove_file(script.path())?;
    let host = host.restart().await?;
    let accepted = "store_writes{state=\"accepted\"} 1";
    let damaged = ["store_damage_found 1", "store_damaged_scripts 1", "store_sequence 2"];
    assert_eq!(told(&host).await?, [&[BUILD], &damaged[..], &[accepted]].concat());
    host.deploy("own", upload()?).await?;
    host.deploy("other", upload()?.distinct(1)).await?;
    assert_eq!(told(&host).await?, [BUILD, "store_damage_found 1", "store_sequence 4", accepted]);
    Ok(())
}
