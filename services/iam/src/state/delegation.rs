//! The rows of temporary delegation.

use service::shape::shape;
use service::{Bytes, StoredCaller, Timestamp};

shape! {
    /// A policy template that is registered.
    pub struct TemplateRow {
        /// Its ARN.
        pub arn: String,
        /// What the operator gave: the provider's name and accounts, and the template's text, as JSON.
        pub document: String,
    }

    /// A delegation request.
    pub struct DelegationRow {
        /// Its id.
        pub id: String,
        /// The account that asks.
        pub requestor: String,
        /// The provider's name.
        pub requestor_name: String,
        /// The account that is asked; `None` until somebody associates a request that names none.
        pub owner_account: Option<String>,
        /// The ARN of whoever associated it.
        pub owner: Option<String>,
        /// Who accepted it, as he was.
        pub approver: Option<StoredCaller>,
        /// `Description`
        pub description: String,
        /// `RequestMessage`
        pub message: Option<String>,
        /// The ARN of the policy template.
        pub template: String,
        /// What stands in its placeholders.
        pub parameters: Vec<ParameterRow>,
        /// The policy that came of it.
        pub policy: String,
        /// The boundaries that the roles must have which it lets be made.
        pub boundaries: Vec<String>,
        /// `RequestorWorkflowId`
        pub workflow: String,
        /// `RedirectUrl`
        pub redirect_url: Option<String>,
        /// The ARN of the topic that hears of it.
        pub channel: String,
        /// `SessionDuration`
        pub session_seconds: i64,
        /// `OnlySendByOwner`
        pub only_by_owner: Option<bool>,
        /// Its state, in AWS's word.
        pub state: String,
        /// When it was made.
        pub created: Timestamp,
        /// When it came to its state, or was changed in it.
        pub updated: Timestamp,
        /// When it leaves its state by itself.
        pub expires: Timestamp,
        /// `Notes` of UpdateDelegationRequest
        pub notes: Option<String>,
        /// `Notes` of RejectDelegationRequest
        pub rejection: Option<String>,
        /// Its exchange token, once that was sent.
        pub token: Option<TokenRow>,
    }

    /// A parameter of a policy template.
    pub struct ParameterRow {
        /// Its name.
        pub name: String,
        /// `string` or `stringList`.
        pub kind: Option<String>,
        /// Its values.
        pub values: Vec<String>,
    }

    /// An entry that leads to a delegation request.
    pub struct OwnedRow {
        /// Its id.
        pub id: String,
    }

    /// An exchange token.
    pub struct TokenRow {
        /// SHA-256 of its secret.
        pub hash: Bytes,
        /// When it ends, and all sessions with it.
        pub ends: Timestamp,
    }
}
