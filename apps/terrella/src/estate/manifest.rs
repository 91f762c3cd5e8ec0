//! `estate.toml`: what `up` puts and deploys.

use indexmap::IndexMap;
use serde::Deserialize;

/// An estate, as its folder says it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its name.
    pub name: String,
    /// Where it is deployed.
    #[serde(default = "first_region")]
    pub region: String,
    /// What is put into buckets before the stacks.
    #[serde(default, rename = "artifact")]
    pub artifacts: Vec<Artifact>,
    /// What must be there before the stacks, and is of their users' making.
    #[serde(default, rename = "secret")]
    pub secrets: Vec<Secret>,
    /// The stacks, in the order in which they are deployed.
    #[serde(default, rename = "stack")]
    pub stacks: Vec<Stack>,
}

/// An archive in a bucket.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    /// The bucket, with `{account}` and `{region}`; it is made where it is not there.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// What it packs: names in the archive, and the programs that stand there.
    pub zip: IndexMap<String, String>,
    /// What builds the programs, in the folder of the workspace, where there is one.
    #[serde(default)]
    pub build: Vec<String>,
}

/// A secret with a password that is generated once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// Its name.
    pub name: String,
}

/// A stack.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// Its template, beside the manifest.
    pub template: String,
    /// What the deployment acknowledges.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// What the template is given.
    #[serde(default)]
    pub parameters: IndexMap<String, String>,
}

fn first_region() -> String {
    "us-east-1".to_owned()
}

impl Manifest {
    /// Reads a manifest.
    pub fn parse(text: &str) -> Result<Manifest, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_and_what_is_unknown_is_refused() {
        let text = "name = \"small\"\n[[artifact]]\nbucket = \"b-{account}\"\nkey = \"k\"\nzip = { bootstrap = \"bootstrap\" }\n\
                    [[stack]]\nname = \"s\"\ntemplate = \"t.yaml\"\n[stack.parameters]\nA = \"b\"\n";
        let manifest = Manifest::parse(text).unwrap();
        assert_eq!((&*manifest.region, manifest.artifacts.len(), manifest.secrets.len()), ("us-east-1", 1, 0));
        assert_eq!(manifest.stacks[0].parameters["A"], "b");
        assert!(
            Manifest::parse("name = \"x\"\nstacks = []\n").is_err() && Manifest::parse("region = \"x\"\n").is_err()
        );
    }
}
