//! What AWS answers to a request that it does not believe.

use super::{SECRET, date, presented, request, verified, view};
use http::request::Parts;
use wire::sigv4::{
    AuthError, Body, ChunkError, Instants, Mechanism, PathStyle, Rules, SignPayload, Signer, SigningKey,
    is_post_policy_form, parse, verify,
};

const NOW: &str = "20150830T123600Z";
const GOOD: &str =
    "Credential=AKIDEXAMPLE/20150830/us-east-1/sqs/aws4_request, SignedHeaders=host;x-amz-date, Signature=00";

fn with_authorization(value: &str) -> Parts {
    request(&format!("GET /\nhost: h\nx-amz-date: {NOW}\nauthorization: {value}"))
}

fn fault(parts: &Parts, style: PathStyle) -> AuthError {
    verified(parts, b"", style, SECRET, NOW).unwrap_err()
}

fn signer(style: PathStyle) -> Signer<'static> {
    let service = if style == PathStyle::S3 { "s3" } else { "sqs" };
    Signer { access_key: "AKIDEXAMPLE", secret: SECRET, session_token: None, region: "us-east-1", service, style }
}

fn signed(style: PathStyle, text: &str, when: &str) -> Parts {
    let mut parts = request(text);
    signer(style).sign(&mut parts, SignPayload::Bytes(b""), date(when)).unwrap();
    parts
}

#[test]
fn malformed_authorization_headers() {
    let hash = |text: &str| {
        let bytes = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes)
    };
    let all = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
               Authorization header requires 'SignedHeaders' parameter. ";
    let hashed = "(Hashed with SHA-256 and encoded with Base64) Authorization=";
    let pair = "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with \
                Base64): ";
    let credential =
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got ";
    let three = "The authorization header is malformed; the authorization header requires three components: Credential, \
                 SignedHeaders, and Signature.";
    let malformed = ("AuthorizationHeaderMalformed", three);
    let unknown = ("InvalidArgument", "Unsupported Authorization Type");
    let sigv2 = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
    let elements = "The authorization header is malformed; the Credential is mal-formed; expecting \
                    \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
    for (header, query, s3) in [
        ("AWS4-HMAC-SHA256", format!("{all}{hashed}{}", hash("AWS4-HMAC-SHA256")), malformed),
        ("eyJhbGciOi.J9", format!("{all}{hashed}{}", hash("eyJhbGciOi.J9")), unknown),
        ("Bearer eyJ", format!("{pair}'{}'.", hash("Bearer eyJ")), unknown),
        ("AWS AKID:sig=", format!("{all}{hashed}{}", hash("AWS AKID:sig=")), ("InvalidRequest", sigv2)),
        (
            "AWS4-HMAC-SHA256 Credential= AKID/20150830/r/s/aws4_request",
            format!("{pair}'{}'.", hash("AWS4-HMAC-SHA256 Credential= AKID/20150830/r/s/aws4_request")),
            malformed,
        ),
        (
            "AWS4-HMAC-SHA256 Credential=A, Signature=B",
            format!(
                "Authorization header requires 'SignedHeaders' parameter. {hashed}{}",
                hash("AWS4-HMAC-SHA256 Credential=A, Signature=B")
            ),
            malformed,
        ),
        (
            "AWS4-HMAC-SHA256 Credential=A/B/C, SignedHeaders=host, Signature=0",
            format!("{credential}'A/B/C'"),
            ("AuthorizationHeaderMalformed", elements),
        ),
    ] {
        let error = fault(&with_authorization(header), PathStyle::S3);
        let reply = error.for_query();
        assert_eq!((reply.status, reply.code, reply.message), (400, "IncompleteSignature", query), "{header}");
        assert_eq!(error.for_json().code, "IncompleteSignatureException");
        let reply = error.for_s3();
        assert_eq!((reply.status, reply.code, reply.message.as_str()), (400, s3.0, s3.1), "{header}");
    }
    let sha512 = fault(&with_authorization(&format!("AWS4-HMAC-SHA512 {GOOD}")), PathStyle::Other);
    assert_eq!(sha512.for_query().message, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'.");
}

