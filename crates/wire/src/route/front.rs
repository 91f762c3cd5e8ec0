/// Where plain HTTP is answered that is no operation of a model: documents, and what users' APIs serve.
///
/// In a pattern of a path `*` stands for one segment that is not empty, and `**` at its end for all that follows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FrontFact {
    /// The labels of the hosts under which it answers, without region: `execute-api`.
    pub hosts: &'static [&'static str],
    /// The paths under these hosts.
    pub host_paths: &'static [&'static str],
    /// The paths under a host that names no service. What stands here must not begin as a bucket's path can.
    pub paths: &'static [&'static str],
    /// The names in the scopes of the signatures that it takes.
    pub signing_names: &'static [&'static str],
}

/// Whether a path is one of a pattern's.
pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let fitting = match expected {
            "**" => return true,
            "*" => segments.next().is_some_and(|segment| !segment.is_empty()),
            literal => segments.next() == Some(literal),
        };
        if !fitting {
            return false;
        }
    }
    segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_segments() {
        for (pattern, path, expect) in [
            ("/**", "/", true),
            ("/**", "/a/b", true),
            ("/*/.well-known/jwks.json", "/us-east-1_a/.well-known/jwks.json", true),
            ("/*/.well-known/jwks.json", "//.well-known/jwks.json", false),
            ("/*/.well-known/jwks.json", "/a/.well-known/jwks.json/b", false),
            ("/*/.well-known/jwks.json", "/a/.well-known", false),
            ("/_aws/execute-api/*/**", "/_aws/execute-api/a1b2", true),
            ("/_aws/execute-api/*/**", "/_aws/execute-api/a1b2/dev/orders/", true),
            ("/_aws/execute-api/*/**", "/_aws/execute-api/", false),
            ("/_aws/execute-api/*/**", "/_aws/execute-ap/a", false),
        ] {
            assert_eq!(fits(pattern, path), expect, "{pattern} {path}");
        }
    }
}
