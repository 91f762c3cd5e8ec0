//! Who asks, and for what: the first stages.

use crate::directory::Entry;
use crate::flow::{Asked, Flow, Origin, Target};
use crate::identity::{Compiled, Identity};
use crate::lately;
use crate::settings::IamMode;
use clock::Timestamp;
use http::header::USER_AGENT;
use http::{HeaderName, HeaderValue};
use ids::Region;
use ledger::Refusal;
use model::Protocol;
use service::{Caller, CallerKind, Door, DoorRef, Error, RequestInfo, Result};
use shape::{Node, Slot, Struct};
use std::sync::Arc;
use wire::codec::{Call, decode_request};
use wire::route::Params;
use wire::sigv2;
use wire::sigv4::{
    AmzDate, AuthError, Body, ChunkChain, ChunkDecoder, ChunkError, ChunkFormat, ChunkPlan, Clock, Credentials, Kind,
    Mechanism, PathStyle, PayloadHash, Presented, RequestView, Rules, Standing, X_AMZ_CONTENT_SHA256, check_time,
    is_post_policy_form, parse, verify,
};

/// The life of a presigned request whose client was told nothing of it.
const USUAL_LIFE_SECONDS: i64 = 3600;

/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>
static X_AMZN_TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// What a request presents, owned: the request itself goes on changing.
pub(crate) enum Claim {
    /// A signature of Version 4.
    Signed(Presented<'static>),
    /// A URL that was presigned with Version 2.
    Old {
        access_key: String,
        token: Option<String>,
        /// Until when it holds, in seconds since 1970.
        expires: i64,
    },
}

impl Claim {
    fn access_key(&self) -> &str {
        match self {
            Claim::Signed(presented) => &presented.access_key,
            Claim::Old { access_key, .. } => access_key,
        }
    }

    fn token(&self) -> Option<&str> {
        match self {
            Claim::Signed(presented) => presented.session_token.as_deref(),
            Claim::Old { token, .. } => token.as_deref(),
        }
    }
}

impl Flow {
    /// Finds service and operation, by what the signature claims, the host, the target and the path.
    pub(crate) fn route(&mut self) -> Result<Option<Claim>> {
        let (presented, bad) = match parse(&view_of(&self.request)) {
            Ok(Credentials::Anonymous) => (None, None),
            Ok(Credentials::Presented(presented)) => (Some(presented.into_owned()), None),
            Err(error) => (None, Some(error)),
        };
        let directory = self.cloud.directory;
        let found = directory.route(&self.request, presented.as_ref().map(|p| &*p.service));
        let Some((entry, found)) = found else {
            return Err(nobody(&self.request));
        };
        let host_region = found.region_from_host.and_then(Region::new);
        let region = presented.as_ref().and_then(|p| Region::new(&p.region)).or(host_region);
        let global = entry.service.is_some_and(|s| s.facts.global);
        let region = region.unwrap_or(self.cloud.settings.region);
        self.scope.region = if global { region.globally() } else { region };
        if let Some(fronted) = found.front.and_then(|number| entry.front(number)) {
            self.host_rest = found.host_rest.unwrap_or_default().to_owned();
            self.meet(entry, fronted);
            // An `Authorization` that is no signature is the front's own to read.
            return Ok(presented.map(Claim::Signed));
        }
        if let Some(path) = entry.path_with_host(&self.request, found.host_rest) {
            self.signed_path = Some(std::mem::replace(&mut self.request.path, path));
        }
        if self.meet_preflight(entry) {
            return Ok(None);
        }
        if presented.is_none() && bad.is_none() {
            self.refuse_form(entry)?;
        }
        let found = entry.find(&self.request);
        let (operation, protocol) = found.map_err(|e| {
            self.asked = Some(Asked { entry, operation: None, protocol: e.protocol });
            Error::new(e.code, e.message).status(e.status)
        })?;
        self.asked = Some(Asked { entry, operation: Some(operation), protocol });
        let old = if bad.is_some() { self.presigned_of_old() } else { None };
        if let Some(error) = bad.filter(|_| old.is_none()) {
            return Err(self.turn_away(&error));
        }
        if let Some(handler) = entry.operation(&operation.name) {
            self.target = Some(Target { entry, operation, protocol, handler, front: None });
        }
        Ok(presented.map(Claim::Signed).or(old))
    }