#[test]
fn dates() {
    let undated = request(&format!("GET /\nhost: h\nauthorization: AWS4-HMAC-SHA256 {GOOD}"));
    let message = fault(&undated, PathStyle::Other).for_query().message;
    assert!(
        message.starts_with(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed"
        )
    );
    let text = "AWS authentication requires a valid Date or x-amz-date header";
    assert_eq!(fault(&undated, PathStyle::S3).for_s3().message, text);
    let odd = request(&format!("GET /\nhost: h\nx-amz-date: 2015-08-30\nauthorization: AWS4-HMAC-SHA256 {GOOD}"));
    let reply = fault(&odd, PathStyle::Other).for_query();
    let expect = "Date must be in ISO-8601 'basic format'. Got '2015-08-30'. See http://en.wikipedia.org/wiki/ISO_8601";
    assert_eq!((reply.code, reply.message.as_str()), ("IncompleteSignature", expect));
    let with_date = "GET /\nhost: h\ndate: Sun, 30 Aug 2015 12:36:00 GMT";
    let mut parts = signed(PathStyle::Other, with_date, NOW);
    assert_eq!(verified(&parts, b"", PathStyle::Other, SECRET, NOW), Ok(()));
    parts.headers.remove("x-amz-date");
    let still = presented(&view(&parts)).unwrap().timestamp;
    assert_eq!(still, date(NOW));
}

#[test]
fn skew_is_fifteen_minutes_either_way() {
    let parts = signed(PathStyle::S3, "GET /\nhost: h", NOW);
    for (now, message) in [
        ("20150830T125100Z", None),
        ("20150830T122100Z", None),
        (
            "20150830T125101Z",
            Some(
                "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)",
            ),
        ),
        (
            "20150830T122059Z",
            Some(
                "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T122059Z + 15 min.)",
            ),
        ),
    ] {
        let error = verified(&parts, b"", PathStyle::S3, SECRET, now).err();
        assert_eq!(error.as_ref().map(|e| e.for_query().message).as_deref(), message);
        if let Some(error) = error {
            assert_eq!(error.for_query().code, "SignatureDoesNotMatch");
            let reply = error.for_s3();
            assert_eq!((reply.status, reply.code), (403, "RequestTimeTooSkewed"));
            assert_eq!(reply.fields[0], ("RequestTime", NOW.to_owned()));
            assert_eq!(reply.fields[1], ("ServerTime", date(now).extended()));
            assert_eq!(reply.fields[2], ("MaxAllowedSkewMilliseconds", "900000".to_owned()));
        }
    }
}

#[test]
fn scopes() {
    let check = |credential: &str, query: &str, s3: &str| {
        let header = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host;x-amz-date, Signature=00");
        let parts = with_authorization(&header);
        let request = view(&parts);
        let presented = presented(&request).unwrap();
        let instants = [date(NOW)];
        let clock = Instants(&instants);
        let rules = Rules {
            style: PathStyle::Other,
            services: &["sqs"],
            region: Some("us-east-1"),
            unsigned_payload: false,
            clock: &clock,
        };
        let key = SigningKey::derive(SECRET, &presented.scope());
        let error = verify(&presented, &request, &key, Body::Bytes(b""), &rules).unwrap_err();
        let reply = error.for_query();
        assert_eq!((reply.status, reply.code, reply.message.as_str()), (403, "SignatureDoesNotMatch", query));
        let reply = error.for_s3();
        let expect = format!("The authorization header is malformed; {s3}");
        assert_eq!((reply.status, reply.code, reply.message), (400, "AuthorizationHeaderMalformed", expect));
    };
    let region = "Credential should be scoped to a valid region. ";
    let service = "Credential should be scoped to correct service: 'sqs'. ";
    check("A/20150830/eu-west-1/sqs/aws4_request", region, "the region 'eu-west-1' is wrong; expecting 'us-east-1'");
    check(
        "A/20150830/us-east-1/s3/aws4_request",
        service,
        "incorrect service \"s3\". This endpoint belongs to \"sqs\".",
    );
    check(
        "A/20150830/eu-west-1/s3/aws4_request",
        &format!("{region}{service}"),
        "the region 'eu-west-1' is wrong; expecting 'us-east-1'",
    );
    check(
        "A/20150830/us-east-1/sqs/aws5",
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. ",
        "incorrect terminal \"aws5\". This endpoint uses \"aws4_request\".",
    );
    check(
        "A/20150829/us-east-1/sqs/aws4_request",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != '20150830', \
         from '20150830T123600Z'. ",
        "Invalid credential date \"20150829\". This date is not the same as X-Amz-Date: \"20150830\".",
    );
    check(
        "A/2015/us-east-1/sqs/aws4_request",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '2015' != '20150830', \
         from '20150830T123600Z'. ",
        "incorrect date format \"2015\". This date in the credential must be in the format \"yyyyMMdd\".",
    );
}

