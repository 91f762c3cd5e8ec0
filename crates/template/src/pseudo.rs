//! The names that the language itself gives: pseudo parameters, and the parameter types that are no plain ones.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>

/// How they all begin.
const OWN: &str = "AWS::";

/// A pseudo parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pseudo {
    /// The account of the stack.
    AccountId,
    /// Where the stack's events are sent.
    NotificationArns,
    /// Takes a property away.
    NoValue,
    /// The partition of the region.
    Partition,
    /// The region of the stack.
    Region,
    /// The stack's ARN.
    StackId,
    /// The stack's name.
    StackName,
    /// The domain of the partition.
    UrlSuffix,
}

/// The pseudo parameter that goes by a name.
pub fn of(name: &str) -> Option<Pseudo> {
    Some(match name.strip_prefix(OWN)? {
        "AccountId" => Pseudo::AccountId,
        "NotificationARNs" => Pseudo::NotificationArns,
        "NoValue" => Pseudo::NoValue,
        "Partition" => Pseudo::Partition,
        "Region" => Pseudo::Region,
        "StackId" => Pseudo::StackId,
        "StackName" => Pseudo::StackName,
        "URLSuffix" => Pseudo::UrlSuffix,
        _ => return None,
    })
}

/// A parameter's type without the language's own beginning, as `EC2::VPC::Id`; `None` for plain types.
pub(crate) fn specific(kind: &str) -> Option<&str> {
    kind.strip_prefix(OWN)
}
