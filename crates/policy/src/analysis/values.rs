//! The values of a context key, as far as conditions can tell them apart: one example of each kind.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rustc_hash::FxHashSet;

use super::texts::{Steps, each_kind, example, form};
use super::{Doubt, TooMuchWork};
use crate::condition::{Condition, Network, Number, Test, moment};
use crate::context::Context;
use crate::pattern::Letter;

/// What a key may hold: nothing, or these values.
pub(super) type Held = Option<Vec<String>>;

/// The most different sets of values of one key that are tried.
const MOST_SETS: usize = 512;

/// Examples of what a key may hold, and what of it is not told apart exactly.
pub(super) struct Examples {
    pub held: Vec<Held>,
    pub doubts: Vec<Doubt>,
}

/// Of what type a condition takes a key's values to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Text,
    Arn,
    Bool,
    Binary,
    Number,
    Moment,
    Address,
}

/// Examples of each kind of what `key` may hold, nothing first. `context` fills the variables in the conditions' values.
pub(super) fn examples(
    key: &str,
    conditions: &[&Condition],
    context: &Context<'_>,
    steps: &mut Steps,
) -> Result<Examples, TooMuchWork> {
    let asks = Asks { key, conditions, context };
    let (singles, mut doubts) = asks.singles(steps)?;
    let mut held: Vec<Held> = vec![None];
    let mut kinds: FxHashSet<Vec<bool>> = FxHashSet::default();
    kinds.insert(asks.outcome(&None, steps)?);
    // Sets of which each condition says something else. What it says of two together is what it says of one and (or) the other,
    // so two of one kind are as good as each other.
    let mut sets: Vec<Vec<String>> = Vec::new();
    let mut kinds_of_sets: FxHashSet<Vec<bool>> = FxHashSet::default();
    for value in singles {
        let (one, full) = (Some(vec![value.clone()]), !value.is_empty());
        let outcome = asks.outcome(&one, steps)?;
        if full && kinds_of_sets.insert(outcome.clone()) {
            sets.push(vec![value]);
        }
        if kinds.insert(outcome) {
            held.push(one);
        }
    }
    let singles = if asks.multivalued() { sets.clone() } else { Vec::new() };
    let mut at = 0;
    while let Some(set) = sets.get(at).cloned() {
        for more in singles.iter().flatten().filter(|more| !set.contains(more)) {
            let joined: Vec<String> = set.iter().chain([more]).cloned().collect();
            let outcome = asks.outcome(&Some(joined.clone()), steps)?;
            if kinds_of_sets.insert(outcome.clone()) {
                sets.push(joined.clone());
            }
            if kinds.insert(outcome) {
                held.push(Some(joined));
            }
        }
        at += 1;
        if sets.len() > MOST_SETS {
            return Err(TooMuchWork);
        }
    }
    doubts.dedup();
    Ok(Examples { held, doubts })
}

struct Asks<'a> {
    key: &'a str,
    conditions: &'a [&'a Condition],
    context: &'a Context<'a>,
}

