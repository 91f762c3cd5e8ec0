//! The errors of Organizations, in AWS's words.
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html#API_CreatePolicy_Errors>

use service::Error;

fn error(code: &'static str, text: &'static str) -> Error {
    Error::new(code, text)
}

fn reasoned(code: &'static str, reason: &str, text: &'static str) -> Error {
    error(code, text).with("Reason", reason)
}

/// Against the model.
pub fn invalid(reason: &str) -> Error {
    let text = match reason {
        "INVALID_PATTERN" | "INVALID_PATTERN_TARGET_ID" => {
            "You provided a value that does not match the required pattern."
        }
        "UNRECOGNIZED_SERVICE_PRINCIPAL" => "You specified an unrecognized service principal.",
        "IMMUTABLE_POLICY" => "You specified a policy that is managed by AWS and can't be modified.",
        "NON_DETACHABLE_POLICY" => "This AWS managed policy can't be detached.",
        "INVALID_NEXT_TOKEN" => {
            "The NextToken value that you specified isn't valid. Get the NextToken parameter from the response to \
             a previous call of the operation."
        }
        "MAX_LENGTH_EXCEEDED" => "You provided a string parameter that is longer than allowed.",
        "MIN_LENGTH_EXCEEDED" => "You provided a string parameter that is shorter than allowed.",
        "MAX_VALUE_EXCEEDED" => "You provided a numeric parameter that has a larger value than allowed.",
        "MIN_VALUE_EXCEEDED" => "You provided a numeric parameter that has a smaller value than allowed.",
        "INVALID_SYSTEM_TAGS_PARAMETER" => {
            "You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys because \
             they're reserved for AWS use."
        }
        "DUPLICATE_TAG_KEY" => "Tag keys must be unique among the tags attached to the same entity.",
        "INVALID_ROLE_NAME" => {
            "You provided a role name that isn't valid. A role name can't begin with the reserved prefix \
             AWSServiceRoleFor."
        }
        "INVALID_RESOURCE_POLICY_JSON" => "The resource policy is not valid JSON of the policy language.",
        "INVALID_PRINCIPAL" => {
            "You specified an invalid principal element in the policy: a member account of the organization is \
             needed."
        }
        "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY" => {
            "You specified an action in the resource-based policy that can't be delegated."
        }
        _ => "You specified an invalid value.",
    };
    reasoned("InvalidInputException", reason, text)
}

/// Against a quota or a rule.
pub fn constraint(reason: &str) -> Error {
    let text = match reason {
        "ACCOUNT_NUMBER_LIMIT_EXCEEDED" => "You have exceeded the allowed number of AWS accounts.",
        "OU_NUMBER_LIMIT_EXCEEDED" => "You have exceeded the allowed number of OUs.",
        "OU_DEPTH_LIMIT_EXCEEDED" => "You have exceeded the allowed depth of OUs.",
        "POLICY_NUMBER_LIMIT_EXCEEDED" => "You have exceeded the allowed number of policies.",
        "POLICY_CONTENT_LIMIT_EXCEEDED" => "You have exceeded the maximum policy size.",
        "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED" => {
            "You have attached the maximum number of policies of this type to the specified target."
        }
        "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED" => {
            "You cannot remove the last policy of this type attached to the specified target. You should have at \
             least one attached."
        }
        "MAX_TAG_LIMIT_EXCEEDED" => "You have exceeded the number of tags allowed on this resource.",
        "WAIT_PERIOD_ACTIVE" => {
            "After the account is created, you must wait until the waiting period of seven days is over before \
             you can remove it from the organization."
        }
        "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG" => {
            "You can't remove an account that is registered as a delegated administrator for a service. To do so, \
             first deregister this account as a delegated administrator."
        }
        "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR" => {
            "You cannot register master account/yourself as delegated administrator for your organization."
        }
        "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR" => {
            "You cannot register a suspended account as a delegated administrator."
        }
        "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED" => {
            "You have reached the maximum number of delegated administrators for this service."
        }
        "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE" => {
            "You can't disable access for a service that has delegated administrators. Deregister them first."
        }
        "SERVICE_ACCESS_NOT_ENABLED" => {
            "You attempted to register a delegated administrator before you enabled service access. Call the \
             EnableAWSServiceAccess API first."
        }
        "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE" => {
            "You attempted to perform an operation that requires the organization to be configured to support all \
             features."
        }
        "CANNOT_CLOSE_MANAGEMENT_ACCOUNT" => "You can't close the management account of an organization.",
        "CLOSE_ACCOUNT_QUOTA_EXCEEDED" => "You have exceeded the close account quota for the past 30 days.",
        _ => "You violated a constraint.",
    };
    reasoned("ConstraintViolationException", reason, text)
}

/// Of handshakes.
pub fn handshake(reason: &str) -> Error {
    let text = match reason {
        "ALREADY_IN_AN_ORGANIZATION" => "The account is already a member of an organization.",
        "ACCOUNT_NUMBER_LIMIT_EXCEEDED" => "You have exceeded the allowed number of AWS accounts.",
        "HANDSHAKE_RATE_LIMIT_EXCEEDED" => "You have exceeded the number of handshakes that you can send in one day.",
        "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES" => {
            "You can't issue new invitations to join an organization while it's in the process of enabling all \
             features."
        }
        "ORGANIZATION_ALREADY_HAS_ALL_FEATURES" => {
            "The handshake request is invalid because the organization has already enabled all features."
        }
        "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION" => {
            "The handshake request is invalid because the organization has already started the process to enable \
             all features."
        }
        _ => "The handshake is not possible.",
    };
    reasoned("HandshakeConstraintViolationException", reason, text)
}

