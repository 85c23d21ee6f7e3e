//! Puts a reducer in Rust behind the conformance protocol (docs/conformance-protocol.md). It needs no crate.
//!
//!     rustc -O adapter.rs && npx nixfleet-statechart conform --exec ./adapter
//!
//! Write `reducer.rs` beside this file, with
//!
//!     pub fn answer(op: &str, request: &str) -> Option<String>
//!
//! It gets the operation and the whole request as JSON, to be parsed with your own types, and returns what stands beside
//! the id in an answer: `{"ok":{...}}` or `{"err":{...}}`. `None` means that it does not have this operation.

mod reducer;

use std::io::{self, BufRead, Write};

/// Where the JSON value that begins at `start` ends.
fn end_of_value(json: &[u8], start: usize) -> usize {
    let (mut depth, mut in_text, mut at) = (0, false, start);
    while at < json.len() {
        match (json[at], in_text) {
            (b'\\', true) => at += 1,
            (b'"', _) => in_text = !in_text,
            (b'{' | b'[', false) => depth += 1,
            (b'}' | b']' | b',', false) if depth == 0 => return at,
            (b'}' | b']', false) => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    at
}

fn skip(json: &[u8], mut at: usize) -> usize {
    while at < json.len() && b" \t\r\n:,".contains(&json[at]) {
        at += 1;
    }
    at
}

/// The text of a field's value in a JSON object, as it is written there.
pub fn field<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let bytes = json.as_bytes();
    let mut at = skip(bytes, json.find('{')? + 1);
    while at < bytes.len() && bytes[at] == b'"' {
        let mut key_end = at + 1;
        while bytes[key_end] != b'"' {
            key_end += if bytes[key_end] == b'\\' { 2 } else { 1 };
        }
        let start = skip(bytes, key_end + 1);
        let end = end_of_value(bytes, start);
        if &json[at + 1..key_end] == name {
            return Some(json[start..end].trim_end());
        }
        at = skip(bytes, end);
    }
    None
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (Some(id), Some(op)) = (field(&line, "id"), field(&line, "op")) else { continue };
        let body = reducer::answer(op.trim_matches('"'), &line);
        let body = body.unwrap_or_else(|| r#"{"unsupported":true}"#.to_string());
        writeln!(out, "{{\"id\":{id},{}", &body[1..])?;
        out.flush()?;
    }
    Ok(())
}
