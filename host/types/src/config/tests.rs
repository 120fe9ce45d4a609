//! Tests that walk the declared keys: their bounds, their defaults, and what a reload changes.

use super::*;

fn read(text: &str) -> Result<Read, ConfigError> {
    super::read(text, |_| Vec::new())
}

/// A file that sets one key.
fn file(key: &Key, value: &str) -> String {
    match key.section {
        "" => format!("{} = {value}\n", key.name),
        section => format!("[{section}]\n{} = {value}\n", key.name),
    }
}

/// The same in a host without a pool, whose size other values could contradict.
fn unpooled(key: &Key, value: &str) -> String {
    match key.section {
        "instances" => format!("{}pooled = false\n", file(key, value)),
        _ => format!("{}[instances]\npooled = false\n", file(key, value)),
    }
}

fn refused(text: &str) -> String {
    read(text).map(|read| read.config).unwrap_err().to_string()
}

#[test]
fn each_number_is_accepted_within_its_bounds_and_refused_beyond_them() {
    let mut walked = 0;
    for key in keys() {
        let Kind::Number { min, max, unit } = key.kind else { continue };
        for within in [min, max] {
            let read = read(&unpooled(key, &within.to_string())).unwrap();
            assert_eq!(read.config.value(key), Some(Value::Integer(within.try_into().unwrap())), "{}", key.path());
            assert_eq!(read.set.get(&key.path()), Some(&2));
        }
        let below = i128::from(min) - 1;
        for beyond in [below.to_string(), (max + 1).to_string(), i64::MIN.to_string(), "1.5".into(), "\"1\"".into()] {
            let said = refused(&file(key, &beyond));
            let expected =
                format!("{}: expected a whole number of {unit} from {min} to {max}, found {beyond}", key.path());
            assert!(said.ends_with(&expected), "{said}");
        }
        walked += 1;
    }
    assert!(walked > 30, "{walked}");
}

#[test]
fn each_other_key_refuses_a_value_of_another_type() {
    for key in keys().filter(|key| !matches!(key.kind, Kind::Number { .. })) {
        let said = refused(&file(key, "7"));
        assert!(said.contains(&format!("{}: expected {}, found 7", key.path(), key.kind)), "{said}");
    }
}

#[test]
fn a_file_that_sets_every_default_is_the_default() {
    let config = Config::default();
    config.check().unwrap();
    let text = toml::to_string(&config).unwrap();
    assert_eq!(read(&text).unwrap().config, config);
    assert_eq!(read("").unwrap().config, config);
}

#[test]
fn every_problem_is_reported_with_its_line_and_the_nearest_key() {
    let said = refused(
        "cpu_ms = 5\n[limits]\ncpu_msec = 5\nwall_ms = 0\n[frontdoor]\n[egress]\nallow = [\"10/8\"]\nfrob = 1\n",
    );
    assert_eq!(
        said,
        "line 1: cpu_ms: unknown key; did you mean limits.cpu_ms?\n\
         line 3: limits.cpu_msec: unknown key; did you mean limits.cpu_ms?\n\
         line 4: limits.wall_ms: expected a whole number of milliseconds from 1 to 86400000, found 0\n\
         line 5: frontdoor: unknown key; did you mean [front_door]?\n\
         line 7: egress.allow: expected a list of address ranges such as [\"10.0.0.0/8\"], found [\"10/8\"]\n\
         line 8: egress.frob: unknown key"
    );
    let similar = "line 2: egress.connection: unknown key; did you mean egress.connections?";
    assert_eq!(refused("[egress]\nconnection = 1\n"), similar, "of several, the most similar");
    assert_eq!(refused("limits = 3"), "line 1: limits: expected a section [limits], found 3");
    assert!(refused("[limits]\ncpu_ms = 1\ncpu_ms = 2\n").starts_with("line 3: "));
}

