//! A key: its state, and what that allows.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html>

use crate::api::{KeyMetadata, MultiRegionConfiguration, MultiRegionKey};
use crate::spec::{self, ENCAPSULATE_DECAPSULATE, GENERATE_VERIFY_MAC, KEY_AGREEMENT, SIGN_VERIFY, Spec};
use crate::state::{KEYS, KeyRow};
use crate::{errors, names};
use service::{Cx, Error, Region, Result, Scope};

/// A key and where it lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Its account and region.
    pub scope: Scope,
    /// The key itself.
    pub row: KeyRow,
}

/// A key's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It can be used.
    Enabled,
    /// Its owner has disabled it.
    Disabled,
    /// It is deleted when its waiting period ends.
    PendingDeletion,
    /// It has no material, or lacks some.
    PendingImport,
    /// It is a primary whose waiting period begins when its last replica is gone.
    PendingReplicaDeletion,
}

impl State {
    /// AWS's name.
    pub fn name(self) -> &'static str {
        match self {
            State::Enabled => "Enabled",
            State::Disabled => "Disabled",
            State::PendingDeletion => "PendingDeletion",
            State::PendingImport => "PendingImport",
            State::PendingReplicaDeletion => "PendingReplicaDeletion",
        }
    }

    /// What stands behind the ARN where the state is refused.
    fn words(self) -> &'static str {
        match self {
            State::Enabled => "is enabled.",
            State::Disabled => "is disabled.",
            State::PendingDeletion => "is pending deletion.",
            State::PendingImport => "is pending import.",
            State::PendingReplicaDeletion => "is pending replica deletion.",
        }
    }
}

/// Origin of keys whose material KMS makes.
pub const AWS_KMS: &str = "AWS_KMS";
/// Origin of keys whose material is imported.
pub const EXTERNAL: &str = "EXTERNAL";

impl Key {
    /// Its ARN.
    pub fn arn(&self) -> String {
        names::arn(self.scope, &format!("key/{}", self.row.id))
    }

