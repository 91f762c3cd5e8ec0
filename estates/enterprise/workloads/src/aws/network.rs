//! Requests over the network, with connections that are kept.

use super::{Carrier, Incoming, Outgoing};
use crate::failure::Failure;
use std::time::Duration;
use ureq::http::Request;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// DynamoDB's pages are of 1 MB; nothing that is asked for here is larger.
const MAX_ANSWER_BYTES: u64 = 8 * 1024 * 1024;
/// Where Amazon Linux and Debian keep the certificates of authorities. `AWS_CA_BUNDLE` names others.
const AUTHORITIES: [&str; 2] = ["/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"];

/// The network.
pub struct Network(ureq::Agent);

impl Network {
    /// With the machine's authorities, if AWS itself is to be called.
    pub fn new() -> Result<Network, Failure> {
        let tls = match std::env::var("AWS_ENDPOINT_URL") {
            Ok(url) if url.starts_with("http://") => TlsConfig::builder().build(),
            _ => trusting()?,
        };
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_connect(Some(Duration::from_secs(1)))
            .tls_config(tls)
            .build();
        Ok(Network(config.new_agent()))
    }
}

fn trusting() -> Result<TlsConfig, Failure> {
    // Installed before, it is installed.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let named = std::env::var("AWS_CA_BUNDLE").ok();
    let places = named.as_deref().into_iter().chain(AUTHORITIES);
    let bundle = places.filter_map(|path| std::fs::read(path).ok()).next().ok_or_else(|| {
        Failure::Misconfigured("there are no certificates of authorities here; AWS_CA_BUNDLE may name some".to_owned())
    })?;
    let authorities: Vec<_> = parse_pem(&bundle)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    Ok(TlsConfig::builder().root_certs(RootCerts::from(authorities)).build())
}

impl Carrier for Network {
    fn send(&self, request: &Outgoing<'_>, patience: Duration) -> Result<Incoming, (&'static str, String)> {
        let mut builder = Request::builder().method(request.method).uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let built = builder.body(request.body).map_err(|error| ("Malformed", error.to_string()))?;
        let built = self.0.configure_request(built).timeout_global(Some(patience)).build();
        let mut reply = self.0.run(built).map_err(failed)?;
        let body = reply.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec().map_err(failed)?;
        let header = |name: &str| Some(reply.headers().get(name)?.to_str().ok()?.to_owned());
        Ok(Incoming {
            status: reply.status().as_u16(),
            request_id: header("x-amzn-requestid").or_else(|| header("x-amz-request-id")),
            error_type: header("x-amzn-errortype"),
            body,
        })
    }
}

fn failed(error: ureq::Error) -> (&'static str, String) {
    let code = if matches!(error, ureq::Error::Timeout(_)) { "Timeout" } else { "Unreachable" };
    (code, error.to_string())
}
