//! Which services a policy allows anything at all: what reports of last accesses go by.
//!
//! Only the actions count: neither resources and conditions nor other policies that deny. What denies a service as a whole,
//! everywhere and always, is told apart.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html>

use service::policy::{Document, Effect, Limits, Statement, Targets};

/// The actions that a policy allows, as far as services are concerned.
pub struct Granted {
    allows: Vec<Services>,
    denies: Vec<Services>,
}

enum Services {
    /// These; `*` for all.
    Only(Vec<String>),
    /// All but these.
    AllBut(Vec<String>),
}

impl Services {
    fn have(&self, namespace: &str) -> bool {
        let named = |services: &[String]| services.iter().any(|service| service == "*" || service == namespace);
        match self {
            Services::Only(services) => named(services),
            Services::AllBut(services) => !named(services),
        }
    }
}

impl Granted {
    /// Reads a policy; one that cannot be read allows nothing.
    pub fn by(text: &str) -> Granted {
        // The longest of AWS's own has more than an account may write.
        let limits = Limits { bytes: 1 << 20, ..Limits::default() };
        let document = Document::parse(text, limits).ok();
        let mut granted = Granted { allows: Vec::new(), denies: Vec::new() };
        for statement in document.iter().flat_map(Document::statements) {
            match statement.effect {
                Effect::Allow => granted.allows.push(touched(&statement.actions)),
                Effect::Deny if is_everywhere(statement) => granted.denies.push(covered(&statement.actions)),
                Effect::Deny => {}
            }
        }
        granted
    }

    /// Whether it allows anything of the service with this namespace.
    pub fn covers(&self, namespace: &str) -> bool {
        self.allows.iter().any(|services| services.have(namespace))
    }

    /// Whether it denies everything of that service, on all resources and without a condition.
    pub fn denies(&self, namespace: &str) -> bool {
        self.denies.iter().any(|services| services.have(namespace))
    }
}

/// The services of which it has anything.
fn touched(actions: &Targets) -> Services {
    match actions.negated {
        false => Services::Only(named(actions)),
        true => Services::AllBut(whole(actions)),
    }
}

/// The services of which it has everything.
fn covered(actions: &Targets) -> Services {
    match actions.negated {
        false => Services::Only(whole(actions)),
        true => Services::AllBut(named(actions)),
    }
}

/// The services before the colon of each pattern.
fn named(actions: &Targets) -> Vec<String> {
    let service = |pattern: String| pattern.split(':').next().unwrap_or_default().to_owned();
    patterns(actions).map(service).collect()
}

/// The services that a pattern covers to the last action.
fn whole(actions: &Targets) -> Vec<String> {
    let service = |pattern: String| match pattern.as_str() {
        "*" => Some(pattern),
        _ => pattern.strip_suffix(":*").map(str::to_owned),
    };
    patterns(actions).filter_map(service).collect()
}

fn patterns(actions: &Targets) -> impl Iterator<Item = String> {
    actions.patterns.iter().map(|pattern| pattern.as_str().to_ascii_lowercase())
}

fn is_everywhere(statement: &Statement) -> bool {
    let all = |targets: &Targets| !targets.negated && targets.patterns.iter().any(|pattern| pattern.as_str() == "*");
    statement.conditions.is_empty() && statement.resources.as_ref().is_none_or(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_that_a_policy_allows() {
        for (actions, expect) in [
            (r#""Action":"sqs:SendMessage""#, [true, false]),
            (r#""Action":["SQS:*","s3:Get*"]"#, [true, true]),
            (r#""Action":"*""#, [true, true]),
            (r#""NotAction":"s3:*""#, [true, false]),
            (r#""NotAction":["s3:GetObject","sqs:*"]"#, [false, true]),
            (r#""NotAction":"*""#, [false, false]),
        ] {
            let text = format!(r#"{{"Statement":[{{"Effect":"Allow",{actions},"Resource":"*"}}]}}"#);
            let granted = Granted::by(&text);
            assert_eq!([granted.covers("sqs"), granted.covers("s3")], expect, "{actions}");
            let denied = Granted::by(&text.replace("Allow", "Deny"));
            assert!(!denied.covers("sqs") && !denied.covers("s3"));
        }
    }

    #[test]
    fn services_that_a_policy_denies_as_a_whole() {
        for (statement, expect) in [
            (r#""Action":"sqs:*","Resource":"*""#, [true, false]),
            (r#""Action":"*","Resource":"*""#, [true, true]),
            (r#""Action":"sqs:Send*","Resource":"*""#, [false, false]),
            (r#""Action":"sqs:*","Resource":"arn:aws:sqs:*:*:q""#, [false, false]),
            (r#""Action":"sqs:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}"#, [false, false]),
            (r#""NotAction":"s3:GetObject","Resource":"*""#, [true, false]),
            (r#""NotAction":"*","Resource":"*""#, [false, false]),
        ] {
            let granted = Granted::by(&format!(r#"{{"Statement":[{{"Effect":"Deny",{statement}}}]}}"#));
            assert_eq!([granted.denies("sqs"), granted.denies("s3")], expect, "{statement}");
            assert!(!granted.covers("sqs"));
        }
    }
}
