//! Regions that are named like none of AWS's. On AWS a slip of the pen finds no host; here every region is at hand, so nobody is
//! stopped, and the log says once for each that something was called there.

use std::collections::BTreeSet;

/// How many are named: who makes them up by the thousand has understood.
const MOST: usize = 16;

/// The ways of the wind that stand before a region's number.
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
const WINDS: [&str; 9] =
    ["north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest", "central"];

/// Those that were named.
#[derive(Debug, Default)]
pub struct OddRegions(BTreeSet<String>);

impl OddRegions {
    /// What to say of the region of a call; nothing of one that may be AWS's, or was named before.
    pub fn note(&mut self, region: &str) -> Option<String> {
        // What begins with `aws-` stands for a partition as a whole.
        let odd = !region.is_empty() && !region.starts_with("aws-") && !is_like_aws(region);
        let new = odd && self.0.len() < MOST && self.0.insert(region.to_owned());
        new.then(|| {
            format!(
                "warning: a call was signed for the region '{region}', which AWS does not have: what it makes is found there alone \
                 (this is said once)"
            )
        })
    }
}

/// Says on standard error if AWS can have no such region, of one that is looked into. That is no error: a cloud takes calls that are
/// signed for any.
pub fn doubt(region: &str) {
    if !region.is_empty() && !is_like_aws(region) {
        eprintln!("warning: AWS has no region '{region}': nothing is there unless calls were signed for it");
    }
}

/// Whether AWS could have a region of that name: an area, a wind and a number, as in `us-east-1` and `us-gov-west-1`. Which there are is
/// not asked, for AWS opens new ones.
fn is_like_aws(region: &str) -> bool {
    let mut parts: Vec<&str> = region.split('-').collect();
    let number = parts.pop().unwrap_or_default();
    let wind = parts.pop().unwrap_or_default();
    let is_word = |part: &&str| (2..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase());
    let numbered = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    numbered && WINDS.contains(&wind) && (1..=2).contains(&parts.len()) && parts.iter().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn every_region_of_aws_is_like_one() {
        let endpoints: Value = serde_json::from_str(include_str!("../../../models/endpoints.json")).unwrap();
        let partitions = endpoints["partitions"].as_object().unwrap();
        let regions: Vec<&String> =
            partitions.values().flat_map(|partition| partition["regions"].as_object().unwrap().keys()).collect();
        assert!(regions.len() > 40);
        for region in regions {
            assert!(is_like_aws(region), "{region}");
        }
        assert!(is_like_aws("ap-southwest-1") && is_like_aws("nz-central-2"), "they may yet come");
    }

    #[test]
    fn a_slip_is_named_once() {
        let mut odd = OddRegions::default();
        for slip in ["us-esat-1", "foo", "mars-1", "us-east", "us-east-1a", "east-1", "us-east-1-2", "local"] {
            assert!(odd.note(slip).is_some_and(|note| note.contains(slip)), "{slip}");
            assert_eq!(odd.note(slip), None, "{slip}");
        }
        assert_eq!((odd.note(""), odd.note("us-east-1")), (None, None));
        let named = (0..100).filter(|i| odd.note(&format!("r{i}")).is_some()).count();
        assert_eq!(named, MOST - 8);
    }
}
