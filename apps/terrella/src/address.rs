//! Addresses to listen at, as people write them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The port of a cloud, which is LocalStack's too.
const PORT: u16 = 4566;

/// Where a cloud listens that is told nothing.
pub const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT);

/// Reads `ADDR:PORT`; `localhost` is 127.0.0.1.
pub fn parse(text: &str) -> Result<SocketAddr, String> {
    let local = text.strip_prefix("localhost:").map(|port| format!("{}:{port}", Ipv4Addr::LOCALHOST));
    let form = |_| "write such as 127.0.0.1:4566, [::1]:4566 or, for all addresses, 0.0.0.0:4566".to_owned();
    local.as_deref().unwrap_or(text).parse().map_err(form)
}

/// Reads an address as LocalStack does, which supplies what is left out: all addresses, and its port.
/// <https://docs.localstack.cloud/references/configuration/>
pub fn parse_localstack(text: &str) -> Result<SocketAddr, String> {
    if let Ok(ip) = text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return Ok(SocketAddr::new(ip, PORT));
    }
    match (text, text.strip_prefix(':')) {
        ("localhost", _) => Ok(USUAL),
        (_, Some(port)) => parse(&format!("{}:{port}", Ipv4Addr::UNSPECIFIED)),
        _ => parse(text),
    }
}

/// Where this machine reaches what listens at an address: what listens everywhere is found on the loopback.
pub fn from_here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        for (text, address) in [
            ("127.0.0.1:0", Some("127.0.0.1:0")),
            ("localhost:4567", Some("127.0.0.1:4567")),
            ("[::1]:4566", Some("[::1]:4566")),
            ("localhost", None),
            ("4566", None),
            (":4566", None),
            ("example.com:80", None),
        ] {
            assert_eq!(parse(text).ok().map(|a| a.to_string()).as_deref(), address, "{text}");
        }
    }

    #[test]
    fn addresses_as_localstack_reads_them() {
        for (text, address) in [
            ("0.0.0.0", Some("0.0.0.0:4566")),
            (":4510", Some("0.0.0.0:4510")),
            ("localhost", Some("127.0.0.1:4566")),
            ("localhost:80", Some("127.0.0.1:80")),
            ("::", Some("[::]:4566")),
            ("[::]", Some("[::]:4566")),
            ("[::]:4567", Some("[::]:4567")),
            ("127.0.0.1:45", Some("127.0.0.1:45")),
            ("localhost.localstack.cloud:4566", None),
        ] {
            assert_eq!(parse_localstack(text).ok().map(|a| a.to_string()).as_deref(), address, "{text}");
        }
    }

    #[test]
    fn what_listens_everywhere_is_reached_on_the_loopback() {
        for (listens, reached) in [("0.0.0.0:1", "127.0.0.1:1"), ("[::]:1", "[::1]:1"), ("10.0.0.7:1", "10.0.0.7:1")] {
            assert_eq!(from_here(listens.parse().unwrap()).to_string(), reached);
        }
    }
}
