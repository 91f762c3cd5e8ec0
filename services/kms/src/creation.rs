//! What key a CreateKey asks for.
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html>

use crate::errors;
use crate::key::{AWS_KMS, EXTERNAL};
use crate::spec::{self, ENCRYPT_DECRYPT, Kind, SYMMETRIC_DEFAULT, Spec};
use service::{Result, View};

/// The members of the request that say what a key is.
pub struct Choice<'a> {
    /// `KeySpec`
    pub key_spec: Option<&'a str>,
    /// `CustomerMasterKeySpec`, its older name.
    pub customer_master_key_spec: Option<&'a str>,
    /// `KeyUsage`
    pub key_usage: Option<&'a str>,
    /// `Origin`
    pub origin: Option<&'a str>,
}

/// A key that can be made.
pub struct Wanted {
    /// Its spec.
    pub spec: &'static Spec,
    /// Its usage, one of the spec's.
    pub usage: &'static str,
    /// Where its material comes from.
    pub origin: &'static str,
}

impl Choice<'_> {
    /// Checks that there are keys of this kind.
    pub fn check(&self, view: &View) -> Result<Wanted> {
        if self.key_spec.is_some() && self.customer_master_key_spec.is_some() {
            return Err(errors::validation(
                "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
            ));
        }
        let name = self.key_spec.or(self.customer_master_key_spec).unwrap_or(SYMMETRIC_DEFAULT);
        let spec = spec::find(name).ok_or_else(|| errors::not_built(&format!("KeySpec {name}"), view))?;
        let origin = match self.origin.unwrap_or(AWS_KMS) {
            AWS_KMS => AWS_KMS,
            EXTERNAL => EXTERNAL,
            other => return Err(errors::not_built(&format!("Origin {other}"), view)),
        };
        if origin == EXTERNAL && matches!(spec.kind, Kind::MlDsa(_) | Kind::MlKem(_)) {
            return Err(errors::unsupported(format!("KeySpec {name} is not supported for Origin {origin}.")));
        }
        Ok(Wanted { spec, usage: self.usage(spec)?, origin })
    }

    fn usage(&self, spec: &'static Spec) -> Result<&'static str> {
        let Some(usage) = self.key_usage else {
            if spec.is_symmetric() {
                return Ok(ENCRYPT_DECRYPT);
            }
            return Err(errors::validation(
                "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
            ));
        };
        spec.usages
            .iter()
            .find(|own| **own == usage)
            .copied()
            .ok_or_else(|| errors::validation(format!("KeyUsage {usage} is not compatible with KeySpec {}", spec.name)))
    }
}