#[test]
fn headers_that_must_be_signed() {
    for style in [PathStyle::Other, PathStyle::S3] {
        let mut parts = signed(style, "GET /\nhost: h", NOW);
        parts.headers.insert("user-agent", "anything".parse().unwrap());
        assert_eq!(verified(&parts, b"", style, SECRET, NOW), Ok(()));
        parts.headers.insert("x-amz-acl", "public-read".parse().unwrap());
        parts.headers.insert("x-amz-meta-a", "1".parse().unwrap());
        let AuthError::HeadersNotSigned { mut names } = fault(&parts, style) else { panic!() };
        names.sort();
        assert_eq!(names, ["x-amz-acl", "x-amz-meta-a"]);
    }
    let hostless = with_authorization(&format!("AWS4-HMAC-SHA256 {}", GOOD.replace("host;", "")));
    let error = fault(&hostless, PathStyle::Other);
    assert_eq!(error.for_query().message, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    let reply = error.for_s3();
    assert_eq!((reply.status, reply.code), (403, "AccessDenied"));
    assert_eq!(reply.fields, [("HeadersNotSigned", "host".to_owned())]);
}

#[test]
fn a_wrong_signature_is_explained() {
    let mut parts = signed(PathStyle::Other, "GET /?b&a\nhost: h", NOW);
    parts.uri = "/?b&a=1".parse().unwrap();
    let error = fault(&parts, PathStyle::Other);
    let reply = error.for_query();
    assert_eq!((reply.status, reply.code), (403, "SignatureDoesNotMatch"));
    let appendix = "details.\n\nThe Canonical String for this request should have been\n'GET\n/\na=1&b=\nhost:h\n\
                    x-amz-date:20150830T123600Z\n\nhost;x-amz-date\n\
                    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'\n\n\
                    The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20150830T123600Z\n\
                    20150830/us-east-1/sqs/aws4_request\n";
    assert!(reply.message.contains(appendix), "{}", reply.message);
    assert_eq!((error.for_json().status, error.for_json().code), (400, "InvalidSignatureException"));
    assert!(error.for_json().message.ends_with("documentation for details."));
    assert_eq!((error.for_rest_json().status, error.for_ec2().status, error.for_ec2().code), (403, 401, "AuthFailure"));
    let fields: Vec<_> = error.for_s3().fields.into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        fields,
        [
            "AWSAccessKeyId",
            "StringToSign",
            "SignatureProvided",
            "StringToSignBytes",
            "CanonicalRequest",
            "CanonicalRequestBytes"
        ]
    );
    assert!(error.for_s3().fields[5].1.starts_with("47 45 54 0a 2f"));
}

