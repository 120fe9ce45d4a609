//! Components that take the compiler far more than their bytes suggest, made byte by byte.

use anyhow::Result;
use tollgate_tests::{Upload, guest};

const CUSTOM: u8 = 0;
const CORE_MODULE: u8 = 1;
const TYPES: u8 = 1;
const FUNCTIONS: u8 = 3;
const MEMORIES: u8 = 5;
const CODE: u8 = 10;
const DATA: u8 = 11;
const END: u8 = 0x0b;

/// The worker `hello` with one more module, which nothing instantiates.
pub(crate) fn carrying(module: &[u8]) -> Result<Upload> {
    Ok(Upload::made([guest("hello-2")?, section(CORE_MODULE, module)].concat()))
}

/// The worker `hello` as a script that no test has deployed before.
pub(crate) fn unknown() -> Result<Upload> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let section_of_now = section(CUSTOM, &[&[3], &b"now"[..], &now.as_nanos().to_le_bytes()].concat());
    Ok(Upload::made([guest("hello-2")?, section_of_now].concat()))
}

/// A module of functions, all with this body.
pub(crate) fn functions(count: usize, body: &[u8]) -> Vec<u8> {
    let body = [number(body.len()), body.to_vec()].concat();
    let (types, code) = ([number(count), vec![0; count]].concat(), [number(count), body.repeat(count)].concat());
    module(&[section(TYPES, &[1, 0x60, 0, 0]), section(FUNCTIONS, &types), section(CODE, &code)])
}

/// A body that does nothing.
pub(crate) const EMPTY: &[u8] = &[0, END];

/// A body of loops inside each other, as many as it has locals. Each changes one of them, and may begin again.
pub(crate) fn loops(count: usize) -> Vec<u8> {
    let turn = |local: usize| {
        let local = number(local);
        let (get, set) = ([&[0x20], &local[..]].concat(), [&[0x21], &local[..]].concat());
        [&get, &[0x41, 1, 0x6a][..], &set, &get, &[0x0d, 0, END]].concat()
    };
    let turns: Vec<u8> = (0..count).flat_map(turn).collect();
    [vec![1], number(count), vec![0x7f], [0x03, 0x40].repeat(count), turns, vec![END]].concat()
}

/// A module of types that are all alike.
pub(crate) fn types(count: usize) -> Vec<u8> {
    module(&[section(TYPES, &[number(count), [0x60, 0, 0].repeat(count)].concat())])
}

/// A module of a memory with so many MiB of contents.
pub(crate) fn contents(mebibytes: usize) -> Vec<u8> {
    let (pages, bytes) = (number(mebibytes << 4), mebibytes << 20);
    let memory = section(MEMORIES, &[&[1, 0], &pages[..]].concat());
    let data = [&[1, 0, 0x41, 0, END], &number(bytes)[..], &vec![1; bytes]].concat();
    module(&[memory, section(DATA, &data)])
}

fn module(sections: &[Vec<u8>]) -> Vec<u8> {
    [b"\0asm\x01\0\0\0".to_vec(), sections.concat()].concat()
}

fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    [&[id], &number(contents.len())[..], contents].concat()
}

/// LEB128, as WebAssembly has numbers.
fn number(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}