    /// Its spec.
    pub fn spec(&self) -> Result<&'static Spec> {
        spec::find(&self.row.spec)
            .ok_or_else(|| Error::internal(format!("key {} is of no spec: {}", self.row.id, self.row.spec)))
    }

    /// Its state.
    pub fn state(&self) -> State {
        match &self.row {
            row if row.deletion_at.is_some() => State::PendingDeletion,
            row if row.deletion_window_days.is_some() => State::PendingReplicaDeletion,
            row if row.lacks_material => State::PendingImport,
            row if row.enabled => State::Enabled,
            _ => State::Disabled,
        }
    }

    /// Whether it is a multi-Region key.
    pub fn is_multi_region(&self) -> bool {
        !self.row.primary_region.is_empty()
    }

    /// Whether it is a replica of a multi-Region key.
    pub fn is_replica(&self) -> bool {
        self.is_multi_region() && self.row.primary_region != self.scope.region.as_str()
    }

    /// Where this key and those related to it lie, this one first.
    pub fn family(&self) -> Vec<Scope> {
        let regions = std::iter::once(&self.row.primary_region).chain(&self.row.replica_regions);
        let others = regions.filter(|region| *region != self.scope.region.as_str());
        let scopes = others.filter_map(|region| Some(Scope::new(self.scope.account, region.parse::<Region>().ok()?)));
        std::iter::once(self.scope).chain(scopes).collect()
    }

    /// Fails unless the key may do cryptography.
    pub fn check_enabled(&self) -> Result<()> {
        match self.state() {
            State::Enabled => Ok(()),
            State::Disabled => Err(errors::disabled(&self.arn())),
            state => Err(self.wrong_state(state)),
        }
    }

    /// Fails while the key is being deleted: its description, tags and aliases stand.
    pub fn check_not_pending_deletion(&self) -> Result<()> {
        match self.state() {
            state @ (State::PendingDeletion | State::PendingReplicaDeletion) => Err(self.wrong_state(state)),
            _ => Ok(()),
        }
    }

    /// Fails unless the key can be enabled and disabled.
    pub fn check_switchable(&self) -> Result<()> {
        match self.state() {
            State::Enabled | State::Disabled => Ok(()),
            state => Err(self.wrong_state(state)),
        }
    }

    /// The error of a state that an operation does not take.
    pub fn wrong_state(&self, state: State) -> Error {
        errors::invalid_state(format!("{} {}", self.arn(), state.words()))
    }

    /// Fails unless the key is used as it is meant, by an algorithm of its own.
    pub fn check_usage(&self, usage: &str, operation: &str, algorithm: &str) -> Result<&'static Spec> {
        let spec = self.spec()?;
        if self.row.usage != usage {
            let text = format!("{} key usage is {} which is not valid for {operation}.", self.arn(), self.row.usage);
            return Err(errors::invalid_usage(text));
        }
        if !spec.algorithms(usage).contains(&algorithm) {
            return Err(errors::incompatible_algorithm(algorithm, spec.name));
        }
        Ok(spec)
    }

    /// Stores it.
    pub fn save(&self, cx: &mut Cx) -> Result<()> {
        cx.in_scope(self.scope, |cx| cx.put(&KEYS, self.row.id.as_str(), &self.row))
    }

    /// What DescribeKey shows, but for when imported material expires.
    pub fn metadata(&self) -> Result<KeyMetadata> {
        let (row, spec, state) = (&self.row, self.spec()?, self.state());
        let algorithms: Vec<String> = spec.algorithms(&row.usage).iter().map(|name| (*name).to_owned()).collect();
        let of = |usage: &str| (row.usage == usage).then(|| algorithms.clone());
        Ok(KeyMetadata {
            aws_account_id: Some(self.scope.account.to_string()),
            key_id: row.id.clone(),
            arn: Some(self.arn()),
            creation_date: Some(row.created_at),
            enabled: Some(state == State::Enabled),
            description: Some(row.description.clone()),
            key_usage: Some(row.usage.clone()),
            key_state: Some(state.name().to_owned()),
            deletion_date: row.deletion_at,
            origin: Some(row.origin.clone()),
            key_manager: Some(if row.managed_for.is_empty() { "CUSTOMER" } else { "AWS" }.to_owned()),
            // The older name knows the older specs.
            customer_master_key_spec: Some(row.spec.clone()).filter(|spec| is_older(spec)),
            key_spec: Some(row.spec.clone()),
            encryption_algorithms: of(spec::ENCRYPT_DECRYPT),
            signing_algorithms: of(SIGN_VERIFY),
            key_agreement_algorithms: of(KEY_AGREEMENT),
            encapsulation_algorithms: of(ENCAPSULATE_DECAPSULATE),
            mac_algorithms: of(GENERATE_VERIFY_MAC),
            multi_region: Some(self.is_multi_region()),
            multi_region_configuration: self.is_multi_region().then(|| self.multi_region_configuration()),
            pending_deletion_window_in_days: row.deletion_window_days.filter(|_| row.deletion_at.is_none()),
            current_key_material_id: Some(row.material.clone()).filter(|id| spec.is_symmetric() && !id.is_empty()),
            ..KeyMetadata::default()
        })
    }

    fn multi_region_configuration(&self) -> MultiRegionConfiguration {
        let related = |region: &String| {
            let arn = region.parse().map(|code| Scope::new(self.scope.account, code));
            let arn = arn.map(|scope| names::arn(scope, &format!("key/{}", self.row.id)));
            MultiRegionKey { arn: arn.ok(), region: Some(region.clone()) }
        };
        MultiRegionConfiguration {
            multi_region_key_type: Some(self.multi_region_key_type().to_owned()),
            primary_key: Some(related(&self.row.primary_region)),
            replica_keys: Some(self.row.replica_regions.iter().map(related).collect()),
        }
    }

    /// `PRIMARY` or `REPLICA`.
    pub fn multi_region_key_type(&self) -> &'static str {
        if self.is_replica() { "REPLICA" } else { "PRIMARY" }
    }
}

/// Whether `CustomerMasterKeySpec` has the spec.
pub fn is_older(spec: &str) -> bool {
    !(spec.starts_with("ML_") || spec == "ECC_NIST_EDWARDS25519")
}
