//! Bodies that come as a stream: let in by their heads, taken piece by piece into the store, checked at their end.

use crate::authenticate::chunk_plan;
use crate::checksums::Checksums;
use crate::cipher::Cipher;
use crate::cloud::Cloud;
use crate::flow::{Flow, Origin, Peer, Progress, Ready, Target};
use crate::run::guarded;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::AUTHORIZATION;
use service::{Body, BodyFault, BodyPlan, Bytes, Checksum, Error, Received, Result, Upload, View};
use shape::Struct;
use std::sync::Arc;
use store::BlobWriter;
use wire::Request;
use wire::sigv4::{
    AuthError, ChunkDecoder, ChunkFormat, ContentSha256Fault, Credentials, PayloadHash, X_AMZ_CONTENT_SHA256, parse,
};

/// A request that was let in by its head, and whose body is coming. Dropped, as when the client hangs up, it leaves
/// nothing.
pub struct Receiving {
    flow: Box<Flow>,
    target: Target,
    input: Box<dyn Struct>,
    intake: Box<Intake>,
}

/// A body as far as it has come.
pub(crate) struct Intake {
    plan: BodyPlan,
    /// Takes the `aws-chunked` coding off.
    decoder: Option<ChunkDecoder>,
    /// What the client says is the SHA-256 of the body, in hexadecimal.
    claimed: Option<String>,
    /// How long the client says it is.
    announced: Option<u64>,
    checksums: Checksums,
    cipher: Option<Cipher>,
    writer: BlobWriter,
    length: u64,
}

impl Cloud {
    /// Whether the operation that a request asks for takes its body as a stream, and may begin before it has come. The
    /// body of any other is read whole before [`Cloud::handle`].
    pub fn takes_stream(&self, head: &Request) -> bool {
        // Outside S3's way of signing, a signature without this header covers the whole body itself.
        let claims = head.headers.contains_key(&X_AMZ_CONTENT_SHA256);
        let signed = head.headers.contains_key(AUTHORIZATION) || head.query.contains("X-Amz-Signature=");
        (claims || !signed) && self.asks_for_stream(head)
    }

    pub(crate) fn asks_for_stream(&self, head: &Request) -> bool {
        // The operations of the RPC protocols all share this one, and none of them streams.
        let rpc = head.method == http::Method::POST && head.path == "/";
        if rpc || !self.directory.takes_streams() {
            return false;
        }
        let presented = match parse(&crate::authenticate::view_of(head)) {
            Ok(Credentials::Presented(presented)) => Some(presented.service.to_string()),
            _ => None,
        };
        let Some((entry, found)) = self.directory.route(head, presented.as_deref()) else { return false };
        if found.front.is_some() {
            return false;
        }
        let addressed = entry.path_with_host(head, found.host_rest);
        let addressed = addressed.map(|path| Request { path, ..head.clone() });
        let handler = entry
            .find(addressed.as_ref().unwrap_or(head))
            .ok()
            .and_then(|(operation, _)| entry.operation(&operation.name));
        handler.is_some_and(|handler| handler.takes.is_some())
    }

    /// Takes a request on its journey of which only the head has come. Only for one that [`Cloud::takes_stream`].
    pub fn begin(self: &Arc<Self>, head: Request, peer: Peer) -> Progress {
        let mut flow = Flow::new(Arc::clone(self), Origin::Client, head, peer);
        flow.head_only = true;
        flow.travel()
    }
}

