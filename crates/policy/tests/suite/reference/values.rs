//! The reference's patterns and conditions.

use std::borrow::Cow;

use serde_json::Value;

use super::Ask;

/// A character of a pattern; `true` if it stands for itself even where it looks like a wildcard.
pub type Token = (char, bool);

pub fn plain(text: &str) -> Vec<Token> {
    text.chars().map(|c| (c, false)).collect()
}

/// Fills the variables; `None` if one cannot be.
pub fn pattern(text: &str, variables: bool, ask: &Ask) -> Option<Vec<Token>> {
    if !variables {
        return Some(plain(text));
    }
    let Some(start) = text.find("${") else { return Some(plain(text)) };
    let Some(length) = text[start..].find('}') else { return Some(plain(text)) };
    let inside = &text[start + 2..start + length];
    let value = match inside {
        "*" | "?" | "$" => inside.to_owned(),
        _ => {
            let (key, default) = match inside.find(',') {
                Some(comma) => {
                    (&inside[..comma], inside[comma + 1..].trim().strip_prefix('\'').and_then(|d| d.strip_suffix('\'')))
                }
                None => (inside, None),
            };
            match (lookup(ask, key.trim()), default) {
                (Some(values), _) if values.len() == 1 => values[0].clone(),
                (_, Some(default)) => default.to_owned(),
                _ => return None,
            }
        }
    };
    let mut tokens = plain(&text[..start]);
    tokens.extend(value.chars().map(|c| (c, true)));
    tokens.extend(pattern(&text[start + length + 1..], variables, ask)?);
    Some(tokens)
}

fn lookup<'a>(ask: &'a Ask, key: &str) -> Option<&'a Vec<String>> {
    ask.context.iter().find(|(own, _)| own.eq_ignore_ascii_case(key)).map(|(_, values)| values)
}

pub fn like(pattern: &[Token], text: &str) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return text.is_empty() };
    let mut chars = text.chars();
    match first {
        ('*', false) => like(rest, text) || (chars.next().is_some() && like(pattern, chars.as_str())),
        ('?', false) => chars.next().is_some() && like(rest, chars.as_str()),
        (c, _) => chars.next() == Some(*c) && like(rest, chars.as_str()),
    }
}

fn arn_like(pattern: &[Token], text: &str) -> bool {
    let value: Vec<&str> = text.splitn(6, ':').collect();
    let parts: Vec<&[Token]> = pattern.splitn(6, |(c, _)| *c == ':').collect();
    if value.len() < 6 {
        return false;
    }
    pattern == [('*', false)] || (parts.len() == 6 && parts.iter().zip(value).all(|(p, v)| like(p, v)))
}

pub fn conditions(statement: &Value, variables: bool, ask: &Ask) -> bool {
    let Some(Value::Object(operators)) = statement.get("Condition") else { return true };
    operators.iter().all(|(operator, keys)| {
        let keys = keys.as_object().expect("the generator writes objects");
        keys.iter()
            .all(|(key, wanted)| condition(&operator.to_lowercase(), key, &super::strings(wanted), variables, ask))
    })
}

