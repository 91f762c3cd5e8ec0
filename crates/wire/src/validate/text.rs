//! Values as AWS prints them in a refusal: as Java prints strings, lists and maps.

use shape::{Node, Peek, Value};
use std::fmt::Write as _;

/// Bytes of a value that a refusal shows; what is longer is cut, since a list may have any length.
const LONGEST: usize = 8 << 10;
const DEEPEST: usize = 20;

/// The value as Java's `toString` has it, cut after 8 KiB.
pub(super) fn java(value: Peek<'_>) -> String {
    let mut out = String::new();
    write(&mut out, value, 0);
    if out.len() > LONGEST {
        let mut cut = LONGEST;
        while !out.is_char_boundary(cut) {
            cut -= 1;
        }
        out.truncate(cut);
        out.push_str("...");
    }
    out
}

fn write(out: &mut String, value: Peek<'_>, depth: usize) {
    if out.len() > LONGEST || depth > DEEPEST {
        return;
    }
    let _ = match value {
        Peek::Absent => write!(out, "null"),
        Peek::Bool(v) => write!(out, "{v}"),
        Peek::Int(v) => write!(out, "{v}"),
        Peek::Float(v) => write!(out, "{v:?}"),
        Peek::Str(v) => write!(out, "{v}"),
        Peek::Blob(v) => write!(out, "java.nio.HeapByteBuffer[pos=0 lim={0} cap={0}]", v.len()),
        Peek::Time(v) => write!(out, "{}", v.iso8601()),
        Peek::List(list) => {
            let items = (0..list.len()).filter_map(|i| list.at(i)).map(|node| (None, node.peek()));
            return bracketed(out, "[", items, "]", depth);
        }
        Peek::Map(map) => {
            let entries = (0..map.len()).filter_map(|i| map.at(i)).map(|(key, node)| (Some(key), node.peek()));
            return bracketed(out, "{", entries, "}", depth);
        }
        Peek::Encoded(_) => return write(out, Value::of(value).peek(), depth),
        Peek::Struct(s) => {
            let members = s.members().iter().enumerate();
            let set = members.filter_map(|(i, name)| Some((Some(*name), s.member(i)?.peek())));
            return bracketed(out, "{", set.filter(|(_, p)| !p.is_absent()), "}", depth);
        }
    };
}

fn bracketed<'a>(
    out: &mut String,
    open: &str,
    items: impl Iterator<Item = (Option<&'a str>, Peek<'a>)>,
    close: &str,
    depth: usize,
) {
    out.push_str(open);
    for (i, (name, value)) in items.enumerate() {
        if out.len() > LONGEST {
            break;
        }
        if i > 0 {
            out.push_str(", ");
        }
        if let Some(name) = name {
            out.push_str(name);
            out.push('=');
        }
        write(out, value, depth + 1);
    }
    out.push_str(close);
}
