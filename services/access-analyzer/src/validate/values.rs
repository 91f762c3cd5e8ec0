//! The values of conditions: whether they are of the type that key and operator ask for.

use super::conditions::Line;
use super::finding::{Findings, Path, Place};
use super::text::Node;
use crate::facts;
use service::policy::Test;
use std::net::IpAddr;

/// A value with the way to it.
type Value<'n> = (Path, &'n Node, String);

/// Whether the operator fits the key's type, of which something is said if not.
pub fn type_fits(found: &mut Findings, line: &Line<'_>, kind: &str) -> bool {
    let single = kind.strip_prefix("ArrayOf").unwrap_or(kind);
    let test = line.operator.test;
    let text = matches!(test, Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike);
    let fits = match single {
        "String" => text || matches!(test, Test::Arn | Test::Binary),
        // Texts are compared where a type has no operator of its own that says more.
        "ARN" => text || test == Test::Arn,
        "Bool" => text || test == Test::Bool,
        "Numeric" => matches!(test, Test::Numeric(_)),
        "Date" => matches!(test, Test::Date(_) | Test::Numeric(_)),
        "IPAddress" => test == Test::IpAddress,
        _ => true,
    };
    if fits || test == Test::Null {
        return true;
    }
    let details = format!(
        "Use the operator type {} instead of operator {} for the condition key {}.",
        operator_type(single),
        line.written,
        line.key
    );
    found.warn("TYPE_MISMATCH", details, line.value_place());
    false
}

fn operator_type(kind: &str) -> &str {
    match kind {
        "Bool" => "Boolean",
        "IPAddress" => "IP address",
        other => other,
    }
}

/// Checks values by their operator.
pub fn check(found: &mut Findings, line: &Line<'_>, values: &[Value<'_>]) {
    let operator = line.operator;
    for (path, node, value) in values {
        let place = || Place::of(path, node);
        if value.contains("${") {
            let takes = matches!(
                operator.test,
                Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike | Test::Arn
            );
            if !takes {
                let details = "Policy variables can only be used with String and ARN operators.";
                found.error("INVALID_VARIABLE_FOR_OPERATOR", details, place());
            }
            continue;
        }
        one(found, line, (value, &place));
    }
    match operator.test {
        Test::Bool | Test::Null if values.len() > 1 => {
            let details = format!(
                "The condition key {} does not support multiple Boolean values. Use a single Boolean value.",
                line.key
            );
            found.error("INVALID_CONDITION_MULTIPLE_BOOLEAN", details, line.value_place());
        }
        Test::IpAddress => private(found, line, values),
        Test::Numeric(order) => numbers(found, line, (values, order)),
        _ => {}
    }
}

fn one(found: &mut Findings, line: &Line<'_>, (value, place): (&str, &dyn Fn() -> Place)) {
    match line.operator.test {
        Test::Bool | Test::Null if !matches!(value.to_ascii_lowercase().as_str(), "true" | "false") => {
            let details =
                format!("Add a valid Boolean value (true or false) for the condition operator {}.", line.written);
            found.warn("TYPE_MISMATCH_BOOLEAN", details, place());
        }
        Test::Numeric(_) if value.trim().parse::<f64>().is_err() => {
            let details = format!("Add a valid numeric value for the condition operator {}.", line.written);
            found.warn("TYPE_MISMATCH_NUMBER", details, place());
        }
        Test::Date(_) => date(found, value, place),
        Test::IpAddress => address(found, line, (value, place)),
        Test::Binary if !is_base64(value) => {
            let details =
                format!("Add a valid base64-encoded string value for the condition operator {}.", line.written);
            found.warn("TYPE_MISMATCH_STRING", details, place());
        }
        Test::StringEquals | Test::StringEqualsIgnoreCase if value.contains(['*', '?']) => {
            let details = "Your condition value includes a * or ? character. If you meant to use a wildcard (*, ?), \
                           update the condition operator to include Like.";
            found.warn("WILDCARD_WITHOUT_LIKE_OPERATOR", details, place());
        }
        Test::StringEquals if line.key.eq_ignore_ascii_case("aws:RequestedRegion") && !facts::is_region(value) => {
            let details = format!("The Region {value} is not valid. Update the condition value to a suported Region.");
            found.error("INVALID_REGION", details, place());
        }
        _ => {}
    }
}

fn date(found: &mut Findings, value: &str, place: &dyn Fn() -> Place) {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) && value.len() != 4 {
        let details = "The date might not resolve as expected. We recommend that you use the YYYY-MM-DD format.";
        found.warn("INVALID_DATE_VALUE", details, place());
    } else if !is_date(value) {
        let details = "The date condition operator is used with an invalid value. Specify a valid date using YYYY-MM-DD \
                       or other ISO 8601 date/time format.";
        found.warn("TYPE_MISMATCH_DATE", details, place());
    }
}

