//! The rules by which requests are chosen to be traced.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html>

use crate::state::{RULES, Rule};
use service::{Result, Timestamp, View};

/// The rule that is there always, and comes last.
pub const DEFAULT: &str = "Default";
/// How many rules of one's own there may be. <https://docs.aws.amazon.com/general/latest/gr/xray.html>
pub const MOST_RULES: usize = 25;

/// The default rule, where nobody changed it: the first request of each second, and five of a hundred beyond.
fn default_rule() -> Rule {
    let any = || "*".to_owned();
    Rule {
        name: DEFAULT.to_owned(),
        resource_arn: any(),
        priority: 10_000,
        fixed_rate: 0.05,
        reservoir_size: 1,
        service_name: any(),
        service_type: any(),
        host: any(),
        http_method: any(),
        url_path: any(),
        created_at: Timestamp::default(),
        modified_at: Timestamp::default(),
        ..Rule::default()
    }
}

/// A rule by its name.
pub fn find(view: &View, name: &str) -> Result<Option<Rule>> {
    let found = view.get(&RULES, name)?;
    Ok(found.or_else(|| (name == DEFAULT).then(default_rule)))
}

/// All rules, by their names.
pub fn all(view: &View) -> Result<Vec<Rule>> {
    let mut rules: Vec<Rule> = view.rows(&RULES, ()).collect::<Result<_>>()?;
    if !rules.iter().any(|rule| rule.name == DEFAULT) {
        rules.push(default_rule());
    }
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rules)
}