#[test]
fn values_that_contradict_each_other_are_named() {
    let said = |text: &str| read(text).map(drop).map_err(|error| error.to_string());
    let memory = said("[limits]\nmemory_bytes = 2000000\n[instances]\nslot_bytes = 1048576\nresident_bytes = 0\n");
    assert!(
        memory.unwrap_err().starts_with("line 2: limits.memory_bytes: 2000000 bytes do not fit a slot of the pool")
    );
    let resident = said("[instances]\nresident_bytes = 1073741824\nslot_bytes = 134217728\n");
    assert!(resident.unwrap_err().starts_with("line 2: instances.resident_bytes: "));
    assert_eq!(said("[instances]\ncount = 2032\n"), Ok(()));
    let space = said("[instances]\ncount = 2033\n").unwrap_err();
    assert!(space.contains("instances.count") && space.contains("at most 2032"), "{space}");
    assert_eq!(said("[instances]\ncount = 2033\npooled = false\n"), Ok(()));
}

#[test]
fn the_checks_of_all_stages_are_reported_at_once() {
    let more = |config: &Config| {
        assert_eq!(config.log.filter, "loud", "the keys that are right are set");
        vec![Problem::of_value("log.filter", "not a filter"), Problem::of_file("not served")]
    };
    let all = "[log]\nfilter = \"loud\"\nformat = 7\n[instances]\ncount = 5000\n[store]\nfrob = 1\n";
    let said = super::read(all, more).map(drop).unwrap_err().to_string();
    assert_eq!(
        said,
        "line 2: log.filter: not a filter\n\
         line 3: log.format: expected \"text\" or \"json\", found 7\n\
         line 5: instances.count: a pool for 5000 instances needs more address space than a process has: 34628173824 bytes \
         each, of 70368744177664; set instances.count to at most 2032, or instances.pooled = false\n\
         line 7: store.frob: unknown key\n\
         not served"
    );
    let wrong = "[limits]\nmemory_bytes = 2147483648\n[instances]\nslot_bytes = \"2 GiB\"\n";
    assert_eq!(refused(wrong).lines().count(), 1, "a slot of the default size is not what this file means");
}

#[test]
fn a_reload_changes_what_it_may_and_nothing_else() {
    let running = Config::default();
    let newer =
        read("local_names = true\n[limits]\ncpu_ms = 7\n[instances]\ncount = 7\n[egress]\nallow = [\"10.0.0.0/8\"]\n");
    let newer = newer.unwrap().config;
    let merged = running.reloaded(&newer).unwrap();
    assert_eq!((merged.limits, &merged.egress), (newer.limits, &newer.egress));
    assert_eq!((merged.instances, merged.local_names), (running.instances, None));
    assert_eq!(merged.reloaded(&running).unwrap(), running, "a key that the file no longer sets has its default again");
    let larger = read("[limits]\nmemory_bytes = 2147483648\n[instances]\nslot_bytes = 2147483648\n").unwrap().config;
    larger.check().unwrap();
    let said = running.reloaded(&larger).unwrap_err().to_string();
    assert!(said.starts_with("limits.memory_bytes: "), "the slots that run are smaller: {said}");
}

#[test]
fn a_configuration_from_before_these_keys_is_still_accepted() {
    let text = "local_names = false\n[egress]\ndirect = false\nallow = [\"127.0.0.0/8\", \"::1/128\"]\n\
                hosts = { \"db.test\" = \"10.0.0.7\" }\nca_pem = \"x\"\n[code]\nworkers = 10\nmemory_mib = 64\nmaps = 300\n\
                [[dispatch]]\ndomain = \"apps.test\"\nnamespace = \"prod\"\n";
    let read = read(text).unwrap();
    assert_eq!((read.config.local_names, read.config.egress.direct), (Some(false), false));
    assert_eq!(read.config.code.maps.map(u32::from), Some(300));
    assert!(read.set.contains_key("dispatch") && read.set.contains_key("code.memory_mib"));
}
