//! All that SQS calls: KMS, for the keys of queues that have one.

use service::{Bytes, IndexMap, peer, shape::shape};

peer! {
    /// Makes a data key.
    "kms".GenerateDataKey {
        key_id: String = "KeyId",
        key_spec: Option<String> = "KeySpec",
        encryption_context: Option<IndexMap<String, String>> = "EncryptionContext",
    } -> DataKeyMade {
        key_id: Option<String> = "KeyId",
        ciphertext_blob: Option<Bytes> = "CiphertextBlob",
    }

    /// Decrypts a data key.
    "kms".Decrypt {
        ciphertext_blob: Bytes = "CiphertextBlob",
        encryption_context: Option<IndexMap<String, String>> = "EncryptionContext",
        key_id: Option<String> = "KeyId",
    } -> Decrypted {
        plaintext: Option<Bytes> = "Plaintext",
    }

    /// Looks at a key, and makes it if it is the AWS managed one.
    "kms".DescribeKey {
        key_id: String = "KeyId",
    } -> KeyDescribed {
        key_metadata: Option<KeyMetadata> = "KeyMetadata",
    }
}

shape! {
    /// What is wanted of a key's description.
    pub struct KeyMetadata {
        /// `Arn`
        pub arn: String = "Arn",
    }
}
