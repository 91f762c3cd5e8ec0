//! Blocks of IP addresses.

use std::net::IpAddr;

/// A block of IPv4 or IPv6 addresses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Block {
    four: bool,
    first: u128,
    mask: u128,
}

impl Block {
    /// The block that `10.0.0.0/24` or `2001:db8::/32` writes, or what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Block, &'static str> {
        let Some((address, bits)) = text.split_once('/') else { return Err("Malformed CIDR, one '/' required") };
        if bits.contains('/') {
            return Err("Malformed CIDR, one '/' required");
        }
        let address: IpAddr = address.parse().map_err(|_| "Malformed CIDR, IP address required before '/'")?;
        let bits: u32 = bits.parse().map_err(|_| "Malformed CIDR, mask bits must be an integer")?;
        let (four, value, width) = number(address);
        if bits > width {
            return Err(if four { "IPv4 mask bits must be < 32" } else { "IPv6 mask bits must be < 128" });
        }
        let mask = u128::MAX.checked_shl(width - bits).unwrap_or(0);
        Ok(Block { four, first: value & mask, mask })
    }

    pub(crate) fn holds(&self, text: &str) -> bool {
        // An address has 45 characters at the most.
        let address = if text.len() <= 45 { text.parse().ok() } else { None };
        let Some((four, value, _)) = address.map(number) else { return false };
        four == self.four && value & self.mask == self.first
    }
}

fn number(address: IpAddr) -> (bool, u128, u32) {
    match address {
        IpAddr::V4(address) => (true, u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (false, u128::from(address), 128),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_their_addresses() {
        for (block, address, holds) in [
            ("10.0.0.0/24", "10.0.0.255", true),
            ("10.0.0.7/24", "10.0.0.1", true),
            ("10.0.0.0/24", "10.0.1.0", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::1/128", "2001:db8::2", false),
            ("::/0", "fe80::1", true),
            ("10.0.0.0/8", "not an address", false),
        ] {
            assert_eq!(Block::read(block).map(|block| block.holds(address)), Ok(holds), "{block} {address}");
        }
        for bad in ["10.0.0.0", "10.0.0.0/8/8", "10.0.0/8", "10.0.0.0/33", "::/129", "10.0.0.0/x", "/", ""] {
            assert!(Block::read(bad).is_err(), "{bad}");
        }
    }
}
