//! What users, groups, roles, policies, instance profiles and server certificates have in common: a name that is unique
//! in the account without regard to case, a path, an id and an ARN.

use crate::state::{
    CERTIFICATES, COUNTS, CertificateRow, Core, GROUPS, Grants, GroupRow, POLICIES, PROFILES, PolicyRow, ProfileRow,
    ROLES, RoleRow, USERS, UserRow,
};
use crate::{api, errors, names, tags};
use service::{AccountId, Arn, Cx, Region, RequestInfo, Result, Row, Scope, Table, View};

/// The kinds of named things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A user.
    User,
    /// A group.
    Group,
    /// A role.
    Role,
    /// A managed policy.
    Policy,
    /// An instance profile.
    InstanceProfile,
    /// A server certificate.
    ServerCertificate,
}

impl Kind {
    /// What begins the resource part of its ARNs.
    pub fn word(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Group => "group",
            Kind::Role => "role",
            Kind::Policy => "policy",
            Kind::InstanceProfile => "instance-profile",
            Kind::ServerCertificate => "server-certificate",
        }
    }

    /// What begins its ids.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes>
    fn id_prefix(self) -> &'static str {
        match self {
            Kind::User => "AIDA",
            Kind::Group => "AGPA",
            Kind::Role => "AROA",
            Kind::Policy => "ANPA",
            Kind::InstanceProfile => "AIPA",
            Kind::ServerCertificate => "ASCA",
        }
    }

    /// How many an account may have, and the quota's name.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
    pub fn quota(self) -> (&'static str, usize) {
        match self {
            Kind::User => ("UsersPerAccount", 5000),
            Kind::Group => ("GroupsPerAccount", 300),
            Kind::Role => ("RolesPerAccount", 1000),
            Kind::Policy => ("PoliciesPerAccount", 1500),
            Kind::InstanceProfile => ("InstanceProfilesPerAccount", 1000),
            Kind::ServerCertificate => ("ServerCertificatesPerAccount", 20),
        }
    }

    /// The request's word for its name, and the longest name in characters.
    fn name_rule(self) -> (&'static str, usize) {
        match self {
            Kind::User => ("userName", 64),
            Kind::Group => ("groupName", 128),
            Kind::Role => ("roleName", 64),
            Kind::Policy => ("policyName", 128),
            Kind::InstanceProfile => ("instanceProfileName", 128),
            Kind::ServerCertificate => ("serverCertificateName", 128),
        }
    }
}

/// A row of a named thing.
pub trait Entity: Row {
    /// Its kind.
    const KIND: Kind;
    /// Where it lies.
    fn table() -> &'static Table<str, Self>;
    /// What all have.
    fn core(&self) -> &Core;
    /// The same, to change.
    fn core_mut(&mut self) -> &mut Core;
}

/// A row of an identity: what policies can be attached to.
pub trait Identity: Entity {
    /// How many managed policies it may have, and the quota's name.
    const ATTACHED: (&'static str, usize);
    /// How many characters its inline policies may have together, white space apart.
    const INLINE: usize;
    /// Its policies.
    fn grants(&self) -> &Grants;
    /// The same, to change.
    fn grants_mut(&mut self) -> &mut Grants;
    /// Fails for what whoever makes this request must not change.
    fn modifiable(&self, _request: &RequestInfo) -> Result<()> {
        Ok(())
    }
}

macro_rules! entities {
    ($($row:ty, $kind:ident, $table:ident;)*) => {
        $(impl Entity for $row {
            const KIND: Kind = Kind::$kind;
            fn table() -> &'static Table<str, Self> {
                &$table
            }
            fn core(&self) -> &Core {
                &self.core
            }
            fn core_mut(&mut self) -> &mut Core {
                &mut self.core
            }
        })*
    };
}

entities! {
    UserRow, User, USERS;
    GroupRow, Group, GROUPS;
    RoleRow, Role, ROLES;
    PolicyRow, Policy, POLICIES;
    ProfileRow, InstanceProfile, PROFILES;
    CertificateRow, ServerCertificate, CERTIFICATES;
}