/// Whether it looks like a date of ISO 8601: a year, and further parts of digits.
fn is_date(value: &str) -> bool {
    let (date, time) = value.split_once(['T', 't']).map_or((value, None), |(date, time)| (date, Some(time)));
    let mut fields = date.trim_start_matches('-').split('-');
    let digits = |field: Option<&str>, most: u32| {
        field
            .is_none_or(|field| field.len() <= 4 && field.parse::<u32>().is_ok_and(|value| (1..=most).contains(&value)))
    };
    let whole = digits(fields.next(), 9999) && digits(fields.next(), 12) && digits(fields.next(), 31);
    let clock = |time: &str| {
        time.starts_with(|c: char| c.is_ascii_digit())
            && time.chars().all(|c| c.is_ascii_digit() || "Zz:+-.".contains(c))
    };
    whole && fields.next().is_none() && time.is_none_or(clock)
}

fn is_base64(value: &str) -> bool {
    let bare = value.trim_end_matches('=');
    value.len() - bare.len() <= 2 && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
}

/// A range, as its base and the number of its bits that count.
fn range(value: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = value.trim().split_once('/').map_or((value.trim(), None), |(a, bits)| (a, Some(bits)));
    let address: IpAddr = address.parse().ok()?;
    let widest = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(widest), |bits| bits.parse().ok())?;
    (bits <= widest).then_some((address, bits))
}

fn base((address, bits): (IpAddr, u8)) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            IpAddr::V4((u32::from(address) & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            IpAddr::V6((u128::from(address) & mask).into())
        }
    }
}

fn address(found: &mut Findings, line: &Line<'_>, (value, place): (&str, &dyn Fn() -> Place)) {
    let Some(read) = range(value) else {
        let details = format!(
            "The condition operator {} is used with an invalid IP range value. Specify the IP range in standard CIDR \
             format.",
            line.written
        );
        found.warn("TYPE_MISMATCH_IP_RANGE", details, place());
        return;
    };
    let base = base(read);
    if base != read.0 {
        let details = format!(
            "The non-zero bits in the IP address after the masked bits are ignored. Replace address with {base}/{}.",
            read.1
        );
        found.suggest("IMPROVE_IP_RANGE", details, place());
    }
}

/// Ranges in which no request from the internet can lie (RFC 1918, RFC 4193).
fn is_private((address, bits): (IpAddr, u8)) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            (a == 10 && bits >= 8)
                || (a == 172 && (16..32).contains(&b) && bits >= 12)
                || (a == 192 && b == 168 && bits >= 16)
        }
        IpAddr::V6(address) => address.segments().first().is_some_and(|head| head & 0xfe00 == 0xfc00) && bits >= 7,
    }
}

fn private(found: &mut Findings, line: &Line<'_>, values: &[Value<'_>]) {
    if !line.key.eq_ignore_ascii_case("aws:SourceIp") {
        return;
    }
    let ranges: Vec<_> = values.iter().filter_map(|(_, _, value)| range(value)).collect();
    let private = ranges.iter().filter(|range| is_private(**range)).count();
    if private == 0 {
        return;
    }
    let all = private == ranges.len();
    let mix = "The values for condition key aws:SourceIp include a mix of private and public IP addresses. The private \
               addresses";
    let tail = "aws:SourceIp works only for public IP address ranges. To define permissions for private IP ranges, use \
                aws:VpcSourceIp.";
    let update = "Update the value to include only public IP addresses.";
    let place = line.value_place();
    match (line.operator.negated, all) {
        (false, true) => found.error(
            "PRIVATE_IP_ADDRESS",
            format!(
                "aws:SourceIp works only for public IP address ranges. The values for condition key aws:SourceIp include \
                 only private IP addresses and will not have the desired effect. {update}"
            ),
            place,
        ),
        (true, true) => found.error(
            "PRIVATE_NOT_IP_ADDRESS",
            format!(
                "The values for condition key aws:SourceIp include only private IP addresses and has no effect. \
                 aws:SourceIp works only for public IP address ranges. {update}"
            ),
            place,
        ),
        (false, false) => found.suggest(
            "PRIVATE_IP_ADDRESS_SUBSET",
            format!("{mix} will not have the desired effect. {tail}"),
            place,
        ),
        (true, false) => {
            found.suggest("PRIVATE_NOT_IP_ADDRESS_SUBSET", format!("{mix} have no effect. {tail}"), place);
        }
    }
}

/// Of several bounds one says all.
fn numbers(found: &mut Findings, line: &Line<'_>, (values, order): (&[Value<'_>], service::policy::Order)) {
    use service::policy::Order;
    let which = match order {
        Order::Equals => return,
        Order::LessThan | Order::LessThanEquals => "greatest",
        Order::GreaterThan | Order::GreaterThanEquals => "least",
    };
    if values.len() > 1 {
        let details = format!(
            "Multiple values in {} are redundant. Replace with the {which} single value for {}.",
            line.written, line.key
        );
        found.suggest("REDUNDANT_CONDITION_VALUE_NUM", details, line.value_place());
    }
}