    /// What a request presents that was presigned with Version 2, where the service takes that.
    fn presigned_of_old(&self) -> Option<Claim> {
        let plain = self.asked.is_some_and(|asked| asked.entry.wire().plain_signing);
        let view = view_of(&self.request);
        let presigned = if plain { sigv2::parse(&view)? } else { return None };
        Some(Claim::Old {
            access_key: presigned.access_key.into_owned(),
            token: presigned.session_token.map(|token| token.into_owned()),
            expires: presigned.expires,
        })
    }

    /// Refuses a browser's upload form, which carries its signature in itself.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html>
    fn refuse_form(&mut self, entry: &'static Entry) -> Result<()> {
        if !entry.wire().plain_signing || !is_post_policy_form(&view_of(&self.request)) {
            return Ok(());
        }
        let protocol = entry.model.get().metadata.protocols.first().copied().unwrap_or_default();
        self.asked = Some(Asked { entry, operation: None, protocol });
        Err(self.turn_away(&AuthError::Unsupported { mechanism: Mechanism::PostPolicy, authorization: None }))
    }

    /// Makes sure who asks.
    pub(crate) fn authenticate(&mut self, claim: Option<Claim>) -> Result<()> {
        self.epoch = self.cloud.identities.epoch();
        let Some(claim) = claim else {
            return self.identified(Caller::anonymous(), Arc::default());
        };
        let known = self.recognise(&claim);
        if known.is_err() {
            self.note_refused_key(claim.access_key());
        }
        let identity = known?;
        self.know(Arc::clone(&identity.caller), Arc::clone(&identity.policies))
    }

    /// Who signed.
    fn recognise(&mut self, claim: &Claim) -> Result<Arc<Identity>> {
        let access_key = claim.access_key();
        let well_known = self.well_known(access_key);
        if let Some(Ok(account)) = well_known {
            // Any secret does, but a link has its time whoever signed it.
            self.check_life(claim).map_err(|e| self.turn_away(&e))?;
            return self.cloud.root_identity(self.scope.home_of(account), access_key, "");
        }
        let root_key = self.cloud.settings.root_key.as_ref().filter(|key| key.id == access_key);
        let known = match root_key {
            Some(key) => {
                let home = self.scope.home_of(self.cloud.settings.account);
                Some(self.cloud.root_identity(home, &key.id, &key.secret)?)
            }
            None => self.cloud.identity(self.scope.region, access_key, claim.token())?,
        };
        let unknown = || AuthError::UnknownAccessKey { access_key: access_key.to_owned() };
        let Some(identity) = known else {
            let unknown_here = if claim.token().is_some() { Refusal::UnknownSession } else { Refusal::UnknownKey };
            let barred = well_known.and_then(Result::err);
            let (cause, detail) = barred.unwrap_or((unknown_here, String::new()));
            return Err(self.turn_away_for(&unknown(), cause, detail));
        };
        match claim {
            Claim::Signed(presented) => self.verify(presented, &identity.secret)?,
            Claim::Old { .. } => self.verify_old(claim, &identity.secret)?,
        }
        if let Some(session) = &identity.caller.session
            && session.expires <= self.cloud.clock.now()
        {
            let token = claim.token().unwrap_or_default().to_owned();
            return Err(self.turn_away(&AuthError::ExpiredToken { token }));
        }
        if identity.caller.session.is_some() && !self.admitted(&identity.caller) {
            return Err(self.turn_away_for(&unknown(), Refusal::SessionBarred, String::new()));
        }
        Ok(identity)
    }

