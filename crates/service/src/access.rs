use crate::Scope;
use ids::AccountId;
use smallvec::SmallVec;
use std::borrow::Cow;

/// What a request must be allowed to do before its handler runs: a service's `access.rs` answers it for every operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Access {
    /// Anybody may call it, signed or not, as `AssumeRoleWithWebIdentity`.
    Public,
    /// Anybody may call it, and it happens to somebody whom the input names, in this account and region: a client of a user
    /// pool, say, who has no keys.
    PublicIn(Scope),
    /// Whoever signed may call it, whatever the policies say, as `GetCallerIdentity`.
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
    Signed,
    /// Each of these must be allowed.
    Checks(Vec<Check>),
}

impl Access {
    /// One check.
    pub fn to(check: Check) -> Access {
        Access::Checks(vec![check])
    }
}

/// One question to the policies: may the caller do this action on this resource?
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// `sqs:SendMessage`.
    pub action: Cow<'static, str>,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The account that owns the resource; `None` for the caller's own.
    pub owner: Option<AccountId>,
    /// The policy on the resource, and what it is worth.
    pub policy: Option<ResourcePolicy>,
    /// Grants on the resource. They are worth something beside a [`PolicyRole::Key`] policy alone.
    pub grants: Vec<Grant>,
    /// Condition keys beyond the global ones that the door adds.
    pub context: Vec<ContextKey>,
}

/// A permission on one resource that was given to one principal without a policy.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// Its id, by which proofs call it.
    pub id: String,
    /// Whom it is for: an ARN, or a service's DNS name.
    pub grantee: String,
    /// Its actions, with their prefix.
    pub actions: Vec<String>,
    /// What the condition keys that begin with `prefix` must be: exactly these pairs, or these among others.
    pub constraint: Option<GrantConstraint>,
}

/// What the condition keys of a request must be that uses a grant.
#[derive(Debug, Clone, PartialEq)]
pub struct GrantConstraint {
    /// What the names of those keys begin with.
    pub prefix: &'static str,
    /// Whether there may be no others.
    pub exact: bool,
    /// Name and value.
    pub pairs: Vec<(String, String)>,
}

/// A condition key with its values.
#[derive(Debug, Clone, PartialEq)]
pub struct ContextKey {
    /// `sts:ExternalId`, `aws:ResourceTag/team`.
    pub name: Cow<'static, str>,
    /// One value, or several for a multi-valued key.
    pub values: SmallVec<[String; 1]>,
}

/// A policy that stands on a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourcePolicy {
    /// How proofs call it.
    pub name: String,
    /// The document.
    pub text: String,
    /// What it is worth.
    pub role: PolicyRole,
}

/// What a resource's policy is worth in the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyRole {
    /// Within the account, it or an identity policy suffices: queues, buckets, topics.
    Optional,
    /// It must allow even within the account: a role's trust policy.
    Trust,
    /// It must allow or hand over to the account's IAM policies: a KMS key's policy.
    Key,
}

impl Check {
    /// May the caller do `action` on `resource`, an ARN or `*`?
    pub fn new(action: impl Into<Cow<'static, str>>, resource: impl Into<String>) -> Check {
        Check {
            action: action.into(),
            resource: resource.into(),
            owner: None,
            policy: None,
            grants: Vec::new(),
            context: Vec::new(),
        }
    }

    /// The resource belongs to `account`.
    pub fn owned_by(mut self, account: AccountId) -> Check {
        self.owner = Some(account);
        self
    }

    /// The resource carries a policy.
    pub fn with_policy(mut self, name: impl Into<String>, text: impl Into<String>, role: PolicyRole) -> Check {
        self.policy = Some(ResourcePolicy { name: name.into(), text: text.into(), role });
        self
    }

    /// Adds grants on the resource.
    pub fn with_grants(mut self, grants: impl IntoIterator<Item = Grant>) -> Check {
        self.grants.extend(grants);
        self
    }

    /// Adds a condition key with one value.
    pub fn key(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Check {
        self.context.push(ContextKey { name: name.into(), values: SmallVec::from_iter([value.into()]) });
        self
    }

    /// Adds a multi-valued condition key.
    pub fn keys(mut self, name: impl Into<Cow<'static, str>>, values: impl IntoIterator<Item = String>) -> Check {
        self.context.push(ContextKey { name: name.into(), values: values.into_iter().collect() });
        self
    }

    /// Adds the tags on the resource (`aws:ResourceTag/…`).
    pub fn resource_tags<'a>(self, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Check {
        tags.into_iter().fold(self, |check, (key, value)| check.key(format!("aws:ResourceTag/{key}"), value))
    }

    /// Adds the tags in the request (`aws:RequestTag/…` and `aws:TagKeys`).
    pub fn request_tags<'a>(self, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Check {
        let tags: Vec<_> = tags.into_iter().collect();
        if tags.is_empty() {
            return self;
        }
        let keys = tags.iter().map(|(key, _)| (*key).to_owned());
        let check = self.keys("aws:TagKeys", keys);
        tags.into_iter().fold(check, |check, (key, value)| check.key(format!("aws:RequestTag/{key}"), value))
    }
}
