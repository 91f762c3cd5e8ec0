//! TLS on the listener's own port: a connection that begins with a TLS handshake gets one.
//!
//! Whatever host a client asks for, it gets a certificate of that name, signed by an authority that exists on this machine
//! alone. So an unchanged client that is led here by DNS needs nothing but trust in that authority (`AWS_CA_BUNDLE`).
//! Authority and certificates are made at the first handshake, not at the start.

use parking_lot::Mutex;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustc_hash::FxHashMap;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::io;
use std::sync::{Arc, OnceLock};
use tokio_rustls::TlsAcceptor;

/// The first byte of every TLS connection: a handshake record.
/// <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
pub(crate) const HANDSHAKE: u8 = 22;

/// Certificates of so many names are remembered; beyond it all are made anew.
const MOST: usize = 256;

/// The longest host name.
const LONGEST_NAME: usize = 253;

/// An authority that signs certificates, as PEM.
#[derive(Clone)]
pub struct Authority {
    /// Its certificate, which clients are to trust.
    pub certificate: String,
    /// Its private key.
    pub key: String,
}

impl Authority {
    /// A new authority, good until 2049.
    pub fn generate() -> io::Result<Authority> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = authority_params().self_signed(&key).map_err(io::Error::other)?;
        Ok(Authority { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2049, 12, 31));
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Terrella on this machine");
    params
}

type Keeper = Box<dyn Fn() -> io::Result<Authority> + Send + Sync>;

/// What the listener needs for TLS.
pub struct Tls {
    keeper: Keeper,
    ready: OnceLock<Result<Ready, String>>,
}

#[derive(Clone)]
struct Ready {
    authority: Arc<str>,
    acceptor: TlsAcceptor,
}

impl Tls {
    /// TLS with the authority that `keeper` finds or makes. It is asked once, at the first handshake.
    pub fn new(keeper: impl Fn() -> io::Result<Authority> + Send + Sync + 'static) -> Tls {
        Tls { keeper: Box::new(keeper), ready: OnceLock::new() }
    }

    /// The certificate of the authority, as PEM.
    pub(crate) fn authority(&self) -> Result<Arc<str>, String> {
        Ok(self.ready()?.authority)
    }

    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, String> {
        Ok(self.ready()?.acceptor)
    }

    fn ready(&self) -> Result<Ready, String> {
        self.ready.get_or_init(|| (self.keeper)().and_then(ready).map_err(|e| e.to_string())).clone()
    }
}

fn ready(authority: Authority) -> io::Result<Ready> {
    let key = KeyPair::from_pem(&authority.key).map_err(io::Error::other)?;
    let certificates = Certificates { issuer: Issuer::new(authority_params(), key), made: Mutex::default() };
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(certificates));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Ready { authority: authority.certificate.into(), acceptor: TlsAcceptor::from(Arc::new(config)) })
}

/// Certificates by name, made as they are asked for.
struct Certificates {
    issuer: Issuer<'static, KeyPair>,
    made: Mutex<FxHashMap<String, Arc<CertifiedKey>>>,
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} certificates", self.made.lock().len())
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().unwrap_or("localhost").to_ascii_lowercase();
        if name.len() > LONGEST_NAME {
            return None;
        }
        let mut made = self.made.lock();
        if let Some(key) = made.get(&name) {
            return Some(Arc::clone(key));
        }
        let key = Arc::new(self.make(&name)?);
        if made.len() >= MOST {
            made.clear();
        }
        made.insert(name, Arc::clone(&key));
        Some(key)
    }
}

impl Certificates {
    /// A certificate for a name and for this machine, which clients that go by address name not at all.
    fn make(&self, name: &str) -> Option<CertifiedKey> {
        let here = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut params = CertificateParams::new(here.into_iter().chain([name.to_owned()]).collect::<Vec<_>>()).ok()?;
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2049, 12, 31));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        params.distinguished_name = DistinguishedName::new();
        // A common name has 64 characters at most; clients read the alternative names.
        params.distinguished_name.push(DnType::CommonName, name.chars().take(64).collect::<String>());
        let key = KeyPair::generate().ok()?;
        let certificate = params.signed_by(&key, &self.issuer).ok()?;
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let private = aws_lc_rs::sign::any_supported_type(&private).ok()?;
        Some(CertifiedKey::new(vec![certificate.der().clone()], private))
    }
}
