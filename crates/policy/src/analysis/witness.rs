//! Examples of requests, held against the real evaluation.

use super::{Stand, Who, Witness};
use crate::context::Context;
use crate::decision::{PolicyKind, Reason};
use crate::document::{Document, Limits, Statement};
use crate::evaluate::{Case, evaluate};
use crate::request::{Policies, Request, ResourcePolicy, ResourcePolicyMode, Source};

/// A request in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub who: Who,
    pub action: String,
    pub resource: String,
    /// The values of the keys that it has.
    pub context: Vec<(String, Vec<String>)>,
}

const ALL: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

impl Draft {
    /// The context with the principal's keys.
    pub(super) fn with_context<T>(&self, work: impl FnOnce(&Context<'_>) -> T) -> T {
        let principal = self.who.as_principal();
        let mut context = Context::new();
        principal.add_keys(&mut context);
        for (key, values) in &self.context {
            values.iter().for_each(|value| context.add(key.as_str(), value.as_str()));
        }
        work(&context)
    }

    fn with_request<T>(&self, stand: Stand, work: impl FnOnce(&Request<'_>) -> T) -> T {
        let principal = self.who.as_principal();
        self.with_context(|context| {
            // No principal is of the account of a resource here: within an account identity policies grant as well.
            let resource_account = if stand == Stand::Identity { principal.account } else { "" };
            let (action, resource) = (self.action.as_str(), self.resource.as_str());
            work(&Request { action, resource, resource_account, principal: &principal, context })
        })
    }

    /// Whether the policy allows the request, by the real evaluation. That of a resource is asked beside an identity that may
    /// do everything.
    pub(super) fn is_allowed(&self, documents: &[&Document], stand: Stand) -> bool {
        let Ok(all) = Document::parse(ALL, Limits::default()) else { return false };
        let all = [Source { name: "", document: &all }];
        self.with_request(stand, |request| match stand {
            Stand::Identity => {
                let own: Vec<Source<'_>> = documents.iter().map(|document| Source { name: "", document }).collect();
                evaluate(request, &Policies { identity: &own, session: &all, ..Policies::default() }).allowed
            }
            Stand::Resource => {
                let decide = |document: &Document| {
                    let policy = Some(Source { name: "", document });
                    let resource = ResourcePolicy { policy, mode: ResourcePolicyMode::Optional };
                    evaluate(request, &Policies { identity: &all, session: &all, resource, ..Policies::default() })
                };
                let decisions: Vec<_> = documents.iter().map(|document| decide(document)).collect();
                let denied = |reason| matches!(reason, Reason::ExplicitDeny(_));
                decisions.iter().any(|d| d.allowed) && !decisions.iter().any(|d| denied(d.reason))
            }
        })
    }

    /// The witness that this request is, given the first policy and the second.
    pub(super) fn witness(&self, policies: &[&[&Document]; 2], stand: Stand) -> Option<Witness> {
        let [first, second] = *policies;
        let allowed_by = self.applying(first, stand, Document::allows)?;
        let denied_by = self.applying(second, stand, Document::denies);
        let Self { who, action, resource, context } = self.clone();
        Some(Witness { principal: who, action, resource, context, allowed_by, denied_by })
    }

    fn applying(
        &self,
        documents: &[&Document],
        stand: Stand,
        statements: fn(&Document) -> &[Statement],
    ) -> Option<(usize, usize)> {
        let kind = if stand == Stand::Identity { PolicyKind::Identity } else { PolicyKind::Resource };
        self.with_request(stand, |request| {
            let case = Case::new(request);
            documents.iter().enumerate().find_map(|(at, document)| {
                let found = statements(document).iter().find(|statement| case.applies(kind, statement).is_some())?;
                Some((at, found.index))
            })
        })
    }
}
