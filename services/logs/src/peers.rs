//! All that CloudWatch Logs calls: keys, and functions.

use service::{Bytes, IndexMap, peer};

peer! {
    /// Invokes a function.
    "lambda".Invoke {
        function_name: String = "FunctionName",
        invocation_type: Option<String> = "InvocationType",
        payload: Option<Bytes> = "Payload",
    } -> Invoked {}

    /// Makes a data key: whoever can is allowed to use the key.
    "kms".GenerateDataKeyWithoutPlaintext {
        key_id: String = "KeyId",
        key_spec: Option<String> = "KeySpec",
        encryption_context: Option<IndexMap<String, String>> = "EncryptionContext",
    } -> DataKeyMade {}
}