    /// Whether these temporary credentials may be used with the service that is asked.
    fn admitted(&self, caller: &Caller) -> bool {
        let service = self.asked.map_or("", |asked| asked.entry.prefix());
        self.cloud.settings.iam == IamMode::Off
            || self.cloud.directory.authorities().all(|authority| (authority.admits)(caller, service))
    }

    /// Whether a link lives still. Of what is signed in its headers nothing is asked.
    fn check_life(&self, claim: &Claim) -> Result<(), AuthError> {
        let clock = Skew { clock: &self.cloud.clock };
        let (signed, expires) = match claim {
            Claim::Signed(presented) if presented.kind == Kind::Header => return Ok(()),
            Claim::Signed(presented) => return check_time(presented, self.path_style(), &clock),
            // It does not say when it was signed: an hour before its end, as clients do unless they are told otherwise, or now,
            // if that is earlier.
            Claim::Old { expires, .. } => {
                let signed = self.cloud.clock.real().secs().min(expires.saturating_sub(USUAL_LIFE_SECONDS));
                (signed, u32::try_from(expires.saturating_sub(signed)).unwrap_or_default())
            }
        };
        let signed = AmzDate::from_epoch(signed);
        match clock.presigned(signed, expires) {
            Standing::Current => Ok(()),
            Standing::Early | Standing::Late => Err(AuthError::PresignedExpired { signed, expires, now: clock.now() }),
        }
    }

    /// Verifies a request that was presigned with Version 2.
    fn verify_old(&mut self, claim: &Claim, secret: &str) -> Result<()> {
        self.check_life(claim).map_err(|e| self.turn_away(&e))?;
        let view = view_of(&self.request);
        let Some(presigned) = sigv2::parse(&view) else {
            return Err(Error::internal("a signature vanished between two looks"));
        };
        let checked = sigv2::check(&presigned, &view, secret);
        checked.map_err(|fault| self.turn_away(&AuthError::SignatureMismatch(fault)))
    }

    fn path_style(&self) -> PathStyle {
        let plain = self.asked.is_some_and(|asked| asked.entry.wire().plain_signing);
        if plain { PathStyle::S3 } else { PathStyle::Other }
    }

    fn verify(&mut self, presented: &Presented<'_>, secret: &str) -> Result<()> {
        let Some(Asked { entry, operation, .. }) = self.asked else {
            return Err(Error::internal("a signature is checked before its service is known"));
        };
        let came = view_of(&self.request);
        let view = RequestView { path: self.signed_path.as_deref().unwrap_or(came.path), ..came };
        let key = self.cloud.keys.signing_key(&presented.access_key, secret, &presented.scope());
        let (clock, style) = (Skew { clock: &self.cloud.clock }, self.path_style());
        let rules = Rules {
            style,
            services: self.target.and_then(|t| t.front).map_or(entry.facts.signing_names, |f| f.signing_names),
            region: None,
            unsigned_payload: style == PathStyle::S3 || operation.is_some_and(|op| op.unsigned_payload),
            clock: &clock,
        };
        let streaming = presented.payload.is_streaming();
        let came = self.compressed.as_ref().unwrap_or(&self.request.body);
        let body = if streaming || self.head_only { Body::Unread } else { Body::Bytes(came) };
        let verified = verify(presented, &view, &key, body, &rules).map_err(|e| self.turn_away(&e))?;
        if streaming {
            self.chain = Some(verified.chunk_chain(key));
        }
        Ok(())
    }

    fn identified(&mut self, caller: Caller, policies: Arc<Compiled>) -> Result<()> {
        self.know(Arc::new(caller), policies)
    }

