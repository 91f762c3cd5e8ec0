//! What a permission set is in an account: a role, and how it differs from the one that is there.

use crate::peers;
use crate::signing;
use crate::state::{KeyRow, RoleRow, SetRow};
use percent_encoding::percent_decode_str;
use serde_json::json;
use service::{AccountId, Arn, Call, IndexMap, Region, Result, Value, View};

/// What the inline policy of such a role is called.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetcustom.html>
const INLINE: &str = "AwsSSOInlinePolicy";
/// Sessions last as long as the permission set says, which is twelve hours at most.
const MOST_SECONDS: i64 = 43_200;
const ENDPOINT: &str = "https://signin.aws.amazon.com/saml";

/// A role that is to be made, kept up to date or taken away.
pub struct Target<'a> {
    /// The account.
    pub account: AccountId,
    /// The permission set.
    pub set: &'a SetRow,
    /// The role.
    pub row: &'a RoleRow,
    /// The instance's key.
    pub key: &'a KeyRow,
}

/// The path of such roles: in regions other than the first of AWS it ends in the region.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html>
pub fn path(region: Region) -> String {
    match region.as_str() {
        "us-east-1" => "/aws-reserved/sso.amazonaws.com/".to_owned(),
        region => format!("/aws-reserved/sso.amazonaws.com/{region}/"),
    }
}

/// The ARN of a role in an account.
pub fn arn(view: &View, account: AccountId, name: &str) -> String {
    let resource = format!("role{}{name}", path(view.region()));
    Arn::new(view.scope().partition(), "iam", Region::GLOBAL, Some(account), resource).to_string()
}

/// The ARN of the provider as which the instance vouches in an account.
pub fn provider_arn(view: &View, account: AccountId, provider: &str) -> String {
    let resource = format_args!("saml-provider/{provider}");
    Arn::new(view.scope().partition(), "iam", Region::GLOBAL, Some(account), resource).to_string()
}

