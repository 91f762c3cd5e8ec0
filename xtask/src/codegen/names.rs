/// A model's name as Rust names fields and functions: `QueueOwnerAWSAccountId` is `queue_owner_aws_account_id`. A word
/// of Rust gets an underscore behind it.
pub(crate) fn field(name: &str) -> String {
    let mut out = snake(name);
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    if KEYWORDS.contains(&out.as_str()) {
        out.push('_');
    }
    out
}

/// A structure's name; one that the expansion of `shape!` needs for itself gets an underscore behind it.
pub(crate) fn structure(name: &str) -> String {
    if RESERVED.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

/// Whether a function's name means an operation's.
pub(crate) fn same(function: &str, operation: &str) -> bool {
    let plain = |c: &char| *c != '_';
    let (a, b) = (function.chars().filter(plain), operation.chars().filter(plain));
    a.map(|c| c.to_ascii_lowercase()).eq(b.map(|c| c.to_ascii_lowercase()))
}

pub(crate) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or(' ');
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            out.push('_');
            continue;
        }
        let before = if i == 0 { ' ' } else { at(i - 1) };
        // `ARNs` and `VPCs` are plurals, not `AR Ns`.
        let plural = at(i + 1) == 's' && !at(i + 2).is_ascii_lowercase();
        let ends_run = before.is_ascii_uppercase() && at(i + 1).is_ascii_lowercase() && !plural;
        let begins = before.is_ascii_lowercase() || before.is_ascii_digit() || ends_run;
        if c.is_ascii_uppercase() && begins {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

const RESERVED: &[&str] = &[
    "Box",
    "Bytes",
    "Clone",
    "Debug",
    "Default",
    "IndexMap",
    "None",
    "Option",
    "PartialEq",
    "Self",
    "Some",
    "String",
    "Timestamp",
    "Value",
    "Vec",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_fields() {
        for (name, want) in [
            ("QueueUrl", "queue_url"),
            ("QueueOwnerAWSAccountId", "queue_owner_aws_account_id"),
            ("MD5OfMessageBody", "md5_of_message_body"),
            ("S3BucketName", "s3_bucket_name"),
            ("PolicyARNs", "policy_arns"),
            ("VPCsInUse", "vpcs_in_use"),
            ("ARN", "arn"),
            ("Type", "type_"),
            ("x-amz-id", "x_amz_id"),
            ("2fa", "_2fa"),
            ("functionName", "function_name"),
            ("DBInstanceStatus", "db_instance_status"),
        ] {
            assert_eq!(field(name), want);
        }
        assert_eq!(structure("Option"), "Option_");
        assert!(same("describe_vpcs", "DescribeVpcs") && same("list_policy_arns", "ListPolicyARNs"));
        assert!(!same("get_queue", "GetQueueUrl"));
    }
}