impl Flow {
    /// How the body is received, if the operation takes one as a stream.
    pub(crate) fn intake(&mut self, target: Target, input: &dyn Struct, view: &View) -> Result<Option<Intake>> {
        let Some(takes) = target.handler.takes else { return Ok(None) };
        let plan = guarded(|| (takes.plan)(view, input))?;
        let payload = PayloadHash::parse(self.request.header(&X_AMZ_CONTENT_SHA256).unwrap_or_default().into());
        let format = ChunkFormat::of(&payload);
        let claimed = match payload {
            PayloadHash::Sha256(claimed) => Some(claimed.into_owned()),
            _ => None,
        };
        let decoder = match format {
            None => None,
            Some(format) => {
                let plan = chunk_plan(format, self.chain.take(), &self.caller.access_key, &self.request);
                Some(ChunkDecoder::new(plan.map_err(|error| self.turn_away(&error))?))
            }
        };
        let header = if decoder.is_some() { "x-amz-decoded-content-length" } else { "content-length" };
        let announced = self.request.header(header).and_then(|text| text.parse().ok());
        if let Some(length) = announced.filter(|length| *length > plan.limit) {
            return Err((plan.refuse)(&BodyFault::TooLarge { limit: plan.limit, length }));
        }
        let mut checksums = Checksums::default();
        let trailers = trailers(&self.request).filter_map(|name| Checksum::of_header(&name)).collect::<Vec<_>>();
        let expected = plan.expect.iter().map(|(kind, _)| *kind);
        let hash = claimed.is_some().then_some(Checksum::Sha256);
        let all = plan.compute.iter().copied().chain(expected).chain(trailers).chain(hash);
        all.for_each(|kind| checksums.add(kind));
        let writer = self.cloud.store.blobs().writer();
        let cipher = plan.cipher.as_ref().map(Cipher::new).transpose()?;
        Ok(Some(Intake { plan, decoder, claimed, announced, checksums, cipher, writer, length: 0 }))
    }

    /// Sets a body aside that came whole to an operation that takes a stream.
    pub(crate) fn set_body_aside(&mut self, target: Target) {
        if target.handler.takes.is_some() {
            self.body = match &self.origin {
                Origin::Client => std::mem::take(&mut self.request.body),
                Origin::Service(mission) => mission.body(target),
            };
        }
    }
}

/// The names of the trailing headers that the client announces.
fn trailers(request: &Request) -> impl Iterator<Item = String> {
    let names = request.header("x-amz-trailer").unwrap_or_default().split(',');
    names.map(|name| name.trim().to_ascii_lowercase())
}

impl Flow {
    /// Checks a body that came whole against what its headers say of it, where the service does.
    pub(crate) fn check_body(&self, target: Target) -> Result<()> {
        if target.handler.takes.is_some() || !target.entry.wire().body_checksums {
            return Ok(());
        }
        let of_md5 = self.request.header("content-md5").map(|text| (Checksum::Md5, text));
        let names = self.request.headers.keys().map(http::HeaderName::as_str);
        let of_header = |name| Some((Checksum::of_header(name)?, self.request.header(name)?));
        for (kind, text) in of_md5.into_iter().chain(names.filter_map(of_header)) {
            let mut checksums = Checksums::default();
            checksums.add(kind);
            checksums.update(&self.request.body);
            let found = checksums.finish().into_iter().next().map(|(_, value)| value);
            if BASE64_STANDARD.decode(text).ok().map(Bytes::from) != found {
                return Err(BodyFault::Checksum(kind).usual());
            }
        }
        Ok(())
    }
}

impl Receiving {
    pub(crate) fn new(flow: Box<Flow>, target: Target, input: Box<dyn Struct>, intake: Intake) -> Receiving {
        Receiving { flow, target, input, intake: Box::new(intake) }
    }

    /// Takes the next piece of the body as it came, its transfer coding taken off.
    ///
    /// # Errors
    /// What the client is to be told, with [`Receiving::refuse`]; the rest of the body is of no use then.
    pub fn piece(&mut self, mut bytes: &[u8]) -> Result<()> {
        let Intake { plan, decoder, checksums, cipher, writer, length, .. } = &mut *self.intake;
        let mut take = |piece: &[u8]| {
            let at = *length;
            *length += piece.len() as u64;
            if *length > plan.limit {
                return Err((plan.refuse)(&BodyFault::TooLarge { limit: plan.limit, length: *length }));
            }
            checksums.update(piece);
            match cipher {
                Some(cipher) => writer.write(&cipher.apply(at, piece)?)?,
                None => writer.write(piece)?,
            }
            Ok(())
        };
        let Some(decoder) = decoder else { return take(bytes) };
        loop {
            match decoder.decode(&mut bytes) {
                Ok(Some(piece)) => take(piece)?,
                Ok(None) => return Ok(()),
                Err(error) => return Err(self.flow.turn_away(&AuthError::Chunk(error))),
            }
        }
    }

