//! Staging labels: which versions have them, and how they move.
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version>

use crate::state::{Secret, VERSIONS, Version};
use service::{Cx, Result, View};

/// The version that counts.
pub const CURRENT: &str = "AWSCURRENT";
/// The one that counted before.
pub const PREVIOUS: &str = "AWSPREVIOUS";

/// "The total number of versions of a secret ... about 100".
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>
const MOST_VERSIONS: usize = 100;

/// The versions of a secret, the oldest first.
pub fn versions(view: &View, secret: &Secret) -> Result<Vec<Version>> {
    let mut versions: Vec<Version> = view.rows(&VERSIONS, (secret.name.as_str(),)).collect::<Result<_>>()?;
    versions.sort_by_key(|version| version.created_at);
    Ok(versions)
}

/// Writes versions whose labels changed.
pub fn put(cx: &mut Cx, secret: &Secret, versions: &[Version]) -> Result<()> {
    for version in versions {
        let key = (secret.name.clone(), version.id.clone());
        if cx.get(&VERSIONS, &key)?.as_ref() != Some(version) {
            cx.put(&VERSIONS, &key, version)?;
        }
    }
    Ok(())
}

/// Has the version `to` take over a label, and what had it lose it. What loses [`CURRENT`] becomes [`PREVIOUS`].
pub fn take(versions: &mut [Version], label: &str, to: &str) {
    let loser =
        versions.iter().find(|version| version.id != to && has(version, label)).map(|version| version.id.clone());
    for version in versions.iter_mut() {
        version.stages.retain(|stage| stage != label || version.id == to);
        if version.id == to && !has(version, label) {
            version.stages.push(label.to_owned());
        }
    }
    if let (Some(loser), CURRENT) = (loser, label) {
        for version in versions.iter_mut() {
            version.stages.retain(|stage| stage != PREVIOUS);
            if version.id == loser {
                version.stages.push(PREVIOUS.to_owned());
            }
        }
    }
}

/// Whether a version has a label.
pub fn has(version: &Version, label: &str) -> bool {
    version.stages.iter().any(|stage| stage == label)
}

/// The oldest versions without a label go where there are too many.
pub fn prune(cx: &mut Cx, secret: &Secret) -> Result<()> {
    let versions = versions(cx, secret)?;
    let surplus = versions.len().saturating_sub(MOST_VERSIONS);
    for version in versions.iter().filter(|version| version.stages.is_empty()).take(surplus) {
        cx.delete(&VERSIONS, &(secret.name.clone(), version.id.clone()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &[(&str, &[&str])], (label, to): (&str, &str), after: &[(&str, &[&str])]) {
        let made = |given: &[(&str, &[&str])]| -> Vec<Version> {
            let stages = |stages: &[&str]| stages.iter().map(|stage| (*stage).to_owned()).collect();
            let version =
                |(id, s): &(&str, &[&str])| Version { id: (*id).into(), stages: stages(s), ..Version::default() };
            given.iter().map(version).collect()
        };
        let mut versions = made(before);
        take(&mut versions, label, to);
        assert_eq!(versions, made(after), "{label} to {to}");
    }

    #[test]
    fn labels_move() {
        check(&[("a", &[CURRENT]), ("b", &[])], (CURRENT, "b"), &[("a", &[PREVIOUS]), ("b", &[CURRENT])]);
        check(
            &[("a", &[PREVIOUS]), ("b", &[CURRENT]), ("c", &["x"])],
            (CURRENT, "c"),
            &[("a", &[]), ("b", &[PREVIOUS]), ("c", &["x", CURRENT])],
        );
        check(&[("a", &[CURRENT, "x"]), ("b", &[])], ("x", "b"), &[("a", &[CURRENT]), ("b", &["x"])]);
        check(&[("a", &[])], (CURRENT, "a"), &[("a", &[CURRENT])]);
        check(&[("a", &[PREVIOUS]), ("b", &[CURRENT])], (CURRENT, "a"), &[("a", &[CURRENT]), ("b", &[PREVIOUS])]);
    }
}
