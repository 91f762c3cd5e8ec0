//! Which table a request means: by name, or by an ARN that may lie in another account.

use crate::errors;
use crate::state::{Index, LAYOUTS, Layout, RIGHTS, Rights};
use service::{Arn, ArnParts, Result, Scope, View};

/// Where a table is, whether it is there or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// Whose and where.
    pub scope: Scope,
    /// Its name.
    pub name: String,
    /// As the request had it.
    pub given: String,
}

/// A table that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Where it is.
    pub address: Address,
    /// What reading and writing needs of it.
    pub layout: Layout,
}

impl Address {
    /// The table that a `TableName` means.
    pub fn of(view: &View, given: &str) -> Result<Address> {
        if !given.starts_with("arn:") {
            check_name("TableName", given)?;
            return Ok(Address { scope: view.scope(), name: given.to_owned(), given: given.to_owned() });
        }
        let (scope, resource) = scope_of(given).ok_or_else(|| invalid_arn(given))?;
        let name = resource.strip_prefix("table/").filter(|name| !name.contains('/'));
        let name = name.ok_or_else(|| invalid_arn(given))?;
        if scope.region != view.region() {
            return Err(errors::validation(format!(
                "Invalid table ARN: {given}. The Region is not that of the endpoint."
            )));
        }
        Ok(Address { scope, name: name.to_owned(), given: given.to_owned() })
    }

    /// The ARN.
    pub fn arn(&self) -> String {
        arn(self.scope, &self.resource())
    }

    /// What stands behind the account in the ARN.
    pub fn resource(&self) -> String {
        format!("table/{}", self.name)
    }

    /// What decides about access, if the table is there.
    pub fn rights(&self, view: &View) -> Result<Option<Rights>> {
        view.get_in(self.scope, &RIGHTS, self.resource().as_str())
    }

    /// The table, for the operations on items.
    pub fn target(self, view: &View) -> Result<Target> {
        let rights = self.rights(view)?.ok_or_else(errors::not_found)?;
        let layout = view.get_in(self.scope, &LAYOUTS, &rights.space)?.ok_or_else(errors::not_found)?;
        Ok(Target { address: self, layout })
    }
}

impl Target {
    /// The index of that name.
    pub fn index(&self, name: &str) -> Result<&Index> {
        let found = self.layout.indexes.iter().find(|index| index.name == name);
        let index =
            found.ok_or_else(|| errors::validation(format!("The table does not have the specified index: {name}")))?;
        if index.backfilling {
            return Err(errors::validation(format!("Cannot read from backfilling global secondary index: {name}")));
        }
        Ok(index)
    }
}

/// The ARN of a resource of an account and region.
pub fn arn(scope: Scope, resource: &str) -> String {
    Arn::new(scope.partition(), "dynamodb", scope.region, Some(scope.account), resource).to_string()
}

/// Whose an ARN of DynamoDB is, and what stands behind the account.
pub fn scope_of(arn: &str) -> Option<(Scope, String)> {
    let parts = ArnParts::parse(arn).ok()?;
    if parts.service != "dynamodb" {
        return None;
    }
    let scope = Scope::new(parts.account.parse().ok()?, parts.region.parse().ok()?);
    Some((scope, parts.resource.to_owned()))
}

/// That an ARN names nothing of DynamoDB's.
pub fn invalid_arn(given: &str) -> service::Error {
    errors::validation(format!("Invalid ARN: {given}"))
}

/// Checks the name of a table or index. `member` stands in the error.
pub fn check_name(member: &str, name: &str) -> Result<()> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
    if !(3..=255).contains(&name.len()) {
        let text = format!("{member} must be at least 3 characters long and at most 255 characters long");
        return Err(errors::validation(text));
    }
    if !name.bytes().all(allowed) {
        let mut letters = member.chars();
        let path = letters.next().map(|c| c.to_ascii_lowercase()).into_iter().chain(letters).collect::<String>();
        return Err(errors::validation(format!(
            "1 validation error detected: Value '{name}' at '{path}' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: [a-zA-Z0-9_.-]+"
        )));
    }
    Ok(())
}