impl Asks<'_> {
    fn multivalued(&self) -> bool {
        self.conditions.iter().any(|condition| condition.operator().set.is_some())
    }

    /// What each condition says of this.
    fn outcome(&self, held: &Held, steps: &mut Steps) -> Result<Vec<bool>, TooMuchWork> {
        steps.take(1 + self.conditions.len())?;
        let mut context = self.context.clone();
        context.remove(self.key);
        held.iter().flatten().for_each(|value| context.add(self.key, value.as_str()));
        Ok(self.conditions.iter().map(|condition| condition.holds(&context)).collect())
    }

    fn sorts(&self) -> Vec<Sort> {
        let sort = |condition: &&Condition| match condition.operator().test {
            Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike => Some(Sort::Text),
            Test::Arn => Some(Sort::Arn),
            Test::Bool => Some(Sort::Bool),
            Test::Binary => Some(Sort::Binary),
            Test::Numeric(_) => Some(Sort::Number),
            Test::Date(_) => Some(Sort::Moment),
            Test::IpAddress => Some(Sort::Address),
            Test::Null => None,
        };
        let mut sorts: Vec<Sort> = self.conditions.iter().filter_map(sort).collect();
        sorts.sort_unstable();
        sorts.dedup();
        // Text that is compared as an ARN or a boolean, too, is one.
        if sorts == [Sort::Text, Sort::Arn] {
            return vec![Sort::Arn];
        }
        if sorts == [Sort::Text, Sort::Bool] {
            return vec![Sort::Text];
        }
        sorts
    }

    /// Single values of each kind.
    fn singles(&self, steps: &mut Steps) -> Result<(Vec<String>, Vec<Doubt>), TooMuchWork> {
        let sorts = self.sorts();
        let (mut singles, mut doubts) = (Vec::new(), Vec::new());
        if sorts.len() > 1 {
            doubts.push(Doubt::MixedTypes(self.key.to_owned()));
        }
        for sort in &sorts {
            match sort {
                Sort::Text => singles.extend(self.texts(&form("?~"), steps)?),
                Sort::Arn => singles.extend(self.texts(&form("arn:?*:?*:*:*:?~"), steps)?),
                Sort::Bool => singles.extend(["true".to_owned(), "false".to_owned()]),
                Sort::Binary => {
                    singles.extend(self.raw().map(|v| v.trim_end_matches('=').to_owned()).chain([unlike()]))
                }
                Sort::Number => self.numbers(&mut singles, &mut doubts),
                Sort::Moment => self.moments(&mut singles),
                Sort::Address => self.addresses(&mut singles),
            }
        }
        if sorts.is_empty() {
            singles.push("example".to_owned());
        }
        if sorts.contains(&Sort::Text) || sorts.is_empty() {
            singles.push(String::new());
        }
        if self.raw_ignoring_case().any(|value| !value.is_ascii()) {
            doubts.push(Doubt::Value(self.key.to_owned()));
        }
        Ok((singles, doubts))
    }

    fn raw(&self) -> impl Iterator<Item = &str> {
        self.conditions.iter().flat_map(|condition| condition.values()).map(|pattern| pattern.as_str())
    }

    fn raw_ignoring_case(&self) -> impl Iterator<Item = &str> {
        let ignoring = |condition: &&&Condition| condition.operator().test == Test::StringEqualsIgnoreCase;
        self.conditions.iter().filter(ignoring).flat_map(|condition| condition.values()).map(|pattern| pattern.as_str())
    }

    fn texts(&self, shape: &[Letter], steps: &mut Steps) -> Result<Vec<String>, TooMuchWork> {
        let mut words: Vec<Vec<Letter>> = Vec::new();
        for condition in self.conditions {
            let test = condition.operator().test;
            for pattern in condition.values() {
                let Some(letters) = pattern.letters(Some(self.context)) else { continue };
                match test {
                    Test::Null => {}
                    Test::Arn => words.extend(within_parts(letters)),
                    Test::StringEqualsIgnoreCase | Test::Bool => {
                        words.push(letters.into_iter().map(any_case).collect())
                    }
                    _ => words.push(letters),
                }
            }
        }
        words.sort();
        words.dedup();
        let mut found: Vec<String> = words.iter().map(|word| example(word)).filter(|text| !text.is_empty()).collect();
        found.push(unlike());
        each_kind(&words, &[shape.to_vec()], steps, &mut |text| {
            found.push(text.to_owned());
            true
        })?;
        let arn = |text: &String| text.starts_with("arn:") && text.splitn(6, ':').count() == 6;
        if shape.first() == Some(&Letter::Exactly('a')) {
            found.retain(arn);
        }
        Ok(found)
    }

    fn numbers(&self, singles: &mut Vec<String>, doubts: &mut Vec<Doubt>) {
        const EXACT: f64 = 4_503_599_627_370_496.0;
        let value = |text: &str| match Number::parse(text)? {
            Number::Whole(whole) => Some(whole as f64),
            Number::Decimal(decimal) => Some(decimal),
        };
        let mut values: Vec<f64> = self.raw().filter_map(value).filter(|value| value.is_finite()).collect();
        if values.iter().any(|value| value.abs() > EXACT) {
            doubts.push(Doubt::Value(self.key.to_owned()));
        }
        values.sort_by(f64::total_cmp);
        values.dedup();
        let between = values
            .iter()
            .zip(values.iter().skip(1))
            .map(|(low, high)| if high - low > 1.0 { (low + 1.0).floor() } else { low + (high - low) / 2.0 });
        let outside = values.first().map(|low| low - 1.0).into_iter().chain(values.last().map(|high| high + 1.0));
        let all: Vec<f64> = values.iter().copied().chain(between).chain(outside).chain([0.0]).collect();
        singles.extend(all.iter().map(f64::to_string));
    }

    fn moments(&self, singles: &mut Vec<String>) {
        const SECOND: i128 = 1_000_000_000;
        let mut values: Vec<i128> = self.raw().filter_map(moment).collect();
        values.sort_unstable();
        values.dedup();
        let between = values
            .iter()
            .zip(values.iter().skip(1))
            .map(|(low, high)| if high - low > SECOND { (low / SECOND + 1) * SECOND } else { low + (high - low) / 2 });
        let outside = values.first().map(|low| low - SECOND).into_iter().chain(values.last().map(|v| v + SECOND));
        let all: Vec<i128> = values.iter().copied().chain(between).chain(outside).collect();
        singles.extend(all.iter().map(|at| written(*at)));
        if values.is_empty() {
            singles.push(written(0));
        }
    }

    fn addresses(&self, singles: &mut Vec<String>) {
        let edges: Vec<(IpAddr, IpAddr)> = self.raw().filter_map(Network::parse).map(Network::edges).collect();
        // Addresses for examples come first (RFC 5737, RFC 3849): they read as such wherever they do.
        let documentation = ["203.0.113.7", "198.51.100.7", "192.0.2.7", "10.0.0.7", "2001:db8::7"];
        singles.extend(documentation.map(str::to_owned));
        singles.extend([IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)].map(|ip| ip.to_string()));
        for (first, last) in edges {
            let behind = match last {
                IpAddr::V4(last) => u32::from(last).checked_add(1).map(|next| IpAddr::V4(next.into())),
                IpAddr::V6(last) => u128::from(last).checked_add(1).map(|next| IpAddr::V6(next.into())),
            };
            singles.push(first.to_string());
            singles.extend(behind.map(|behind| behind.to_string()));
        }
    }
}