    /// The body has come to its end: checks it, and lets the request go on.
    pub fn finish(self) -> Progress {
        let Receiving { mut flow, target, input, intake } = self;
        match flow.settle(*intake) {
            Ok(body) => flow.go_on(target, input, body),
            Err(error) => flow.refuse(error),
        }
    }

    /// Ends the request with an error, and its body with it.
    pub fn refuse(self, error: Error) -> Progress {
        self.flow.refuse(error)
    }

    /// The error of a body that broke off or comes too slowly, in the service's words.
    pub fn fault(&self, fault: &BodyFault) -> Error {
        (self.intake.plan.refuse)(fault)
    }

    /// Goes on with a body that has come whole with the request.
    pub(crate) fn whole(mut self) -> Progress {
        let body = std::mem::take(&mut self.flow.body);
        match self.piece(&body) {
            Ok(()) => self.finish(),
            Err(error) => self.refuse(error),
        }
    }
}

impl Flow {
    /// Checks a body that has come to its end.
    fn settle(&mut self, intake: Intake) -> Result<Body> {
        let Intake { plan, decoder, claimed, announced, checksums, cipher: _, writer, length } = intake;
        let mut expect = plan.expect.clone();
        if let Some(decoder) = decoder {
            let trailers = decoder.finish().map_err(|error| self.turn_away(&AuthError::Chunk(error)))?;
            for (name, value) in trailers {
                let Some(kind) = Checksum::of_header(&name) else { continue };
                let value = BASE64_STANDARD.decode(&value).map_err(|_| (plan.refuse)(&BodyFault::Checksum(kind)))?;
                expect.push((kind, Bytes::from(value)));
            }
        }
        if announced.is_some_and(|announced| announced != length) {
            return Err((plan.refuse)(&BodyFault::Incomplete));
        }
        let checksums = checksums.finish();
        let computed = |kind| checksums.iter().find(|(have, _)| *have == kind).map(|(_, value)| value);
        if let (Some(claimed), Some(sha)) = (claimed, computed(Checksum::Sha256)) {
            let found: String = sha.iter().map(|byte| format!("{byte:02x}")).collect();
            if !claimed.eq_ignore_ascii_case(&found) {
                let fault = ContentSha256Fault::Mismatch { client: claimed, computed: found };
                return Err(self.turn_away(&AuthError::ContentSha256(fault)));
            }
        }
        if let Some((kind, _)) = expect.iter().find(|(kind, value)| computed(*kind) != Some(value)) {
            return Err((plan.refuse)(&BodyFault::Checksum(*kind)));
        }
        let upload = Upload::new(&self.cloud.store, writer.finish()?);
        let received =
            Received { stored: upload.stored(), length: upload.length(), checksums, key: plan.cipher.clone() };
        self.upload = Some(upload);
        Ok(Body::of_received(received))
    }

    fn go_on(mut self: Box<Self>, target: Target, input: Box<dyn Struct>, body: Body) -> Progress {
        self.received = Some(body);
        self.record.stages.decode += self.clockwork.lap(self.cloud.clock.real());
        // The state of the decision may be hours old; a writer decides again if what decides has changed since.
        let view = View::of(&self.cloud.store, self.scope, self.cloud.clock.now(), Arc::clone(&self.info));
        match self.placed(target, input) {
            Ok(input) => self.set_out(Ready { input, view }),
            Err(error) => self.refuse(error),
        }
    }

    /// The input with the body that was received for it.
    pub(crate) fn placed(&self, target: Target, input: Box<dyn Struct>) -> Result<Box<dyn Struct>> {
        match (&self.received, target.handler.takes) {
            (Some(body), Some(takes)) => (takes.place)(input, body.clone()),
            _ => Ok(input),
        }
    }
}
