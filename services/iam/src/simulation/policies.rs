//! The policies of a simulation, with the names and places by which its answer calls them.

use crate::api;
use crate::documents;
use crate::entity::Kind;
use crate::errors;
use crate::holder::{self, Held, Holder};
use crate::mentioned;
use crate::policies;
use service::policy::{Document, Limits, Source, Span, statement_spans};
use service::{Caller, CallerKind, Error, NamedPolicy, Partition, Result, Session, View};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A policy as a simulation's answer calls it.
pub struct Labelled {
    /// `SourcePolicyId`
    pub id: String,
    /// `SourcePolicyType`. AWS answers these words, whatever its model lists.
    pub kind: &'static str,
    /// How the engine's proof calls it: no two of a simulation have the same.
    key: String,
    document: Document,
    spans: Vec<Span>,
}

/// What AWS calls policies of identities, and boundaries.
pub const IAM_POLICY: &str = "IAM Policy";
/// What it calls the policy of the resource.
pub const RESOURCE_POLICY: &str = "Resource Policy";

impl Labelled {
    fn of(id: String, kind: &'static str, document: Document, text: &str) -> Labelled {
        Labelled { id, kind, key: String::new(), document, spans: statement_spans(text) }
    }

    /// The policy for the engine.
    pub fn as_source(&self) -> Source<'_> {
        Source { name: &self.key, document: &self.document }
    }

    /// Where a statement stands, by its place in the document.
    pub fn span(&self, statement: usize) -> Option<Span> {
        self.spans.get(statement).copied()
    }
}

/// All policies of a simulation.
#[derive(Default)]
pub struct Sources {
    /// Of the identity, and those that the request adds.
    pub identity: Vec<Labelled>,
    /// The permissions boundary.
    pub boundary: Option<Labelled>,
    /// Service control policies, a list for each level from the organisation's root down.
    pub service_control: Vec<Vec<Labelled>>,
    /// Of the resource.
    pub resource: Option<Labelled>,
    /// The context keys that they mention as they write them, by what they are in lower case.
    written: BTreeMap<String, String>,
}

impl Sources {
    /// Adds policies that the request gives: they stand before those of an identity.
    pub fn add_given(&mut self, partition: Partition, texts: &[String]) -> Result<()> {
        let given: Result<Vec<Labelled>> = texts
            .iter()
            .enumerate()
            .map(|(at, text)| given(partition, format!("PolicyInputList.{}", at + 1), text))
            .collect();
        self.identity.splice(0..0, given?);
        Ok(())
    }

    /// Sets the boundary that the request gives, in the place of the identity's own.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html>
    pub fn set_boundary(&mut self, partition: Partition, texts: &[String]) -> Result<()> {
        match texts {
            [] => Ok(()),
            [text] => {
                self.boundary = Some(given(partition, "PermissionsBoundaryPolicyInputList.1".to_owned(), text)?);
                Ok(())
            }
            _ => Err(errors::invalid_input("Only one permissions boundary policy can be simulated.")),
        }
    }

    /// Sets the levels of an organisation that the request gives.
    pub fn set_levels(&mut self, partition: Partition, levels: &[api::OrderedOrganizationPolicyType]) -> Result<()> {
        for (level, policies) in levels.iter().enumerate() {
            let texts = policies.service_control_policy_input_list.iter().flatten();
            let name = |at: usize| format!("OrderedOrganizationPolicyInputList.{}.{}", level + 1, at + 1);
            let read: Result<Vec<Labelled>> =
                texts.enumerate().map(|(at, text)| given(partition, name(at), text)).collect();
            self.service_control.push(read?);
        }
        Ok(())
    }

    /// Sets the policy of the resource.
    pub fn set_resource(&mut self, text: &str) -> Result<()> {
        let document = Document::parse(text, Limits::default()).map_err(|e| errors::invalid_input(e.message()))?;
        if document.statements().iter().any(|statement| statement.principals.is_none()) {
            return Err(errors::invalid_input("Missing required field Principal"));
        }
        self.resource = Some(Labelled::of("ResourcePolicy".to_owned(), RESOURCE_POLICY, document, text));
        Ok(())
    }

    /// The policies of an identity, those of a user's groups, and what its organisation sets above it, but for the excluded ones.
    pub fn of_holder(view: &View, holder: &Holder, excluded: &[api::PolicyIdentifier]) -> Result<Sources> {
        let mut all = Sources::default();
        for held in holder.policies(view)? {
            if !excluded.iter().any(|out| excludes(out, &held)) {
                all.identity.push(stored(id_of(&held), &held.text)?);
            }
        }
        let whole = |kind: &str| excluded.iter().any(|out| is_whole(out, kind));
        if let Some(arn) = holder.boundary().filter(|_| !whole("permission-boundary"))
            && let Some(policy) = policies::find(view, view.account(), arn)?
        {
            all.boundary = Some(stored(holder::name_of(arn).to_owned(), &policy.document()?)?);
        }
        if !whole("scp") {
            all.service_control = service_control(view, holder)?;
        }
        Ok(all)
    }