impl Identity for UserRow {
    const ATTACHED: (&'static str, usize) = ("PoliciesPerUser", 10);
    const INLINE: usize = 2048;
    fn grants(&self) -> &Grants {
        &self.grants
    }
    fn grants_mut(&mut self) -> &mut Grants {
        &mut self.grants
    }
}

impl Identity for GroupRow {
    const ATTACHED: (&'static str, usize) = ("PoliciesPerGroup", 10);
    const INLINE: usize = 5120;
    fn grants(&self) -> &Grants {
        &self.grants
    }
    fn grants_mut(&mut self) -> &mut Grants {
        &mut self.grants
    }
}

impl Identity for RoleRow {
    const ATTACHED: (&'static str, usize) = ("PoliciesPerRole", 10);
    const INLINE: usize = 10_240;
    fn grants(&self) -> &Grants {
        &self.grants
    }
    fn grants_mut(&mut self) -> &mut Grants {
        &mut self.grants
    }
    fn modifiable(&self, request: &RequestInfo) -> Result<()> {
        let changeable = self.linked_to.is_none() && may_use_path(request, &self.core.path);
        if changeable { Ok(()) } else { Err(errors::unmodifiable(&self.core.name)) }
    }
}

/// Whether a request may have something under a path: below `/aws-reserved/` each service has what is its own, and nobody else
/// changes it.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html>
pub fn may_use_path(request: &RequestInfo, path: &str) -> bool {
    let owner = path.strip_prefix("/aws-reserved/").and_then(|rest| rest.split('/').next());
    owner.is_none_or(|owner| request.via.as_ref().is_some_and(|via| via.principal == owner))
}

/// The key under which a name is found.
/// Names are not told apart by case: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html>
pub fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// The thing of that name, or IAM's answer that there is none.
pub fn find<E: Entity>(view: &View, name: &str) -> Result<E> {
    view.get(E::table(), &*key(name))?.ok_or_else(|| errors::no_such(E::KIND, name))
}

/// The thing of that name in another account.
pub fn find_in<E: Entity>(view: &View, account: AccountId, name: &str) -> Result<Option<E>> {
    view.get_in(view.scope().home_of(account), E::table(), &*key(name))
}

/// Writes a thing back.
pub fn save<E: Entity>(cx: &mut Cx, row: &E) -> Result<()> {
    cx.put(E::table(), &*key(&row.core().name), row)
}

/// Writes a new thing, if its name is free and the quota allows one more.
pub fn create<E: Entity>(cx: &mut Cx, row: &E) -> Result<()> {
    let name = &row.core().name;
    if cx.has(E::table(), &*key(name))? {
        return Err(errors::exists(E::KIND, name));
    }
    let (quota, most) = E::KIND.quota();
    if count(cx, quota)? >= most {
        return Err(errors::quota(quota, most));
    }
    save(cx, row)
}

/// Deletes a thing.
pub fn remove<E: Entity>(cx: &mut Cx, row: &E) -> Result<()> {
    cx.delete(E::table(), &*key(&row.core().name)).map(drop)
}

/// Gives a thing another name and path.
pub fn rename<E: Entity>(cx: &mut Cx, mut row: E, name: Option<String>, path: Option<String>) -> Result<E> {
    let (_, longest) = E::KIND.name_rule();
    if let Some(path) = &path {
        names::check_path(path)?;
    }
    let old = row.core().name.clone();
    if let Some(name) = &name {
        names::check_name(new_name_member(E::KIND), name, longest)?;
        if key(name) != key(&old) && cx.has(E::table(), &*key(name))? {
            return Err(errors::exists(E::KIND, name));
        }
    }
    remove(cx, &row)?;
    let core = row.core_mut();
    core.name = name.unwrap_or(old);
    core.path = path.unwrap_or_else(|| core.path.clone());
    save(cx, &row)?;
    Ok(row)
}

fn new_name_member(kind: Kind) -> &'static str {
    match kind {
        Kind::Group => "newGroupName",
        Kind::ServerCertificate => "newServerCertificateName",
        _ => "newUserName",
    }
}

/// How many there are of what a quota counts.
pub fn count(view: &View, quota: &str) -> Result<usize> {
    let row = view.get(&COUNTS, quota)?.unwrap_or_default();
    Ok(usize::try_from(row.count).unwrap_or(0))
}

/// The beginnings of a new thing: its name, path and tags are checked, and its id is drawn.
pub fn begin(
    cx: &mut Cx,
    kind: Kind,
    name: String,
    path: Option<String>,
    given: Option<Vec<api::Tag>>,
) -> Result<Core> {
    let (member, longest) = kind.name_rule();
    names::check_name(member, &name, longest)?;
    let path = path.unwrap_or_else(|| "/".to_owned());
    names::check_path(&path)?;
    let tags = tags::given(cx.request(), given)?;
    Ok(Core { name, path, id: draw_id(cx, kind.id_prefix()), created: cx.now().whole_secs(), tags })
}

/// A new unique id: four letters that tell the kind, and 17 of chance.
pub fn draw_id(cx: &mut Cx, prefix: &str) -> String {
    format!("{prefix}{}", cx.entropy().text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17))
}

/// The ARN of a thing in the request's account.
pub fn arn(view: &View, kind: Kind, core: &Core) -> String {
    arn_of(view.scope(), kind, &core.path, &core.name)
}

/// The ARN of a thing in an account and partition.
pub fn arn_of(scope: Scope, kind: Kind, path: &str, name: &str) -> String {
    let resource = format!("{}{path}{name}", kind.word());
    Arn::new(scope.partition(), "iam", Region::GLOBAL, Some(scope.account), resource).to_string()
}
