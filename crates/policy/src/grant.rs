//! Grants: permissions on one key, given to one principal without a policy.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>

use crate::principal::{Named, Naming, Principals};
use crate::request::Request;

/// One grant.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// The grant's id.
    pub id: &'a str,
    /// The grantee: an ARN as a policy would name it, or a service principal.
    pub grantee: &'a str,
    /// The actions, with their service prefix.
    pub actions: &'a [&'a str],
    /// What the request's context must hold besides.
    pub constraint: GrantConstraint<'a>,
}

/// A constraint on the keys of the context that begin with `prefix` (the encryption context).
#[derive(Debug, Clone, Copy, Default)]
pub enum GrantConstraint<'a> {
    /// None.
    #[default]
    None,
    /// The keys under the prefix are exactly these pairs.
    Equals {
        /// What the names of the context keys begin with.
        prefix: &'a str,
        /// Name and value.
        pairs: &'a [(&'a str, &'a str)],
    },
    /// These pairs are among the keys under the prefix.
    Subset {
        /// What the names of the context keys begin with.
        prefix: &'a str,
        /// Name and value.
        pairs: &'a [(&'a str, &'a str)],
    },
}

impl Grant<'_> {
    /// How the grant names the request's principal, if it permits the request at all.
    pub(crate) fn permits(&self, request: &Request<'_>) -> Option<Naming> {
        let action = self.actions.iter().any(|action| action.eq_ignore_ascii_case(request.action));
        if !action || !self.constraint_holds(request) {
            return None;
        }
        let names = [Named::aws(self.grantee), Named::Service(self.grantee.into())];
        Principals { negated: false, names: names.into() }.allow(request.principal)
    }

    fn constraint_holds(&self, request: &Request<'_>) -> bool {
        let (prefix, pairs, exact) = match self.constraint {
            GrantConstraint::None => return true,
            GrantConstraint::Equals { prefix, pairs } => (prefix, pairs, true),
            GrantConstraint::Subset { prefix, pairs } => (prefix, pairs, false),
        };
        // Encryption context is case-sensitive, unlike the names of other context keys.
        let name = |key: &'_ str| -> Option<String> {
            let head = key.get(..prefix.len())?;
            head.eq_ignore_ascii_case(prefix).then(|| key.get(prefix.len()..).unwrap_or_default().to_owned())
        };
        let had: Vec<(String, &[std::borrow::Cow<'_, str>])> =
            request.context.iter().filter_map(|(key, values)| Some((name(key)?, values))).collect();
        let holds =
            |(name, value): &(&str, &str)| had.iter().any(|(key, v)| key == name && matches!(v, [one] if one == value));
        pairs.iter().all(holds) && (!exact || had.len() == pairs.len())
    }
}