impl Target<'_> {
    /// The next call to IAM that brings the account nearer to what the permission set says; `None` where all is as it should be.
    pub fn next_step(&self, view: &View) -> Result<Option<Call>> {
        if let Some(call) = self.provider_step(view)? {
            return Ok(Some(call));
        }
        let Some(found) = peers::iam(view, self.account, "GetRole", &[("RoleName", &self.row.role)])? else {
            return Ok(Some(self.creation(view)));
        };
        let role = found.get("Role").cloned().unwrap_or_default();
        if role.get("Description").and_then(Value::as_str) != self.set.description.as_deref() {
            let description = self.set.description.as_deref().unwrap_or_default();
            return Ok(Some(self.call("UpdateRole", &[("Description", description)])));
        }
        if let Some(call) = self.boundary_step(view, &role) {
            return Ok(Some(call));
        }
        if let Some(call) = self.attachment_step(view)? {
            return Ok(Some(call));
        }
        self.inline_step(view)
    }

    /// The next call that takes the role away; `None` once it is gone.
    pub fn next_removal(&self, view: &View) -> Result<Option<Call>> {
        if peers::iam(view, self.account, "GetRole", &[("RoleName", &self.row.role)])?.is_none() {
            return Ok(None);
        }
        if let Some(arn) = self.attached(view)?.into_iter().next() {
            return Ok(Some(self.call("DetachRolePolicy", &[("PolicyArn", &arn)])));
        }
        if self.inline(view)?.is_some() {
            return Ok(Some(self.call("DeleteRolePolicy", &[("PolicyName", INLINE)])));
        }
        Ok(Some(self.call("DeleteRole", &[])))
    }

    fn call(&self, operation: &str, members: &[(&str, &str)]) -> Call {
        let role = [("RoleName", self.row.role.as_str())];
        let input = role.iter().chain(members).map(|(name, value)| (*name, Value::from(*value)));
        Call { service: "iam".to_owned(), operation: operation.to_owned(), input: Value::map(input) }
    }

    fn provider_step(&self, view: &View) -> Result<Option<Call>> {
        let arn = provider_arn(view, self.account, &self.key.provider);
        let metadata = signing::metadata(view, self.key);
        let found = peers::iam(view, self.account, "GetSAMLProvider", &[("SAMLProviderArn", &arn)])?;
        let (operation, id) = match &found {
            None => ("CreateSAMLProvider", ("Name", self.key.provider.as_str())),
            Some(found) if found.get("SAMLMetadataDocument").and_then(Value::as_str) != Some(&metadata) => {
                ("UpdateSAMLProvider", ("SAMLProviderArn", arn.as_str()))
            }
            Some(_) => return Ok(None),
        };
        let input = Value::map([(id.0, id.1.into()), ("SAMLMetadataDocument", metadata.into())]);
        Ok(Some(Call { service: "iam".to_owned(), operation: operation.to_owned(), input }))
    }

    fn creation(&self, view: &View) -> Call {
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": {"Federated": provider_arn(view, self.account, &self.key.provider)},
                "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                "Condition": {"StringEquals": {"SAML:aud": ENDPOINT}},
            }],
        });
        let mut input = IndexMap::from_iter([
            ("RoleName".to_owned(), Value::from(self.row.role.as_str())),
            ("Path".to_owned(), path(view.region()).into()),
            ("AssumeRolePolicyDocument".to_owned(), trust.to_string().into()),
            ("MaxSessionDuration".to_owned(), Value::Int(MOST_SECONDS)),
        ]);
        if let Some(description) = &self.set.description {
            input.insert("Description".to_owned(), description.into());
        }
        Call { service: "iam".to_owned(), operation: "CreateRole".to_owned(), input: Value::Map(input) }
    }

    fn boundary_step(&self, view: &View, role: &Value) -> Option<Call> {
        let boundary = role.get("PermissionsBoundary");
        let there = boundary.and_then(|found| found.get("PermissionsBoundaryArn")?.as_str());
        let wanted = self.set.boundary.as_ref().and_then(|boundary| {
            let own = boundary.customer_managed_policy_reference.as_ref();
            boundary.managed_policy_arn.clone().or_else(|| own.map(|own| self.own_policy(view, &own.name, &own.path)))
        });
        match (there, wanted) {
            (there, Some(wanted)) if there != Some(wanted.as_str()) => {
                Some(self.call("PutRolePermissionsBoundary", &[("PermissionsBoundary", &wanted)]))
            }
            (Some(_), None) => Some(self.call("DeleteRolePermissionsBoundary", &[])),
            _ => None,
        }
    }

    /// A managed policy that the account must have itself.
    fn own_policy(&self, view: &View, name: &str, path: &Option<String>) -> String {
        let resource = format!("policy{}{name}", path.as_deref().unwrap_or("/"));
        Arn::new(view.scope().partition(), "iam", Region::GLOBAL, Some(self.account), resource).to_string()
    }

    fn attachment_step(&self, view: &View) -> Result<Option<Call>> {
        let own = self.set.customer.iter().map(|own| self.own_policy(view, &own.name, &own.path));
        let wanted: Vec<String> = self.set.managed.iter().cloned().chain(own).collect();
        let there = self.attached(view)?;
        if let Some(arn) = there.iter().find(|arn| !wanted.contains(arn)) {
            return Ok(Some(self.call("DetachRolePolicy", &[("PolicyArn", arn)])));
        }
        let missing = wanted.iter().find(|arn| !there.contains(arn));
        Ok(missing.map(|arn| self.call("AttachRolePolicy", &[("PolicyArn", arn)])))
    }

    fn attached(&self, view: &View) -> Result<Vec<String>> {
        let found = peers::iam(view, self.account, "ListAttachedRolePolicies", &[("RoleName", &self.row.role)])?;
        let list = found.as_ref().and_then(|found| found.get("AttachedPolicies")?.as_list()).unwrap_or_default();
        Ok(list.iter().filter_map(|one| one.get("PolicyArn")?.as_str().map(str::to_owned)).collect())
    }

    fn inline(&self, view: &View) -> Result<Option<String>> {
        let input = [("RoleName", self.row.role.as_str()), ("PolicyName", INLINE)];
        let found = peers::iam(view, self.account, "GetRolePolicy", &input)?;
        let text = found.as_ref().and_then(|found| found.get("PolicyDocument")?.as_str());
        Ok(text.map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned()))
    }

    fn inline_step(&self, view: &View) -> Result<Option<Call>> {
        Ok(match (self.inline(view)?, &self.set.inline) {
            (there, Some(wanted)) if there.as_ref() != Some(wanted) => {
                Some(self.call("PutRolePolicy", &[("PolicyName", INLINE), ("PolicyDocument", wanted)]))
            }
            (Some(_), None) => Some(self.call("DeleteRolePolicy", &[("PolicyName", INLINE)])),
            _ => None,
        })
    }
}
