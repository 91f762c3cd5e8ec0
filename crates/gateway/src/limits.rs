use std::time::Duration;

/// What a client may cost.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest body that is read whole, in bytes.
    pub body: usize,
    /// The largest head of a request, in bytes.
    pub head: usize,
    /// How long a client may take over the head of a request; also how long a connection may stay silent before its first.
    pub head_time: Duration,
    /// How long a client may pause within a body.
    pub body_pause: Duration,
    /// How many bytes a second a client must send of a body on the average, once it has paused as long as it may.
    pub body_rate: u32,
    /// How many connections may be open at once.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            // A deployment package of 50 MB in base64 is the largest that an API takes in one piece.
            body: 72 << 20,
            head: 64 << 10,
            head_time: Duration::from_secs(30),
            body_pause: Duration::from_secs(30),
            body_rate: 1_024,
            connections: 20_000,
        }
    }
}