#[test]
fn presigned_parameters() {
    let good = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20150830%2Fus-east-1%2Fs3%2Faws4_request\
                &X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00";
    let check = |from: &str, to: &str, message: &str| {
        let parts = request(&format!("GET {}\nhost: h", good.replace(from, to)));
        let reply = fault(&parts, PathStyle::S3).for_s3();
        assert_eq!(
            (reply.status, reply.code, reply.message.as_str()),
            (400, "AuthorizationQueryParametersError", message)
        );
    };
    let missing = "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
                   X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
    for name in ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"] {
        check(name, "other", missing);
    }
    check("Signature=00", "Signature=", missing);
    check("Expires=60", "Expires=soon", "X-Amz-Expires should be a number");
    check("Expires=60", "Expires=", "X-Amz-Expires should be a number");
    check("Expires=60", "Expires=-1", "X-Amz-Expires must be non-negative");
    let week = "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
                604800 seconds";
    check("Expires=60", "Expires=604801", week);
    check("Expires=60", "Expires=99999999999999999999", week);
    check("-SHA256", "-SHA512", "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"");
    check("20150830T", "2015083T", "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
    check(
        "%2Faws4_request",
        "%2Faws5",
        "Error parsing the X-Amz-Credential parameter; incorrect terminal \"aws5\". This endpoint uses \"aws4_request\".",
    );
    let parts = request(&format!("GET {}\nhost: h", good.replace("X-Amz-Date", "x")));
    let message = fault(&parts, PathStyle::Other).for_query().message;
    assert_eq!(
        message,
        "AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters."
    );
    let unlimited = request(&format!("GET {}\nhost: h", good.replace("&X-Amz-Expires=60", "")));
    assert!(matches!(fault(&unlimited, PathStyle::Other), AuthError::SignatureMismatch(_)));
}

#[test]
fn mechanisms_refused_by_name() {
    let named = |parts: &Parts| match parse(&view(parts)) {
        Err(AuthError::Unsupported { mechanism, .. }) => Some(mechanism),
        _ => None,
    };
    let sigv4a = with_authorization("AWS4-ECDSA-P256-SHA256 Credential=A/20150830/s3/aws4_request, Signature=0");
    assert_eq!(named(&sigv4a), Some(Mechanism::SigV4a));
    assert_eq!(named(&with_authorization("AWS AKID:abc=")), Some(Mechanism::SigV2));
    let query = "GET /k?AWSAccessKeyId=A&Expires=1&Signature=x\nhost: h";
    assert_eq!(named(&request(query)), Some(Mechanism::SigV2));
    let query = "GET /k?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Signature=0\nhost: h";
    assert_eq!(named(&request(query)), Some(Mechanism::SigV4a));
    for (text, form) in [
        ("POST /b\ncontent-type: Multipart/form-data; boundary=x", true),
        ("POST /b\ncontent-type: text/plain", false),
        ("PUT /b\ncontent-type: multipart/form-data", false),
    ] {
        assert_eq!(is_post_policy_form(&view(&request(text))), form, "{text}");
    }
    let both = request(&format!("GET /?X-Amz-Signature=0\nhost: h\nauthorization: AWS4-HMAC-SHA256 {GOOD}"));
    let reply = fault(&both, PathStyle::S3).for_s3();
    assert!(reply.code == "InvalidArgument" && reply.message.starts_with("Only one auth mechanism allowed"));
    let anonymous = request("GET /?Signature=mine\nhost: h");
    assert_eq!(fault(&anonymous, PathStyle::S3), AuthError::MissingAuthenticationToken);
}

#[test]
fn claims_about_the_body() {
    let other = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD";
    let sign = |word: &'static str| {
        let mut parts = request("PUT /k\nhost: h");
        signer(PathStyle::S3).sign(&mut parts, SignPayload::Word(word), date(NOW)).unwrap();
        verified(&parts, b"body", PathStyle::S3, SECRET, NOW)
    };
    assert_eq!(sign("UNSIGNED-PAYLOAD"), Ok(()));
    let reply = sign("anything").unwrap_err().for_s3();
    assert!(reply.code == "InvalidArgument" && reply.message.starts_with(other));
    let reply = sign("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855").unwrap_err().for_s3();
    assert_eq!((reply.status, reply.code), (400, "XAmzContentSHA256Mismatch"));
    assert_eq!(reply.fields[0].0, "ClientComputedContentSHA256");
    assert_eq!(reply.fields[1].1, "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5");
    let mut parts = signed(PathStyle::Other, "PUT /k\nhost: h", NOW);
    assert_eq!(
        fault(&parts, PathStyle::S3).for_s3().message,
        "Missing required header for this request: x-amz-content-sha256"
    );
    // An operation that does not allow it has its body hashed all the same.
    parts = request("PUT /k\nhost: h");
    signer(PathStyle::Other).sign(&mut parts, SignPayload::Word("UNSIGNED-PAYLOAD"), date(NOW)).unwrap();
    assert!(matches!(fault(&parts, PathStyle::Other), AuthError::SignatureMismatch(_)));
}

#[test]
fn errors_of_the_caller_and_of_chunks() {
    let unknown = AuthError::UnknownAccessKey { access_key: "AKID".to_owned() };
    let invalid = "The security token included in the request is invalid.";
    let query = unknown.for_query();
    assert_eq!((query.status, query.code, query.message.as_str()), (403, "InvalidClientTokenId", invalid));
    assert_eq!((unknown.for_json().status, unknown.for_json().code), (400, "UnrecognizedClientException"));
    assert_eq!(unknown.for_s3().code, "InvalidAccessKeyId");
    assert_eq!(unknown.for_s3().fields, [("AWSAccessKeyId", "AKID".to_owned())]);
    let none = AuthError::MissingAuthenticationToken;
    assert_eq!((none.for_query().status, none.for_query().code), (403, "MissingAuthenticationToken"));
    assert_eq!((none.for_s3().status, none.for_s3().code), (403, "AccessDenied"));
    assert_eq!(none.for_ec2().code, "MissingParameter");
    let expired = AuthError::ExpiredToken { token: "t".to_owned() };
    assert_eq!(
        (expired.for_query().code, expired.for_json().code, expired.for_s3().code),
        ("ExpiredToken", "ExpiredTokenException", "ExpiredToken")
    );
    let small = AuthError::from(ChunkError::InvalidChunkSize { chunk: 2, size: 5 }).for_s3();
    assert_eq!((small.status, small.code), (403, "InvalidChunkSizeError"));
    assert_eq!(small.fields, [("Chunk", "2".to_owned()), ("BadChunkSize", "5".to_owned())]);
    assert_eq!(AuthError::from(ChunkError::IncompleteBody).for_s3().code, "IncompleteBody");
    assert_eq!(AuthError::from(ChunkError::MalformedTrailer).for_s3().code, "MalformedTrailerError");
}
