//! All that API Gateway calls: the functions behind its methods.

use service::{Bytes, peer};

peer! {
    /// Invokes a function and waits for what it returns.
    "lambda".Invoke {
        function_name: String = "FunctionName",
        payload: Option<Bytes> = "Payload",
    } -> Invoked {
        function_error: Option<String> = "FunctionError",
        payload: Option<Bytes> = "Payload",
    }
}
