//! A world and a question, brought to the engine.

use policy::{
    Context, Decision, Document, Explanation, Grant, GrantConstraint, Level, Limits, Policies, Principal, Reason,
    Request, ResourcePolicy, ResourcePolicyMode, Source, evaluate, explain,
};
use serde_json::Value;

use super::{Ask, World};

/// The compiled documents of a world.
pub struct Compiled {
    identity: Vec<Document>,
    boundary: Option<Document>,
    session: Vec<Document>,
    resource: Option<Document>,
    mode: ResourcePolicyMode,
    scp: Vec<Vec<Document>>,
    rcp: Vec<Vec<Document>>,
    endpoint: Option<Document>,
    grants: Vec<(&'static str, &'static str)>,
}

fn parse(value: &Value) -> Document {
    Document::parse(&value.to_string(), Limits::default()).unwrap_or_else(|e| panic!("{e} {} in {value}", e.detail()))
}

impl Compiled {
    pub fn new(world: &World) -> Self {
        let all = |list: &Vec<Value>| list.iter().map(parse).collect::<Vec<_>>();
        Self {
            identity: all(&world.identity),
            boundary: world.boundary.as_ref().map(parse),
            session: all(&world.session),
            resource: world.resource.as_ref().map(parse),
            mode: match world.mode {
                "trust" => ResourcePolicyMode::RoleTrust,
                "key" => ResourcePolicyMode::KeyPolicy,
                _ => ResourcePolicyMode::Optional,
            },
            scp: world.scp.iter().map(all).collect(),
            rcp: world.rcp.iter().map(all).collect(),
            endpoint: world.endpoint.as_ref().map(parse),
            grants: world.grants.clone(),
        }
    }

    /// Hands the question to `then` in the engine's terms.
    pub fn with<T>(&self, ask: &Ask, then: impl FnOnce(&Request<'_>, &Policies<'_>) -> T) -> T {
        let named = |document| Source { name: "p", document };
        let identity: Vec<Source<'_>> = self.identity.iter().map(named).collect();
        let session: Vec<Source<'_>> = self.session.iter().map(named).collect();
        let scp: Vec<Vec<Source<'_>>> = self.scp.iter().map(|level| level.iter().map(named).collect()).collect();
        let rcp: Vec<Vec<Source<'_>>> = self.rcp.iter().map(|level| level.iter().map(named).collect()).collect();
        let scp: Vec<Level<'_>> = scp.iter().map(|policies| Level { target: "t", policies }).collect();
        let rcp: Vec<Level<'_>> = rcp.iter().map(|policies| Level { target: "t", policies }).collect();
        let actions: Vec<[&str; 1]> = self.grants.iter().map(|(_, action)| [*action]).collect();
        let grant = |((grantee, _), actions)| Grant { id: "g", grantee, actions, constraint: GrantConstraint::None };
        let grants: Vec<Grant<'_>> =
            self.grants.iter().zip(&actions).map(|(pair, actions)| grant((*pair, actions.as_slice()))).collect();
        let policies = Policies {
            identity: &identity,
            boundary: self.boundary.as_ref().map(named),
            session: &session,
            resource: ResourcePolicy { policy: self.resource.as_ref().map(named), mode: self.mode },
            scp: &scp,
            rcp: &rcp,
            endpoint: self.endpoint.as_ref().map(named),
            grants: &grants,
        };
        let mut context = Context::new();
        for (key, values) in &ask.context {
            values.iter().for_each(|value| context.add(*key, value.as_str()));
        }
        let principal = principal(ask);
        let request = Request {
            action: ask.action,
            resource: ask.resource,
            resource_account: ask.resource_account,
            principal: &principal,
            context: &context,
        };
        then(&request, &policies)
    }

    pub fn evaluate(&self, ask: &Ask) -> Decision {
        self.with(ask, evaluate)
    }

    pub fn explain(&self, ask: &Ask) -> Explanation {
        self.with(ask, explain)
    }
}

fn principal(ask: &Ask) -> Principal<'static> {
    match ask.kind {
        "root" => Principal::root(ask.arn),
        "user" => Principal::user(ask.arn, ask.id),
        "session" => Principal::role_session(ask.arn, ask.issuer, ask.id),
        "federated" => Principal::federated_user(ask.arn, ask.issuer, ask.id),
        "provider" => Principal::provider(ask.arn),
        "service" => Principal::service(ask.arn),
        _ => Principal::anonymous(),
    }
}

/// The engine's answer in the reference's words.
pub fn words(decision: &Decision) -> Result<(), String> {
    match decision.reason {
        Reason::Allowed(_) | Reason::Root => Ok(()),
        Reason::ExplicitDeny(kind) => Err(format!("explicit {}", kind.name())),
        Reason::ImplicitDeny(kind) => Err(format!("implicit {}", kind.name())),
    }
}
