//! `Fn::Cidr`: an address block cut into smaller ones.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html>

use crate::{Error, Result, json};
use shape::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The most blocks at a time.
const MOST: u128 = 256;

pub(crate) fn of(argument: &Value) -> Result<Value> {
    let malformed = || {
        Error::template(
            "every Fn::Cidr object requires two parameters, (1) ipBlock and (2) count, and an optional \
                         third one, cidrBits",
        )
    };
    let items = argument.as_list().unwrap_or_default();
    if !(2..=3).contains(&items.len()) {
        return Err(malformed());
    }
    let number = |at: usize| items.get(at).and_then(json::text).and_then(|text| text.parse::<u128>().ok());
    let block = items.first().and_then(json::text).ok_or_else(malformed)?;
    let count = number(1).filter(|count| (1..=MOST).contains(count)).ok_or_else(malformed)?;
    let (address, prefix) = read(&block).ok_or_else(|| Error::template(format!("{block} is no valid CIDR block")))?;
    let width = if address.is_ipv4() { 32 } else { 128 };
    // What is given is the number of bits that the host's part has.
    let host_bits =
        if items.len() == 3 { number(2).ok_or_else(malformed)? } else { u128::from(width) - u128::from(prefix) };
    let too_many = || Error::template(format!("{block} cannot be cut into {count} blocks of {host_bits} bits"));
    let host_bits = u32::try_from(host_bits).ok().filter(|bits| *bits <= width - prefix).ok_or_else(too_many)?;
    if width - prefix - host_bits < 127 && count > 1_u128 << (width - prefix - host_bits) {
        return Err(too_many());
    }
    let start = match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    };
    let whole = 1_u128.checked_shl(width - prefix).map_or(u128::MAX, |size| size - 1);
    let start = start & !whole;
    let blocks = (0..count).map(|at| {
        let at = start + at.checked_shl(host_bits).unwrap_or_default();
        let address = match address {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from(u32::try_from(at).unwrap_or_default())),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from(at)),
        };
        Value::from(format!("{address}/{}", width - host_bits))
    });
    Ok(Value::List(blocks.collect()))
}

fn read(block: &str) -> Option<(IpAddr, u32)> {
    let (address, prefix) = block.split_once('/')?;
    let (address, prefix): (IpAddr, u32) = (address.parse().ok()?, prefix.parse().ok()?);
    (prefix <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(argument: &str, expect: &str) {
        let got = of(&json::read(argument).unwrap());
        let got = got.map(|value| json::write(&value)).unwrap_or_else(|error| error.to_string());
        assert_eq!(got, expect, "{argument}");
    }

    #[test]
    fn blocks_are_cut() {
        check(r#"["10.0.0.0/16", 3, 8]"#, r#"["10.0.0.0/24","10.0.1.0/24","10.0.2.0/24"]"#);
        check(r#"["192.168.0.0/24", "2", "5"]"#, r#"["192.168.0.0/27","192.168.0.32/27"]"#);
        check(r#"["2001:db8::/56", 2, 64]"#, r#"["2001:db8::/64","2001:db8:0:1::/64"]"#);
        check(r#"["10.0.0.0/24", 9, 5]"#, "Template error: 10.0.0.0/24 cannot be cut into 9 blocks of 5 bits");
        check(r#"["::/0", 256, 0]"#, &{
            let blocks: Vec<String> = (0..256_u128).map(|at| format!("\"{}/128\"", Ipv6Addr::from(at))).collect();
            format!("[{}]", blocks.join(","))
        });
        check(r#"["10.0.0.0/33", 1, 5]"#, "Template error: 10.0.0.0/33 is no valid CIDR block");
    }
}