    /// From here on it is known who asks.
    fn know(&mut self, caller: Arc<Caller>, policies: Arc<Compiled>) -> Result<()> {
        if caller.kind != CallerKind::Anonymous {
            self.scope.account = caller.account;
        }
        self.info = Arc::new(self.described(Arc::clone(&caller)));
        self.caller = caller;
        self.policies = policies;
        self.lift_headers();
        self.unchunk()?;
        self.record.stages.authenticate = self.clockwork.lap(self.cloud.clock.real());
        if self.target.is_none()
            && let Some(Asked { entry, operation: Some(operation), .. }) = self.asked
        {
            let refusal = wire::route::not_implemented(entry.prefix(), &operation.name);
            return Err(Error::new(refusal.code, refusal.message).status(refusal.status));
        }
        Ok(())
    }

    /// Who presigns plainly puts headers into the query that he cannot make others send.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
    fn lift_headers(&mut self) {
        let plain = self.asked.is_some_and(|asked| asked.entry.wire().plain_signing);
        let query = std::mem::take(&mut self.request.query);
        let presigned = ["X-Amz-Signature=", "AWSAccessKeyId="].iter().any(|mark| query.contains(mark));
        let params = Params(&query);
        for (name, _) in params.iter().filter(|(name, _)| plain && presigned && name.starts_with("x-amz-")) {
            let value = params.get(name).and_then(|value| HeaderValue::from_str(&value).ok());
            if let (Ok(name), Some(value)) = (HeaderName::from_bytes(name.as_bytes()), value) {
                self.request.headers.entry(name).or_insert(value);
            }
        }
        self.request.query = query;
    }

    /// Takes the `aws-chunked` coding off a body that has come whole, unless the operation takes it as a stream.
    fn unchunk(&mut self) -> Result<()> {
        let Some(claim) = self.request.header(&X_AMZ_CONTENT_SHA256) else { return Ok(()) };
        let format = ChunkFormat::of(&PayloadHash::parse(claim.into()));
        let streams = self.target.is_some_and(|target| target.handler.takes.is_some());
        let Some(format) = format.filter(|_| !streams) else { return Ok(()) };
        let plan = chunk_plan(format, self.chain.take(), &self.caller.access_key, &self.request);
        let body = plan.and_then(|plan| unchunk(plan, &self.request.body)).map_err(|e| self.turn_away(&e))?;
        self.request.body = body.into();
        Ok(())
    }

    /// The request as far as it is known, made by `caller`.
    pub(crate) fn described(&self, caller: Arc<Caller>) -> RequestInfo {
        if let Origin::Service(_) = self.origin {
            return (*self.info).clone();
        }
        let (request, peer) = (&self.request, &self.peer);
        let scheme = if peer.secure { "https" } else { "http" };
        let (service, operation) = match self.asked {
            Some(asked) => (asked.entry.prefix(), asked.operation.map_or("", |op| &*op.name)),
            None => ("", ""),
        };
        RequestInfo {
            id: self.id,
            service,
            operation,
            caller,
            arrived: self.arrived,
            base_url: lately::base_url(scheme, &request.host),
            source_ip: lately::source_ip(peer.ip.to_canonical()),
            user_agent: lately::user_agent(request.header(USER_AGENT).unwrap_or_default()),
            secure: peer.secure,
            via: None,
            trace: request.header(&X_AMZN_TRACE_ID).map(Arc::from),
            door: DoorRef(Some(Arc::clone(&self.cloud) as Arc<dyn Door>)),
        }
    }

    /// The bytes as the operation's input.
    pub(crate) fn decode(&mut self, target: Target) -> Result<Box<dyn Struct>> {
        if target.front.is_some() {
            return Ok(Box::new(self.plain()));
        }
        let mut input = (target.handler.input)();
        self.fill(target, &mut *input)?;
        self.url_member(target, &mut *input);
        self.record.stages.decode = self.clockwork.lap(self.cloud.clock.real());
        Ok(input)
    }

