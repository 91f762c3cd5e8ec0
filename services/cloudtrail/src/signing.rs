//! The keys by which digest files are signed: RSA, one for each account and region.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-cli.html>

use crate::files::hex;
use crate::state::{KEYS, SigningKey};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use md5::{Digest, Md5};
use service::{Bytes, Duration, Error, Result, View};

/// How long a key signs.
const VALID: Duration = Duration::from_secs(366 * 86_400);

/// The name of the algorithm, as digest files have it.
pub const ALGORITHM: &str = "SHA256withRSA";

/// The key that signs now; a new one where there is none.
pub fn current(view: &View) -> Result<SigningKey> {
    for key in view.rows(&KEYS, ()) {
        let key = key?;
        if (key.from..key.until).contains(&view.now()) {
            return Ok(key);
        }
    }
    generate(view)
}

fn generate(view: &View) -> Result<SigningKey> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(Error::internal)?;
    let private = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).map_err(Error::internal)?;
    let public = pair.public_key().as_ref();
    Ok(SigningKey {
        // AWS's are as long as an MD5.
        fingerprint: hex(&Md5::digest(public)),
        public_key: Bytes::copy_from_slice(public),
        private_key: Bytes::copy_from_slice(private.as_ref()),
        from: view.now(),
        until: view.now().after(VALID),
    })
}

/// A signature, in hexadecimal.
pub fn sign(key: &SigningKey, text: &str) -> Result<String> {
    let pair = KeyPair::from_pkcs8(&key.private_key).map_err(Error::internal)?;
    let mut signature = vec![0; pair.public_modulus_len()];
    let chance = SystemRandom::new();
    pair.sign(&RSA_PKCS1_SHA256, &chance, text.as_bytes(), &mut signature).map_err(Error::internal)?;
    Ok(hex(&signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    #[test]
    fn what_is_signed_verifies_with_the_public_key() {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let private = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
        let key = SigningKey { private_key: Bytes::copy_from_slice(private.as_ref()), ..SigningKey::default() };
        let digits = sign(&key, "text").unwrap();
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        let signature: Vec<u8> = (0..digits.len()).step_by(2).map(byte).collect();
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref());
        assert!(public.verify(b"text", &signature).is_ok() && public.verify(b"test", &signature).is_err());
    }
}
