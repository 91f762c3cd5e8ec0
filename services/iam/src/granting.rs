//! Which services a policy allows anything at all: what reports of last accesses go by.
//!
//! Only the actions count: neither resources and conditions nor other policies that deny.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html>

use service::policy::{Document, Effect, Limits, Targets};

/// The actions that a policy allows, as far as services are concerned.
pub struct Granted {
    allows: Vec<Allowed>,
}

enum Allowed {
    /// The services before the colon of each pattern; `*` for all.
    Only(Vec<String>),
    /// All but those of which nothing is left.
    AllBut(Vec<String>),
}

impl Granted {
    /// Reads a policy; one that cannot be read allows nothing.
    pub fn by(text: &str) -> Granted {
        // The longest of AWS's own has more than an account may write.
        let limits = Limits { bytes: 1 << 20, ..Limits::default() };
        let document = Document::parse(text, limits).ok();
        let statements = document.iter().flat_map(Document::statements);
        let allows = statements.filter(|statement| statement.effect == Effect::Allow);
        Granted { allows: allows.map(|statement| allowed(&statement.actions)).collect() }
    }

    /// Whether it allows anything of the service with this namespace.
    pub fn covers(&self, namespace: &str) -> bool {
        self.allows.iter().any(|allowed| match allowed {
            Allowed::Only(services) => services.iter().any(|service| service == "*" || service == namespace),
            Allowed::AllBut(services) => !services.iter().any(|service| service == "*" || service == namespace),
        })
    }
}

fn allowed(actions: &Targets) -> Allowed {
    let patterns = actions.patterns.iter().map(|pattern| pattern.as_str().to_ascii_lowercase());
    if !actions.negated {
        let service = |pattern: String| pattern.split(':').next().unwrap_or_default().to_owned();
        return Allowed::Only(patterns.map(service).collect());
    }
    let whole = |pattern: String| match pattern.as_str() {
        "*" => Some(pattern),
        _ => pattern.strip_suffix(":*").map(str::to_owned),
    };
    Allowed::AllBut(patterns.filter_map(whole).collect())
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
}