    /// Reads the request into a structure or a tree.
    pub(crate) fn fill(&self, target: Target, input: &mut dyn Node) -> Result<()> {
        let call = Call {
            model: target.entry.model.get(),
            operation: target.operation,
            protocol: target.protocol,
            switches: &target.entry.switches,
        };
        let request = match &self.origin {
            Origin::Client => &self.request,
            Origin::Service(mission) => return mission.fill(input),
        };
        let read = decode_request(&call, request, input);
        read.map_err(|e| Error::new(e.code.to_string(), e.message.to_string()).status(e.status))
    }

    /// A Query request to a resource's own URL need not name the resource again.
    fn url_member(&self, target: Target, input: &mut dyn Struct) {
        let name = target.entry.service.map_or("", |s| s.facts.url_member);
        let request = &self.request;
        if name.is_empty() || target.protocol != Protocol::Query || request.path.len() <= 1 {
            return;
        }
        let at = input.members().iter().position(|member| *member == name);
        let Some(node) = at.and_then(|at| input.member_mut(at)) else { return };
        if let Slot::Str(url) = node.slot()
            && url.is_empty()
        {
            *url = format!("{}{}", self.info.base_url, request.path);
        }
    }
}

pub(crate) fn view_of(request: &wire::Request) -> RequestView<'_> {
    RequestView {
        method: request.method.as_str(),
        path: &request.path,
        query: &request.query,
        host: &request.host,
        headers: &request.headers,
    }
}

/// A request that nothing claims.
fn nobody(request: &wire::Request) -> Error {
    let text = format!(
        "No service of this cloud answers {} {} at the host '{}'. `terrella services` lists what there is.",
        request.method, request.path, request.host
    );
    Error::new("UnknownService", text).status(404)
}

/// What a request announces of its `aws-chunked` body. Without a chain, chunks' signatures are taken unread.
pub(crate) fn chunk_plan(
    format: ChunkFormat,
    chain: Option<ChunkChain>,
    access_key: &str,
    request: &wire::Request,
) -> Result<ChunkPlan, AuthError> {
    let length = request.header("x-amz-decoded-content-length").and_then(|text| text.parse().ok());
    let decoded_length = length.ok_or(AuthError::Chunk(ChunkError::IncompleteBody))?;
    let named = request.header("x-amz-trailer").unwrap_or_default().split(',');
    let trailers = named.map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty()).collect();
    Ok(ChunkPlan { format, chain, decoded_length, trailers, access_key: access_key.to_owned() })
}

/// Takes the coding off a whole body.
fn unchunk(plan: ChunkPlan, body: &[u8]) -> Result<Vec<u8>, AuthError> {
    let mut decoder = ChunkDecoder::new(plan);
    let mut rest = body;
    let mut body = Vec::with_capacity(rest.len());
    while let Some(piece) = decoder.decode(&mut rest)? {
        body.extend_from_slice(piece);
    }
    decoder.finish()?;
    Ok(body)
}

/// The skew of clients, who sign with the machine's time or, if they know of the winds, with virtual time.
struct Skew<'a> {
    clock: &'a clock::Clock,
}

impl Skew<'_> {
    fn stamp(date: AmzDate) -> Timestamp {
        Timestamp::from_secs(date.epoch())
    }
}

impl Clock for Skew<'_> {
    fn now(&self) -> AmzDate {
        AmzDate::from_epoch(self.clock.now().secs())
    }

    fn nearest(&self, signed: AmzDate) -> AmzDate {
        let (real, now) = self.clock.both();
        let instants = [now, real].map(|instant| AmzDate::from_epoch(instant.secs()));
        wire::sigv4::Instants(&instants).nearest(signed)
    }

    fn presigned(&self, signed: AmzDate, expires: u32) -> Standing {
        // Signed with virtual time, or with the machine's, which then means what had been wound by that moment.
        let meant = self.clock.meant(Skew::stamp(signed));
        let stamps = [signed, AmzDate::from_epoch(meant.secs())];
        let now = [self.now()];
        let standings = stamps.map(|stamp| wire::sigv4::Instants(&now).presigned(stamp, expires));
        if standings.contains(&Standing::Current) { Standing::Current } else { standings[1] }
    }
}