    /// To be called when all are there: gives each a name of its own for the engine's proof, and notes the keys that they mention.
    pub fn number(&mut self) {
        let keys = self.all().flat_map(|policy| mentioned::keys_of(&policy.document));
        self.written = keys.map(|key| (key.to_ascii_lowercase(), key)).collect();
        let own = self.identity.iter_mut().chain(&mut self.boundary).chain(&mut self.resource);
        for (at, policy) in own.chain(self.service_control.iter_mut().flatten()).enumerate() {
            policy.key = at.to_string();
        }
    }

    /// How the policies write a context key, given in lower case.
    pub fn written<'k>(&'k self, key: &'k str) -> &'k str {
        self.written.get(key).map_or(key, String::as_str)
    }

    /// The policy that a proof calls so.
    pub fn find(&self, key: &str) -> Option<&Labelled> {
        let at = key.parse().ok()?;
        // Those of identities come first, and there may be many.
        self.identity.get(at).or_else(|| self.all().nth(at))
    }

    /// All of them.
    fn all(&self) -> impl Iterator<Item = &Labelled> {
        let own = self.identity.iter().chain(&self.boundary).chain(&self.resource);
        own.chain(self.service_control.iter().flatten())
    }
}

/// A policy of an identity that the request gives: what AWS would not store it does not simulate either.
fn given(partition: Partition, id: String, text: &str) -> Result<Labelled> {
    Ok(Labelled::of(id, IAM_POLICY, documents::read_given(partition, text)?, text))
}

/// A policy that is stored, or AWS's.
fn stored(id: String, text: &str) -> Result<Labelled> {
    // The longest of AWS's own has more than an account may write.
    let limits = Limits { bytes: 1 << 20, ..Limits::default() };
    let document = Document::parse(text, limits)
        .map_err(|e| Error::new("PolicyEvaluationException", format!("{id}: {}", e.message())))?;
    Ok(Labelled::of(id, IAM_POLICY, document, text))
}

/// A managed policy goes by its name, an inline one by its owner's kind and name and its own.
fn id_of(held: &Held) -> String {
    match (&held.arn, &held.owner) {
        (Some(_), _) => held.name.clone(),
        (None, (kind, owner)) => format!("{}_{owner}_{}", kind.word(), held.name),
    }
}

/// What binds the identity from above, as every authority of this cloud tells it.
fn service_control(view: &View, holder: &Holder) -> Result<Vec<Vec<Labelled>>> {
    let core = holder.core();
    let arn = holder.arn(view);
    let caller = Caller {
        kind: if holder.kind() == Kind::Role { CallerKind::AssumedRole } else { CallerKind::User },
        account: view.account(),
        user_id: core.id.clone(),
        name: core.name.clone(),
        session: (holder.kind() == Kind::Role)
            .then(|| Arc::new(Session { role_arn: arn.clone(), ..Session::default() })),
        arn,
        ..Caller::anonymous()
    };
    let read = |policy: NamedPolicy| stored(policy.name.to_string(), &policy.text);
    let mut levels = Vec::new();
    for told in view.bound_by(&caller)? {
        for level in told.service_control {
            levels.push(level.into_iter().map(read).collect::<Result<Vec<_>>>()?);
        }
    }
    Ok(levels)
}

/// Refuses identifiers that name no policy, or more than one.
pub fn exclude(list: Option<Vec<api::PolicyIdentifier>>) -> Result<Vec<api::PolicyIdentifier>> {
    let list = list.unwrap_or_default();
    for one in &list {
        let api::PolicyIdentifier { policy_type, policy_arn, inline_policy_identifier } = one;
        let named = [policy_type.is_some(), policy_arn.is_some(), inline_policy_identifier.is_some()];
        if named.iter().filter(|named| **named).count() != 1 {
            return Err(errors::invalid_input("A policy identifier must have exactly one member."));
        }
    }
    Ok(list)
}

fn is_whole(out: &api::PolicyIdentifier, kind: &str) -> bool {
    out.policy_type.as_deref() == Some(kind)
}

fn excludes(out: &api::PolicyIdentifier, held: &Held) -> bool {
    let (kind, owner) = &held.owner;
    if let Some(inline) = &out.inline_policy_identifier {
        return held.arn.is_none()
            && inline.policy_name == held.name
            && inline.attachment_type == kind.word()
            && inline.attachment_name.eq_ignore_ascii_case(owner);
    }
    match &held.arn {
        None => is_whole(out, "inline"),
        Some(arn) if out.policy_arn.is_some() => out.policy_arn.as_ref() == Some(arn),
        Some(arn) => {
            let aws = holder::is_aws_managed(arn).unwrap_or(false);
            is_whole(out, if aws { "aws-managed" } else { "user-managed" })
        }
    }
}
