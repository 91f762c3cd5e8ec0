//! What groups, roles and users have in common: inline policies and managed ones.

use super::GONE;
use percent_encoding::percent_decode_str;
use service::resource::{Hand, as_text, found, text_at};
use service::{Result, Value};

/// One of the three, by which the operations and their members are named.
#[derive(Clone, Copy)]
pub struct Noun {
    /// `Role`
    pub name: &'static str,
    /// `RoleName`
    pub member: &'static str,
    /// `Roles`, the property of policies that lists those that they are for.
    pub list: &'static str,
}

pub const GROUP: Noun = Noun { name: "Group", member: "GroupName", list: "Groups" };
pub const ROLE: Noun = Noun { name: "Role", member: "RoleName", list: "Roles" };
pub const USER: Noun = Noun { name: "User", member: "UserName", list: "Users" };

/// All three.
pub const ALL: [Noun; 3] = [GROUP, ROLE, USER];

/// The texts of a list.
pub fn texts(properties: &Value, name: &str) -> Vec<String> {
    let list = properties.get(name).and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A policy document as an answer has it: encoded as a URL is.
pub fn decoded(answer: &Value, path: &[&str]) -> Value {
    let text = text_at(answer, path).map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
    text.into()
}

impl Noun {
    fn id(self, id: &str) -> (&'static str, Value) {
        (self.member, id.into())
    }

    /// Puts an inline policy.
    pub fn put(self, hand: &mut Hand, id: &str, (name, document): (&str, &str)) -> Result<()> {
        let input = [self.id(id), ("PolicyName", name.into()), ("PolicyDocument", document.into())];
        hand.call(&format!("Put{}Policy", self.name), Value::map(input)).map(drop)
    }

    /// Deletes an inline policy.
    pub fn take(self, hand: &mut Hand, id: &str, name: &str) -> Result<()> {
        let input = Value::map([self.id(id), ("PolicyName", name.into())]);
        found(hand.call(&format!("Delete{}Policy", self.name), input), GONE).map(drop)
    }

    /// An inline policy's document; `None` where it is not there.
    pub fn document(self, hand: &mut Hand, id: &str, name: &str) -> Result<Option<Value>> {
        let input = Value::map([self.id(id), ("PolicyName", name.into())]);
        let answer = found(hand.look(&format!("Get{}Policy", self.name), input), GONE)?;
        Ok(answer.map(|answer| decoded(&answer, &["PolicyDocument"])))
    }

    /// Attaches a managed policy.
    pub fn attach(self, hand: &mut Hand, id: &str, arn: &str) -> Result<()> {
        let input = Value::map([self.id(id), ("PolicyArn", arn.into())]);
        hand.call(&format!("Attach{}Policy", self.name), input).map(drop)
    }

    /// Detaches a managed policy.
    pub fn detach(self, hand: &mut Hand, id: &str, arn: &str) -> Result<()> {
        let input = Value::map([self.id(id), ("PolicyArn", arn.into())]);
        found(hand.call(&format!("Detach{}Policy", self.name), input), GONE).map(drop)
    }

    /// Writes what differs of `Policies` and `ManagedPolicyArns`.
    pub fn write(self, hand: &mut Hand, id: &str, (old, new): (&Value, &Value)) -> Result<()> {
        let (before, after) = (inline(old), inline(new));
        for (name, document) in after.iter().filter(|policy| !before.contains(policy)) {
            self.put(hand, id, (name, document))?;
        }
        for (name, _) in before.iter().filter(|(name, _)| !after.iter().any(|(other, _)| other == name)) {
            self.take(hand, id, name)?;
        }
        let (before, after) = (texts(old, "ManagedPolicyArns"), texts(new, "ManagedPolicyArns"));
        for arn in after.iter().filter(|arn| !before.contains(arn)) {
            self.attach(hand, id, arn)?;
        }
        for arn in before.iter().filter(|arn| !after.contains(arn)) {
            self.detach(hand, id, arn)?;
        }
        Ok(())
    }

    /// `Policies` and `ManagedPolicyArns` as they are.
    pub fn seen(self, hand: &mut Hand, id: &str) -> Result<[(&'static str, Value); 2]> {
        let names = hand.pages(
            &format!("List{}Policies", self.name),
            Value::map([self.id(id)]),
            ["Marker", "Marker", "PolicyNames"],
        )?;
        let mut policies = Vec::new();
        for name in names.iter().filter_map(Value::as_str) {
            let document = self.document(hand, id, name)?.unwrap_or_default();
            policies.push(Value::map([("PolicyName", name.into()), ("PolicyDocument", document)]));
        }
        let attached = hand.pages(
            &format!("ListAttached{}Policies", self.name),
            Value::map([self.id(id)]),
            ["Marker", "Marker", "AttachedPolicies"],
        )?;
        let arns = attached.iter().filter_map(|policy| policy.get("PolicyArn").cloned()).collect();
        Ok([("Policies", Value::List(policies)), ("ManagedPolicyArns", Value::List(arns))])
    }
}

/// The names and documents of the inline policies of a template.
fn inline(properties: &Value) -> Vec<(String, String)> {
    let list = properties.get("Policies").and_then(Value::as_list).unwrap_or_default();
    let policy = |policy: &Value| {
        let name = policy.get("PolicyName").and_then(Value::as_str).unwrap_or_default();
        (name.to_owned(), policy.get("PolicyDocument").map(as_text).unwrap_or_default())
    };
    list.iter().map(policy).collect()
}
