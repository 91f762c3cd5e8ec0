use ids::{AccountId, Region};

/// What the operator decides once, at the start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What becomes of denials.
    pub iam: IamMode,
    /// The account of the access key `test`.
    pub account: AccountId,
    /// The region of requests that name none.
    pub region: Region,
    /// Who may use the bootstrap identities.
    pub bootstrap: Bootstrap,
    /// Whether even a bootstrap identity may not assume roles, as AWS's root may not.
    pub strict_root: bool,
    /// The root key that was printed where the bootstrap identities do not hold.
    pub root_key: Option<RootKey>,
    /// Whether the API's own rate buckets are enforced. Declared limits always are.
    pub throttle: bool,
}

/// What becomes of denials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IamMode {
    /// They are answered.
    #[default]
    Enforce,
    /// They are recorded, and the call goes through.
    Audit,
    /// Nothing is evaluated.
    Off,
}

/// Who may use the bootstrap identities: the access key `test` and 12-digit account ids, with any secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bootstrap {
    /// Clients on this machine, but for web pages of elsewhere in its browsers.
    #[default]
    Loopback,
    /// Whoever reaches us, but for web pages of beyond the network.
    Everywhere,
}

/// A generated access key of the default account's root.
#[derive(Debug, Clone)]
pub struct RootKey {
    /// The access key id.
    pub id: String,
    /// The secret.
    pub secret: String,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            iam: IamMode::Enforce,
            account: AccountId::DEFAULT,
            region: Region::new("us-east-1").unwrap_or(Region::GLOBAL),
            bootstrap: Bootstrap::Loopback,
            strict_root: false,
            root_key: None,
            throttle: false,
        }
    }
}