fn condition(operator: &str, key: &str, wanted: &[Cow<'_, str>], variables: bool, ask: &Ask) -> bool {
    let had = lookup(ask, key);
    let (set, operator) = match operator.split_once(':') {
        Some((set, rest)) => (set, rest),
        None => ("", operator),
    };
    let (operator, if_exists) = match operator.strip_suffix("ifexists") {
        Some(rest) => (rest, true),
        None => (operator, false),
    };
    let empty = had.is_none_or(|values| values.iter().all(String::is_empty));
    if operator == "null" {
        return wanted.iter().any(|w| w.to_lowercase() == empty.to_string());
    }
    let negated = operator.contains("not");
    let Some(had) = had else {
        return if_exists || set == "forallvalues" || (negated && set.is_empty());
    };
    let base = operator.replace("not", "");
    let hit = |value: &String| wanted.iter().any(|w| compare(&base, w, value, variables, ask));
    let hits = had.iter().filter(|value| hit(value)).count();
    let passes = if negated { had.len() - hits } else { hits };
    match set {
        "forallvalues" => empty || passes == had.len(),
        "foranyvalue" => !empty && passes > 0,
        _ if negated => hits == 0,
        _ => hits > 0,
    }
}

fn compare(operator: &str, wanted: &str, had: &str, variables: bool, ask: &Ask) -> bool {
    let filled = || -> Option<String> { Some(pattern(wanted, variables, ask)?.into_iter().map(|(c, _)| c).collect()) };
    match operator {
        "stringequals" => filled().is_some_and(|w| w == had),
        "stringequalsignorecase" => filled().is_some_and(|w| w.to_lowercase() == had.to_lowercase()),
        "stringlike" => pattern(wanted, variables, ask).is_some_and(|w| like(&w, had)),
        "bool" => filled().is_some_and(|w| {
            let (w, had) = (w.to_lowercase(), had.to_lowercase());
            w == had && (w == "true" || w == "false")
        }),
        "binaryequals" => wanted.trim_end_matches('=') == had.trim_end_matches('='),
        "ipaddress" => in_range(wanted, had),
        "arnequals" | "arnlike" => pattern(wanted, variables, ask).is_some_and(|w| arn_like(&w, had)),
        _ if operator.starts_with("numeric") => match (number(had), number(wanted)) {
            (Some(had), Some(wanted)) => ordered(&operator["numeric".len()..], had, wanted),
            _ => false,
        },
        _ if operator.starts_with("date") => match (seconds(had), seconds(wanted)) {
            (Some(had), Some(wanted)) => ordered(&operator["date".len()..], had, wanted),
            _ => false,
        },
        other => panic!("the generator writes no {other}"),
    }
}

fn ordered(relation: &str, had: f64, wanted: f64) -> bool {
    match relation {
        "equals" => had == wanted,
        "lessthan" => had < wanted,
        "lessthanequals" => had <= wanted,
        "greaterthan" => had > wanted,
        "greaterthanequals" => had >= wanted,
        other => panic!("no relation {other}"),
    }
}

fn number(text: &str) -> Option<f64> {
    let words = ["inf", "nan"].iter().any(|word| text.to_lowercase().contains(word));
    if words { None } else { text.parse().ok() }
}

/// Seconds since 1970, for the shapes that the generator writes, by counting years and months one by one.
fn seconds(text: &str) -> Option<f64> {
    if !text.contains('-') && !text.contains('T') {
        return text.parse::<i64>().ok().map(|s| s as f64);
    }
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let fields: Vec<i64> = date.split('-').map(|f| f.parse().ok()).collect::<Option<_>>()?;
    let [year, month, day] = [fields[0], *fields.get(1).unwrap_or(&1), *fields.get(2).unwrap_or(&1)];
    let leap = |y: i64| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    let lengths = |y: i64| [31, if leap(y) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1970..3000).contains(&year)
        || !(1..=12).contains(&month)
        || !(1..=lengths(year)[month as usize - 1]).contains(&day)
    {
        return None;
    }
    let mut days: i64 = (1970..year).map(|y| if leap(y) { 366 } else { 365 }).sum();
    days += lengths(year)[..month as usize - 1].iter().sum::<i64>() + day - 1;
    let (clock, offset) = match (time.strip_suffix('Z'), time.split_once('+')) {
        (Some(clock), _) => (clock, 0),
        (None, Some((clock, zone))) => {
            let (hours, minutes) = zone.split_once(':')?;
            (clock, hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60)
        }
        (None, None) => (time, 0),
    };
    let parts: Vec<f64> = clock.split(':').map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let within = parts[0] * 3600.0 + parts.get(1).unwrap_or(&0.0) * 60.0 + parts.get(2).unwrap_or(&0.0);
    Some(days as f64 * 86_400.0 + within - offset as f64)
}

/// Compares addresses as strings of bits.
fn in_range(range: &str, address: &str) -> bool {
    let bits = |text: &str| -> Option<String> {
        Some(match text.parse().ok()? {
            std::net::IpAddr::V4(a) => a.octets().iter().map(|o| format!("{o:08b}")).collect(),
            std::net::IpAddr::V6(a) => a.segments().iter().map(|s| format!("{s:016b}")).collect(),
        })
    };
    let (base, prefix) = match range.split_once('/') {
        Some((base, prefix)) => (base, prefix.parse::<usize>().ok()),
        None => (range, bits(range).map(|b| b.len())),
    };
    match (bits(base), bits(address), prefix) {
        (Some(base), Some(address), Some(prefix)) if base.len() == address.len() && prefix <= base.len() => {
            base[..prefix] == address[..prefix]
        }
        _ => false,
    }
}
