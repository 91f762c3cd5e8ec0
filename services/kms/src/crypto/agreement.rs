//! Elliptic curve Diffie-Hellman: the raw shared secret, the x coordinate as NIST SP 800-56A has it.

use super::failed;
use crate::spec::Curve;
use aws_lc_rs::agreement::{Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, PrivateKey, UnparsedPublicKey, agree};
use service::Result;

/// The secret shared with the owner of `public`, a SubjectPublicKeyInfo; `None` if it is none of this curve.
pub fn derive(curve: Curve, secret: &[u8], public: &[u8]) -> Result<Option<Vec<u8>>> {
    let Some(algorithm) = algorithm(curve) else { return Ok(None) };
    let key = PrivateKey::from_private_key_der(algorithm, secret).map_err(failed)?;
    Ok(agree(&key, UnparsedPublicKey::new(algorithm, public), (), |shared| Ok(shared.to_vec())).ok())
}

fn algorithm(curve: Curve) -> Option<&'static Algorithm> {
    match curve {
        Curve::P256 => Some(&ECDH_P256),
        Curve::P384 => Some(&ECDH_P384),
        Curve::P521 => Some(&ECDH_P521),
        Curve::P256K1 => None,
    }
}
