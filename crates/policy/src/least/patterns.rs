//! One pattern for resources whose names differ only in parts that chance made.

use super::{Statement, document, literal};
use crate::{Context, Document, Limits, Policies, Principal, Request, Source, evaluate};
use std::collections::{BTreeMap, BTreeSet};

/// How long a part must be that mixes letters and digits, to be taken for chance.
const MIXED: usize = 12;
/// And one of hexadecimal digits alone.
const HEXADECIMAL: usize = 8;
/// And one of decimal digits alone, such as a moment in milliseconds.
const DECIMAL: usize = 9;

/// For each resource the pattern by which a policy may write it. Only where two or more resources differ in nothing but
/// random parts is the pattern wider than the resource; service, region and account are never generalised.
pub fn patterns(resources: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut alike: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for resource in resources {
        alike.entry(masked(resource)).or_default().push(resource);
    }
    let mut wide: Vec<(&String, Document)> =
        alike.iter().filter(|(_, members)| members.len() > 1).filter_map(|(mask, _)| Some((mask, of(mask)?))).collect();
    wide.sort_by_key(|(mask, _)| mask.len());
    let pattern = |resource: &String| {
        // What a pattern covers that is there anyway need not be written beside it.
        let covering = wide.iter().find(|(_, document)| covers(document, resource));
        covering.map_or_else(|| literal(resource), |(mask, _)| (*mask).clone())
    };
    resources.iter().map(|resource| (resource.clone(), pattern(resource))).collect()
}

/// The action that stands for any.
const ACTION: &str = "any:Action";

fn of(pattern: &str) -> Option<Document> {
    let (actions, resources) = (vec![ACTION.to_owned()], vec![pattern.to_owned()]);
    let text = document(&[Statement { sid: String::new(), actions, resources }]).to_string();
    Document::parse(&text, Limits::default()).ok()
}

fn covers(document: &Document, resource: &str) -> bool {
    let (principal, context) = (Principal::user("arn:any:iam::000000000000:user/any", ""), Context::new());
    let (resource_account, principal) = (principal.account, &principal);
    let request = Request { action: ACTION, resource, resource_account, principal, context: &context };
    let identity = [Source { name: "", document }];
    evaluate(&request, &Policies { identity: &identity, ..Policies::default() }).allowed
}

/// The ARN with a `*` for each part that looks random, all else as a policy writes what means itself.
fn masked(resource: &str) -> String {
    let Some((at, _)) = resource.match_indices(':').nth(4) else { return literal(resource) };
    let (head, rest) = resource.split_at(at + 1);
    let mut out = literal(head);
    let mut word = String::new();
    for letter in rest.chars().map(Some).chain([None]) {
        match letter {
            Some(letter) if letter.is_ascii_alphanumeric() || letter == '-' => word.push(letter),
            other => {
                out.push_str(&masked_word(&word));
                word.clear();
                out.extend(other.map(|letter| literal(letter.encode_utf8(&mut [0; 4]))).map(
                    |text| match text.as_str() {
                        // By itself it would mean everything.
                        "*" => "${*}".to_owned(),
                        _ => text,
                    },
                ));
            }
        }
    }
    out
}

/// A UUID is one part; other words are looked at between their hyphens.
fn masked_word(word: &str) -> String {
    let parts: Vec<&str> = word.split('-').collect();
    let hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    if parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(hex) {
        return "*".to_owned();
    }
    let mask = |part: &&str| if is_random(part) { "*".to_owned() } else { (*part).to_owned() };
    parts.iter().map(mask).collect::<Vec<_>>().join("-")
}

fn is_random(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let letters = part.len() - digits;
    let hexadecimal = part.bytes().all(|byte| byte.is_ascii_hexdigit());
    match (digits, letters) {
        (_, 0) => part.len() >= DECIMAL,
        (0, _) => false,
        _ if hexadecimal => part.len() >= HEXADECIMAL,
        _ => part.len() >= MIXED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(resources: &[&str], expect: &[&str]) {
        let set: BTreeSet<String> = resources.iter().map(|text| (*text).to_owned()).collect();
        let patterns = patterns(&set);
        let got: BTreeSet<&str> = patterns.values().map(String::as_str).collect();
        assert_eq!(got, expect.iter().copied().collect(), "{resources:?}");
    }

    #[test]
    fn only_what_chance_made_is_left_open() {
        check(
            &[
                "arn:aws:s3:::b/0b6d1bd0-2c4f-4a0e-9a53-1f6f6d1e0c11.json",
                "arn:aws:s3:::b/7f1f3c52-9bb1-4d0f-8f57-0a8f0c3b9d22.json",
            ],
            &["arn:aws:s3:::b/*.json"],
        );
        check(&["arn:aws:s3:::b/in/1795330800123", "arn:aws:s3:::b/in/1795330800999"], &["arn:aws:s3:::b/in/*"]);
        check(
            &["arn:aws:sqs:r:111122223333:job-9f8e7d6c", "arn:aws:sqs:r:111122223333:job-1a2b3c4d"],
            &["arn:aws:sqs:r:111122223333:job-*"],
        );
        // One of a kind stays what it is.
        check(&["arn:aws:s3:::b/1795330800123"], &["arn:aws:s3:::b/1795330800123"]);
        // Names, years, accounts and regions are not random.
        check(&["arn:aws:s3:::b/2026/a", "arn:aws:s3:::b/2027/a"], &["arn:aws:s3:::b/2026/a", "arn:aws:s3:::b/2027/a"]);
        check(
            &["arn:aws:sqs:r:111122223333:q", "arn:aws:sqs:r:444455556666:q"],
            &["arn:aws:sqs:r:111122223333:q", "arn:aws:sqs:r:444455556666:q"],
        );
        // What a pattern covers anyway is not written beside it.
        check(
            &["arn:aws:s3:::b/in/1795330800123", "arn:aws:s3:::b/in/1795330800999", "arn:aws:s3:::b/in/first"],
            &["arn:aws:s3:::b/in/*"],
        );
        check(&["arn:aws:s3:::orders", "arn:aws:s3:::invoices"], &["arn:aws:s3:::orders", "arn:aws:s3:::invoices"]);
        check(&["arn:aws:s3:::b/*/12345678901", "arn:aws:s3:::b/*/12345678902"], &["arn:aws:s3:::b/${*}/*"]);
    }
}
