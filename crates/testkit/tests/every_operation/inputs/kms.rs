//! KMS.

use super::{Line, Listing};

pub static COMMON: &[&str] = &["CreateKey {}"];

const ALIAS: &str = r#"CreateAlias {"AliasName": "alias/one", "TargetKeyId": "{KeyId}"}"#;
const ECC: &str = r#"CreateKey {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}"#;
const AGREEING: &str = r#"CreateKey {"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"}"#;
const HMAC: &str = r#"CreateKey {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}"#;
const KEM: &str = r#"CreateKey {"KeySpec": "ML_KEM_512", "KeyUsage": "ENCAPSULATE_DECAPSULATE"}"#;
const EXTERNAL: &str = r#"CreateKey {"Origin": "EXTERNAL"}"#;
const FAMILY: &str = r#"CreateKey {"MultiRegion": true}"#;
const REPLICATE: &str = r#"ReplicateKey {"KeyId": "{KeyId}", "ReplicaRegion": "eu-central-1"}"#;
const ENCRYPT: &str = r#"Encrypt {"KeyId": "{KeyId}", "Plaintext": "aGVsbG8="}"#;
const ENCAPSULATE: &str = r#"Encapsulate {"KeyId": "{KeyId}", "EncapsulationAlgorithm": "ML_KEM"}"#;
const PAIR: &str = r#"GenerateDataKeyPair {"KeyId": "{KeyId}", "KeyPairSpec": "ECC_NIST_P256"}"#;
const SIGN: &str = r#"Sign {"KeyId": "{KeyId}", "Message": "aGVsbG8=", "SigningAlgorithm": "ECDSA_SHA_256"}"#;
const MAC: &str = r#"GenerateMac {"KeyId": "{KeyId}", "Message": "aGVsbG8=", "MacAlgorithm": "HMAC_SHA_256"}"#;
const GRANT: &str = r#"CreateGrant {"KeyId": "{KeyId}", "GranteePrincipal": "arn:aws:iam::{Account}:user/u{n}",
    "RetiringPrincipal": "arn:aws:iam::{Account}:user/retirer", "Operations": ["Encrypt"]}"#;
const RETIRER: &str = r#"{"RetiringPrincipal": "arn:aws:iam::111111111111:user/retirer"}"#;
const POLICY: &str = r#"{"Policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"{Account}\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}]}", "BypassPolicyLockoutSafetyCheck": true}"#;
const SIGNED: &str = r#"{"Message": "aGVsbG8=", "Signature": "{Signature}", "SigningAlgorithm": "ECDSA_SHA_256"}"#;
const WRAPPING: &str = r#"{"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}"#;

