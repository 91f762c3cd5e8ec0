//! Signature Version 4: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use crate::clock;
use crate::text::{hex, sha256};
use aws_lc_rs::hmac;
use std::time::Duration;

/// Whose signature it is.
pub struct Credentials {
    pub access_key: String,
    pub secret_key: String,
    pub token: Option<String>,
}

/// What is signed.
pub struct Signing<'a> {
    pub method: &'a str,
    pub host: &'a str,
    /// Encoded as it is sent; no query.
    pub path: &'a str,
    pub headers: &'a [(&'static str, String)],
    pub body: &'a [u8],
    pub region: &'a str,
    pub service: &'a str,
    pub time: Duration,
}

impl Signing<'_> {
    /// All headers that the request is sent with but `host`, the signature among them.
    pub fn headers(&self, credentials: &Credentials) -> Vec<(&'static str, String)> {
        let mut headers = self.headers.to_vec();
        headers.push(("x-amz-date", clock::stamp(self.time)));
        if self.service == "s3" {
            headers.push(("x-amz-content-sha256", sha256(self.body)));
        }
        if let Some(token) = &credentials.token {
            headers.push(("x-amz-security-token", token.clone()));
        }
        let authorization = self.authorization(&headers, credentials);
        headers.push(("authorization", authorization));
        headers
    }

    fn authorization(&self, headers: &[(&'static str, String)], credentials: &Credentials) -> String {
        let mut lines: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.trim())).collect();
        lines.push(("host", self.host));
        lines.sort_unstable();
        let names = lines.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let canonical: String = lines.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let (method, path, digest) = (self.method, self.canonical_path(), sha256(self.body));
        let request = format!("{method}\n{path}\n\n{canonical}\n{names}\n{digest}");
        let stamp = clock::stamp(self.time);
        let day = stamp.get(..8).unwrap_or_default();
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", sha256(request.as_bytes()));
        let secret = format!("AWS4{}", credentials.secret_key);
        let key = [day, self.region, self.service, "aws4_request"]
            .iter()
            .fold(secret.into_bytes(), |key, part| keyed(&key, part));
        let signature = hex(&keyed(&key, &text));
        let key = &credentials.access_key;
        format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}")
    }

    /// S3 signs a path as it is sent, all others encode it once more.
    fn canonical_path(&self) -> String {
        if self.service == "s3" { self.path.to_owned() } else { crate::text::encode(self.path, true) }
    }
}

fn keyed(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(token: Option<&str>) -> Credentials {
        let secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned();
        Credentials { access_key: "AKIDEXAMPLE".to_owned(), secret_key, token: token.map(str::to_owned) }
    }

    fn signing(service: &'static str) -> Signing<'static> {
        Signing {
            method: "GET",
            host: "example.amazonaws.com",
            path: "/",
            headers: &[],
            body: b"",
            region: "us-east-1",
            service,
            time: Duration::from_secs(1_440_938_160),
        }
    }

    fn header<'a>(headers: &'a [(&'static str, String)], name: &str) -> Option<&'a str> {
        headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// `get-vanilla` and `post-vanilla` of AWS's test suite.
    #[test]
    fn aws_own_examples_are_signed_as_there() {
        for (method, expect) in [
            ("GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            ("POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        ] {
            let headers = Signing { method, ..signing("service") }.headers(&credentials(None));
            let expect = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature={expect}"
            );
            assert_eq!(header(&headers, "authorization"), Some(expect.as_str()));
        }
    }

    #[test]
    fn session_tokens_and_digests_of_bodies_are_signed() {
        let headers = signing("s3").headers(&credentials(Some("token")));
        let signed = header(&headers, "authorization").unwrap();
        assert!(
            signed.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"),
            "{signed}"
        );
        assert_eq!(
            header(&headers, "x-amz-content-sha256"),
            Some("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        );
    }
}
