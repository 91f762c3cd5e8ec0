//! Documents that lead somewhere: links resolve, and each data set has its licence beside it.

use super::Tree;
use crate::Finding;
use std::collections::BTreeSet;

pub(super) fn check(tree: &Tree<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in tree.paths.iter().filter(|p| p.ends_with(".md")) {
        let Ok(text) = tree.repo.read(path) else { continue };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let named = if folder.is_empty() { named(&text) } else { Vec::new() };
        for (line, target) in links(&text).into_iter().chain(named) {
            if !target.is_empty() && !tree.repo.has(&join(folder, target)) {
                let what = format!("the link to `{target}` leads nowhere");
                findings.push(Finding::new(format!("{path}:{line}"), what, "correct it, or write the file"));
            }
        }
    }
    findings.extend(licences(tree));
    findings
}

/// Documents that the root's own ones name between backticks, such as `ARCHITECTURE.md`; patterns are none.
fn named(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate();
    let quoted = lines.flat_map(|(index, line)| line.split('`').skip(1).step_by(2).map(move |word| (index + 1, word)));
    let is_name = |word: &str| word.ends_with(".md") && !word.contains([' ', '*', '<', '{', '$']) && word != ".md";
    quoted.filter(|(_, word)| is_name(word)).collect()
}

/// Relative targets of Markdown's links, without their fragments.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_block = false;
    for (index, line) in text.lines().enumerate() {
        in_block ^= line.trim_start().starts_with("```");
        if in_block {
            continue;
        }
        let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
        let relative = targets.filter(|t| !t.contains("://") && !t.starts_with("mailto:") && !t.starts_with('#'));
        found.extend(relative.map(|t| (index + 1, t.split('#').next().unwrap_or(t))));
    }
    found
}

fn join(folder: &str, target: &str) -> String {
    match target.strip_prefix('/') {
        Some(from_root) => from_root.to_owned(),
        None if folder.is_empty() => target.to_owned(),
        None => format!("{folder}/{target}"),
    }
}

fn licences(tree: &Tree<'_>) -> Vec<Finding> {
    let is_data = |path: &&String| {
        let ours = path.starts_with("models/") || path.contains("/data/") || path.contains("/vectors/");
        ours && path.ends_with(".json") && path.matches('/').count() > 1
    };
    let folders: BTreeSet<&str> =
        tree.paths.iter().filter(is_data).filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
    let licensed = |folder: &str| {
        let mut above = Some(folder);
        std::iter::from_fn(|| {
            let this = above?;
            above = this.rsplit_once('/').map(|(parent, _)| parent);
            Some(this)
        })
        .any(|folder| tree.repo.names(folder).iter().any(|name| name.starts_with("LICENSE")))
    };
    let fix = "write the licence of what it was made from beside it, as LICENSE or LICENSE.<source>";
    let bare = folders.into_iter().filter(|folder| !licensed(folder));
    bare.map(|folder| Finding::new(folder, "is a data set without a licence", fix)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_links_are_found() {
        let text = "[a](b.md#c) [d](https://e) [f](#g)\n```\n[h](i)\n```\n![j](k/l.svg \"m\")\n";
        assert_eq!(links(text), [(1, "b.md"), (5, "k/l.svg")]);
        assert_eq!(named("see `A.md`, `b/*.md` and\n`c/D.md` or E.md"), [(1, "A.md"), (2, "c/D.md")]);
        assert_eq!(join("a/b", "../c.md"), "a/b/../c.md");
    }
}