pub static LINES: &[Line] = &[
    ("kms.CancelKeyDeletion", &[r#"ScheduleKeyDeletion {"KeyId": "{KeyId}"}"#], "{}"),
    ("kms.CreateAlias", &[], r#"{"AliasName": "alias/one", "TargetKeyId": "{KeyId}"}"#),
    ("kms.CreateGrant", &[], r#"{"GranteePrincipal": "arn:aws:iam::{Account}:user/ann", "Operations": ["Encrypt"]}"#),
    ("kms.CreateKey", &[], r#"{"Tags": [{"TagKey": "team", "TagValue": "a"}]}"#),
    ("kms.Decapsulate", &[KEM, ENCAPSULATE], r#"{"SharedSecretCiphertextBlob": "{SharedSecretCiphertextBlob}"}"#),
    ("kms.Decrypt", &[ENCRYPT], r#"{"CiphertextBlob": "{CiphertextBlob}"}"#),
    ("kms.DeleteAlias", &[ALIAS], r#"{"AliasName": "alias/one"}"#),
    ("kms.DeleteImportedKeyMaterial", &[EXTERNAL], "{}"),
    ("kms.DeriveSharedSecret", &[PAIR, AGREEING], r#"{"PublicKey": "{PublicKey}"}"#),
    ("kms.Encapsulate", &[KEM], "{}"),
    ("kms.Encrypt", &[], r#"{"Plaintext": "aGVsbG8=", "EncryptionContext": {"a": "1"}}"#),
    ("kms.GenerateDataKey", &[], r#"{"KeySpec": "AES_256"}"#),
    ("kms.GenerateDataKeyPair", &[], r#"{"KeyPairSpec": "ECC_NIST_P256"}"#),
    ("kms.GenerateDataKeyPairWithoutPlaintext", &[], r#"{"KeyPairSpec": "ECC_NIST_P256"}"#),
    ("kms.GenerateDataKeyWithoutPlaintext", &[], r#"{"KeySpec": "AES_256"}"#),
    ("kms.GenerateMac", &[HMAC], r#"{"Message": "aGVsbG8=", "MacAlgorithm": "HMAC_SHA_256"}"#),
    ("kms.GenerateRandom", &[], r#"{"NumberOfBytes": 4}"#),
    ("kms.GetParametersForImport", &[EXTERNAL], WRAPPING),
    ("kms.GetPublicKey", &[ECC], "{}"),
    ("kms.ImportKeyMaterial", &[EXTERNAL], r#"{"ImportToken": "AAAA", "EncryptedKeyMaterial": "AAAA"}"#),
    ("kms.ListRetirableGrants", &[GRANT], RETIRER),
    ("kms.PutKeyPolicy", &[], POLICY),
    ("kms.ReEncrypt", &[ENCRYPT], r#"{"CiphertextBlob": "{CiphertextBlob}", "DestinationKeyId": "{KeyId}"}"#),
    ("kms.ReplicateKey", &[FAMILY], r#"{"ReplicaRegion": "eu-central-1"}"#),
    ("kms.RetireGrant", &[GRANT], r#"{"GrantToken": "{GrantToken}"}"#),
    ("kms.RevokeGrant", &[GRANT], r#"{"GrantId": "{GrantId}"}"#),
    ("kms.Sign", &[ECC], r#"{"Message": "aGVsbG8=", "SigningAlgorithm": "ECDSA_SHA_256"}"#),
    ("kms.TagResource", &[], r#"{"Tags": [{"TagKey": "team", "TagValue": "a"}]}"#),
    ("kms.UntagResource", &[], r#"{"TagKeys": ["team"]}"#),
    ("kms.UpdateAlias", &[ALIAS, "CreateKey {}"], r#"{"AliasName": "alias/one", "TargetKeyId": "{KeyId}"}"#),
    ("kms.UpdateKeyDescription", &[], r#"{"Description": "mine"}"#),
    ("kms.UpdatePrimaryRegion", &[FAMILY, REPLICATE], r#"{"PrimaryRegion": "eu-central-1"}"#),
    ("kms.Verify", &[ECC, SIGN], SIGNED),
    ("kms.VerifyMac", &[HMAC, MAC], r#"{"Message": "aGVsbG8=", "Mac": "{Mac}", "MacAlgorithm": "HMAC_SHA_256"}"#),
];

pub static LISTINGS: &[Listing] = &[
    ("kms.ListAliases", 3, &[r#"CreateAlias {"AliasName": "alias/a{n}", "TargetKeyId": "{KeyId}"}"#], "{}"),
    ("kms.ListGrants", 3, &[GRANT], r#"{"KeyId": "{KeyId}"}"#),
    ("kms.ListKeyPolicies", 0, &[], "{}"),
    ("kms.ListKeyRotations", 3, &[r#"RotateKeyOnDemand {"KeyId": "{KeyId}"}"#], "{}"),
    ("kms.ListKeys", 3, &["CreateKey {}"], "{}"),
    (
        "kms.ListResourceTags",
        3,
        &[r#"TagResource {"KeyId": "{KeyId}", "Tags": [{"TagKey": "t{n}", "TagValue": "x"}]}"#],
        "{}",
    ),
    ("kms.ListRetirableGrants", 3, &[GRANT], RETIRER),
];