pub fn not_in_use() -> Error {
    error("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
}

pub fn already_in_organization() -> Error {
    error("AlreadyInOrganizationException", "The provided account is already a member of an organization.")
}

pub fn access_denied() -> Error {
    error("AccessDeniedException", "You don't have permissions to access this resource.")
}

pub fn no_account() -> Error {
    error("AccountNotFoundException", "You specified an account that doesn't exist.")
}

pub fn no_parent() -> Error {
    error("ParentNotFoundException", "You specified parent that doesn't exist.")
}

pub fn no_source_parent() -> Error {
    error("SourceParentNotFoundException", "You specified source parent that doesn't exist.")
}

pub fn no_destination_parent() -> Error {
    error("DestinationParentNotFoundException", "You specified destination parent that doesn't exist.")
}

pub fn no_child() -> Error {
    error("ChildNotFoundException", "You specified child that doesn't exist.")
}

pub fn no_unit() -> Error {
    error("OrganizationalUnitNotFoundException", "You specified an organizational unit that doesn't exist.")
}

pub fn no_root() -> Error {
    error("RootNotFoundException", "You specified a root that doesn't exist.")
}

pub fn no_target() -> Error {
    error("TargetNotFoundException", "You specified a target that doesn't exist.")
}

pub fn no_policy() -> Error {
    error("PolicyNotFoundException", "You specified a policy that doesn't exist.")
}

pub fn no_creation() -> Error {
    error("CreateAccountStatusNotFoundException", "You specified a create account request that doesn't exist.")
}

pub fn no_handshake() -> Error {
    error("HandshakeNotFoundException", "You specified a handshake that doesn't exist.")
}

pub fn no_resource_policy() -> Error {
    error(
        "ResourcePolicyNotFoundException",
        "We can't find a resource policy request with the parameter that you specified.",
    )
}

pub fn no_effective_policy() -> Error {
    error(
        "EffectivePolicyNotFoundException",
        "If you ran this action on the management account, this policy type is not enabled. If you ran the action \
         on a member account, the account doesn't have an effective policy of this type.",
    )
}

pub fn duplicate_unit() -> Error {
    error("DuplicateOrganizationalUnitException", "An OU with the same name already exists.")
}

pub fn duplicate_policy() -> Error {
    error("DuplicatePolicyException", "A policy with the same name already exists.")
}

pub fn duplicate_attachment() -> Error {
    error("DuplicatePolicyAttachmentException", "The selected policy is already attached to the specified target.")
}

pub fn duplicate_account() -> Error {
    error("DuplicateAccountException", "That account is already present in the specified destination.")
}

pub fn duplicate_handshake() -> Error {
    error("DuplicateHandshakeException", "A handshake with the same action and target already exists.")
}

pub fn unit_not_empty() -> Error {
    error(
        "OrganizationalUnitNotEmptyException",
        "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, \
         and try the operation again.",
    )
}

pub fn organization_not_empty() -> Error {
    error(
        "OrganizationNotEmptyException",
        "To delete an organization you must first remove all member accounts (except the master).",
    )
}

pub fn management_stays() -> Error {
    error(
        "MasterCannotLeaveOrganizationException",
        "You can't remove a management account from an organization. If you want the management account to become \
         a member account in another organization, you must first delete the current organization of the \
         management account.",
    )
}

pub fn policy_in_use() -> Error {
    error(
        "PolicyInUseException",
        "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts \
         before performing this operation.",
    )
}

pub fn policy_not_attached() -> Error {
    error("PolicyNotAttachedException", "The policy isn't attached to the specified target in the specified root.")
}

pub fn malformed_policy() -> Error {
    error(
        "MalformedPolicyDocumentException",
        "The provided policy document does not meet the requirements of the specified policy type.",
    )
}

pub fn type_not_enabled() -> Error {
    error("PolicyTypeNotEnabledException", "This operation can be performed only for enabled policy types.")
}

pub fn type_already_enabled() -> Error {
    error("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.")
}

pub fn type_not_available() -> Error {
    error(
        "PolicyTypeNotAvailableForOrganizationException",
        "You can't use the specified policy type with the feature set currently enabled for this organization.",
    )
}

pub fn already_closed() -> Error {
    error("AccountAlreadyClosedException", "The provided account is already closed.")
}

pub fn already_registered() -> Error {
    error(
        "AccountAlreadyRegisteredException",
        "The provided account is already a delegated administrator for your organization.",
    )
}

pub fn not_registered() -> Error {
    error(
        "AccountNotRegisteredException",
        "The provided account is not a registered delegated administrator for your organization.",
    )
}

pub fn handshake_already(state: &str) -> Error {
    Error::new("HandshakeAlreadyInStateException", format!("The specified handshake is already in state {state}."))
}

pub fn handshake_over(state: &str, wanted: &str) -> Error {
    let text = format!(
        "You can't perform the operation on the handshake in its current state: it is {state}, and can't become \
         {wanted}."
    );
    Error::new("InvalidHandshakeTransitionException", text)
}