/// A value that no policy is likely to name.
fn unlike() -> String {
    "example".to_owned()
}

fn any_case(letter: Letter) -> Letter {
    match letter {
        Letter::Exactly(c) if c.is_ascii_alphabetic() => Letter::AnyCase(c),
        other => other,
    }
}

/// The letters of a value of `ArnLike`, whose wildcards stay within their part but in the last one; `None` if it is not six
/// parts and matches nothing.
pub(super) fn within_parts(letters: Vec<Letter>) -> Option<Vec<Letter>> {
    if letters == [Letter::Many] {
        return Some(form("*:*:*:*:*:~"));
    }
    let mut colons = 0;
    let mut within = Vec::with_capacity(letters.len());
    for letter in letters {
        colons += usize::from(letter == Letter::Exactly(':'));
        within.push(match letter {
            Letter::Many if colons < 5 => Letter::ManyWithin,
            Letter::One if colons < 5 => Letter::OneWithin,
            other => other,
        });
    }
    (colons >= 5).then_some(within)
}

/// A moment in nanoseconds since 1970, as ISO 8601 has it.
fn written(at: i128) -> String {
    const SECOND: i128 = 1_000_000_000;
    let (seconds, nanos) = (at.div_euclid(SECOND), at.rem_euclid(SECOND));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // The civil calendar from the day's number: years begin in March, so that the leap day is the last of its year.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i128::from(month <= 2);
    let fraction = if nanos == 0 { String::new() } else { format!(".{nanos:09}") };
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}{fraction}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_they_were_written() {
        for at in [0, -1, 1_582_977_600_000_000_000, 951_782_400_000_000_001, -62_000_000_000_000_000_000] {
            assert_eq!(moment(&written(at)), Some(at), "{}", written(at));
        }
        assert_eq!(written(1_582_977_600_000_000_000), "2020-02-29T12:00:00Z");
    }
}
