//! What transcripts cannot show: imports, whose material a client wraps, and what lasts over a restart.

use crate::api::*;
use crate::crypto::{self, rsa};
use crate::ops::{deletion, encryption, imports, keys, replicas, rotations};
use crate::spec::{Hash, Kind};
use crate::state::{COUNTS, CountRow, KEYS, MATERIALS};
use crate::{prepare, quota, timers};
use clock::EntropySource;
use service::{
    Bytes, Caller, CallerKind, Cx, Duration, Prepared, Region, RequestId, RequestInfo, Result, Scope, Timer, Timestamp,
    View,
};
use std::sync::Arc;
use store::{Options, Store, Timers};

const ACCOUNT: &str = "123456789012";

/// One account's keys on a clock that stands still until it is advanced.
struct Cloud {
    store: Store,
    now: Timestamp,
    entropy: EntropySource,
    region: &'static str,
}

impl Cloud {
    fn over(store: Store) -> Cloud {
        let (now, entropy) = (Timestamp::from_secs(1_700_000_000), EntropySource::seeded(1));
        Cloud { store, now, entropy, region: "eu-central-1" }
    }

    fn scope(&self) -> Scope {
        Scope::new(ACCOUNT.parse().unwrap(), Region::new(self.region).unwrap())
    }

    fn info(&self) -> Arc<RequestInfo> {
        let account = ACCOUNT.parse().unwrap();
        let arn = format!("arn:aws:iam::{ACCOUNT}:root");
        let root = Caller { kind: CallerKind::Root, account, arn, user_id: ACCOUNT.into(), ..Caller::anonymous() };
        Arc::new(RequestInfo {
            id: RequestId(1),
            service: "kms",
            operation: "Test",
            caller: Arc::new(root),
            arrived: self.now,
            base_url: "http://localhost:4566".into(),
            source_ip: "127.0.0.1".into(),
            user_agent: "test".into(),
            secure: false,
            via: None,
            trace: None,
            door: Default::default(),
        })
    }

    fn view(&self) -> View {
        View::of(&self.store, self.scope(), self.now, self.info())
    }

    fn run<O>(&mut self, work: impl FnOnce(&mut Cx) -> Result<O>) -> Result<O> {
        let mut cx = Cx::begin(&self.store, self.scope(), self.now, self.info(), self.entropy.stream());
        let answer = work(&mut cx)?;
        cx.commit(&[])?;
        Ok(answer)
    }

    fn advance(&mut self, span: Duration) {
        let end = self.now.after(span);
        loop {
            let due = self.store.snapshot().due(end.0, 1).unwrap();
            let Some(entry) = due.first() else { break };
            self.now = self.now.max(Timestamp(entry.due));
            let timer = Timer::from_stored(Timestamp(entry.due), &entry.payload).unwrap();
            self.run(|cx| {
                cx.take_timer(&timer)?;
                timers::fire(cx, &timer)
            })
            .unwrap();
        }
        self.now = end;
    }

    fn create(&mut self, origin: &str, spec: &str) -> KeyMetadata {
        self.create_as(origin, spec, false)
    }

    fn create_as(&mut self, origin: &str, spec: &str, multi_region: bool) -> KeyMetadata {
        let usage = if spec.starts_with("ECC") { "SIGN_VERIFY" } else { "ENCRYPT_DECRYPT" };
        let input = CreateKeyRequest {
            origin: Some(origin.into()),
            key_spec: Some(spec.into()),
            key_usage: Some(usage.into()),
            multi_region: Some(multi_region),
            ..CreateKeyRequest::default()
        };
        let Prepared::Made(made) = prepare::create_key(&self.view(), &input).unwrap() else { panic!("nothing made") };
        self.run(|cx| keys::create_key(cx, input, made)).unwrap().key_metadata.unwrap()
    }

    fn describe(&self, key: &str) -> KeyMetadata {
        let input = DescribeKeyRequest { key_id: key.into(), ..DescribeKeyRequest::default() };
        match prepare::describe_key(&self.view(), &input).unwrap() {
            Prepared::Answer(answer) => answer.key_metadata.unwrap(),
            Prepared::Made(_) => panic!("a key was to be made"),
        }
    }

    fn state(&self, key: &str) -> String {
        self.describe(key).key_state.unwrap()
    }

    fn parameters(&self, key: &str) -> GetParametersForImportResponse {
        let input = GetParametersForImportRequest {
            key_id: key.into(),
            wrapping_algorithm: "RSAES_OAEP_SHA_256".into(),
            wrapping_key_spec: "RSA_2048".into(),
        };
        imports::get_parameters_for_import(&self.view(), input).unwrap()
    }

    /// Imports a material; what is not said is that it does not expire.
    fn import(
        &mut self,
        key: &str,
        material: &[u8],
        more: ImportKeyMaterialRequest,
    ) -> Result<ImportKeyMaterialResponse> {
        let parameters = self.parameters(key);
        let wrapped = rsa::encrypt(Hash::Sha256, &parameters.public_key.unwrap(), material).unwrap();
        let model = more.expiration_model.clone().unwrap_or("KEY_MATERIAL_DOES_NOT_EXPIRE".into());
        let input = ImportKeyMaterialRequest {
            key_id: key.into(),
            import_token: parameters.import_token.unwrap(),
            encrypted_key_material: Bytes::from(wrapped),
            expiration_model: Some(model),
            ..more
        };
        self.import_as(input)
    }

    fn import_as(&mut self, input: ImportKeyMaterialRequest) -> Result<ImportKeyMaterialResponse> {
        match prepare::import_key_material(&self.view(), &input)? {
            Prepared::Answer(answer) => Ok(answer),
            Prepared::Made(made) => self.run(|cx| imports::import_key_material(cx, input, made)),
        }
    }

    fn encrypt(&self, key: &str) -> Result<Bytes> {
        let input = EncryptRequest { key_id: key.into(), plaintext: Bytes::from("hello"), ..EncryptRequest::default() };
        Ok(encryption::encrypt(&self.view(), input)?.ciphertext_blob.unwrap())
    }

    fn decrypt(&self, ciphertext: &Bytes) -> Result<Bytes> {
        let input = DecryptRequest { ciphertext_blob: Some(ciphertext.clone()), ..DecryptRequest::default() };
        Ok(encryption::decrypt(&self.view(), input)?.plaintext.unwrap())
    }

    fn code<T: std::fmt::Debug>(&self, answer: Result<T>) -> String {
        answer.unwrap_err().code().to_owned()
    }
}

fn new_material() -> ImportKeyMaterialRequest {
    ImportKeyMaterialRequest { import_type: Some("NEW_KEY_MATERIAL".into()), ..ImportKeyMaterialRequest::default() }
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html>
#[test]
fn imported_material_is_used_deleted_and_brought_back() {
    let mut cloud = Cloud::over(Store::memory());
    let key = cloud.create("EXTERNAL", "SYMMETRIC_DEFAULT").key_id;
    assert_eq!(cloud.state(&key), "PendingImport");
    assert_eq!(cloud.code(cloud.encrypt(&key)), "KMSInvalidStateException");

    let plain = || ImportKeyMaterialRequest::default();
    let refused = cloud.import(&key, &[1; 31], plain());
    assert_eq!(cloud.code(refused), "IncorrectKeyMaterialException");
    cloud.import(&key, &[1; 32], plain()).unwrap();
    assert_eq!(cloud.state(&key), "Enabled");
    let ciphertext = cloud.encrypt(&key).unwrap();

    let input = DeleteImportedKeyMaterialRequest { key_id: key.clone(), key_material_id: None };
    cloud.run(|cx| imports::delete_imported_key_material(cx, input)).unwrap();
    assert_eq!(cloud.state(&key), "PendingImport");
    assert_eq!(cloud.code(cloud.decrypt(&ciphertext)), "KMSInvalidStateException");
    let refused = cloud.import(&key, &[2; 32], plain());
    assert_eq!(cloud.code(refused), "IncorrectKeyMaterialException", "only the same material may come back");
    cloud.import(&key, &[1; 32], plain()).unwrap();
    assert_eq!(cloud.decrypt(&ciphertext).unwrap(), "hello");
}

#[test]
fn imported_material_expires_by_the_clock() {
    let mut cloud = Cloud::over(Store::memory());
    let key = cloud.create("EXTERNAL", "SYMMETRIC_DEFAULT").key_id;
    let expiring = |valid_to| ImportKeyMaterialRequest {
        expiration_model: Some("KEY_MATERIAL_EXPIRES".into()),
        valid_to,
        ..ImportKeyMaterialRequest::default()
    };
    let refused = cloud.import(&key, &[1; 32], expiring(None));
    assert_eq!(cloud.code(refused), "ValidationException");
    let at = cloud.now.after(Duration::from_secs(3600));
    cloud.import(&key, &[1; 32], expiring(Some(at))).unwrap();
    assert_eq!(cloud.describe(&key).valid_to, Some(at));
    assert_eq!(cloud.describe(&key).expiration_model.as_deref(), Some("KEY_MATERIAL_EXPIRES"));
    let ciphertext = cloud.encrypt(&key).unwrap();
    cloud.advance(Duration::from_secs(3600));
    assert_eq!(cloud.state(&key), "PendingImport");
    assert_eq!(cloud.code(cloud.decrypt(&ciphertext)), "KMSInvalidStateException");
}

#[test]
fn an_import_token_is_good_for_its_key_and_for_a_day() {
    let mut cloud = Cloud::over(Store::memory());
    let key = cloud.create("EXTERNAL", "SYMMETRIC_DEFAULT").key_id;
    let other = cloud.create("EXTERNAL", "SYMMETRIC_DEFAULT").key_id;
    let parameters = cloud.parameters(&key);
    let input = |key: &str| ImportKeyMaterialRequest {
        key_id: key.into(),
        import_token: parameters.import_token.clone().unwrap(),
        encrypted_key_material: Bytes::from(
            rsa::encrypt(Hash::Sha256, parameters.public_key.as_ref().unwrap(), &[1; 32]).unwrap(),
        ),
        expiration_model: Some("KEY_MATERIAL_DOES_NOT_EXPIRE".into()),
        ..ImportKeyMaterialRequest::default()
    };
    let refused = cloud.import_as(input(&other));
    assert_eq!(cloud.code(refused), "InvalidImportTokenException");
    let mut damaged = input(&key);
    damaged.encrypted_key_material = Bytes::from(vec![1; 256]);
    let refused = cloud.import_as(damaged);
    assert_eq!(cloud.code(refused), "InvalidCiphertextException");
    cloud.advance(Duration::from_hours(25));
    let refused = cloud.import_as(input(&key));
    assert_eq!(cloud.code(refused), "ExpiredImportTokenException");
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-import-key-material.html>
#[test]
fn a_key_rotates_to_material_that_was_imported_for_it() {
    let mut cloud = Cloud::over(Store::memory());
    let key = cloud.create("EXTERNAL", "SYMMETRIC_DEFAULT").key_id;
    cloud.import(&key, &[1; 32], ImportKeyMaterialRequest::default()).unwrap();
    let old = cloud.encrypt(&key).unwrap();
    let rotate = |cloud: &mut Cloud| {
        let input = RotateKeyOnDemandRequest { key_id: key.clone() };
        cloud.run(|cx| rotations::rotate_key_on_demand(cx, input))
    };
    let refused = rotate(&mut cloud);
    assert_eq!(cloud.code(refused), "KMSInvalidStateException", "nothing waits");
    let first = cloud.describe(&key).current_key_material_id;
    cloud.import(&key, &[2; 32], new_material()).unwrap();
    assert_eq!(cloud.describe(&key).current_key_material_id, first);
    rotate(&mut cloud).unwrap();
    assert_ne!(cloud.describe(&key).current_key_material_id, first);
    let new = cloud.encrypt(&key).unwrap();
    assert_eq!((cloud.decrypt(&old).unwrap(), cloud.decrypt(&new).unwrap()), ("hello".into(), "hello".into()));
}

#[test]
fn asymmetric_material_is_imported_if_it_is_of_the_keys_spec() {
    let mut cloud = Cloud::over(Store::memory());
    let key = cloud.create("EXTERNAL", "ECC_NIST_P256").key_id;
    let made = crypto::generate(Kind::Ecc(crate::spec::Curve::P256)).unwrap();
    // PKCS #8 of a P-384 key: too long for OAEP with a 2048-bit key, so the check is put to the parser itself.
    let other = crypto::generate(Kind::Ecc(crate::spec::Curve::P384)).unwrap();
    assert!(crypto::parse(Kind::Ecc(crate::spec::Curve::P256), &other.secret).is_none());
    cloud.import(&key, &made.secret, ImportKeyMaterialRequest::default()).unwrap();
    let input = GetPublicKeyRequest { key_id: key, ..GetPublicKeyRequest::default() };
    let shown = crate::ops::signatures::get_public_key(&cloud.view(), input).unwrap();
    assert_eq!(shown.public_key.as_deref(), Some(&made.public[..]));
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-import.html>
#[test]
fn related_keys_are_given_the_same_material() {
    let mut cloud = Cloud::over(Store::memory());
    let key = cloud.create_as("EXTERNAL", "SYMMETRIC_DEFAULT", true).key_id;
    cloud.import(&key, &[1; 32], ImportKeyMaterialRequest::default()).unwrap();
    let input = ReplicateKeyRequest {
        key_id: key.clone(),
        replica_region: "eu-west-1".into(),
        ..ReplicateKeyRequest::default()
    };
    cloud.run(|cx| replicas::replicate_key(cx, input)).unwrap();
    let ciphertext = cloud.encrypt(&key).unwrap();
    cloud.region = "eu-west-1";
    assert_eq!(cloud.state(&key), "PendingImport");
    let refused = cloud.import(&key, &[2; 32], ImportKeyMaterialRequest::default());
    assert_eq!(cloud.code(refused), "IncorrectKeyMaterialException");
    cloud.import(&key, &[1; 32], ImportKeyMaterialRequest::default()).unwrap();
    assert_eq!(cloud.decrypt(&ciphertext).unwrap(), "hello");
}

#[test]
fn ciphertexts_open_after_a_restart_and_from_a_fork() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let ciphertext = {
        let mut cloud = Cloud::over(Store::open(&path, Options::default()).unwrap());
        let key = cloud.create("AWS_KMS", "SYMMETRIC_DEFAULT").key_id;
        cloud.encrypt(&key).unwrap()
    };
    let cloud = Cloud::over(Store::open(&path, Options::default()).unwrap());
    assert_eq!(cloud.decrypt(&ciphertext).unwrap(), "hello");
    let fork = Cloud::over(cloud.store.fork_in_memory());
    assert_eq!(fork.decrypt(&ciphertext).unwrap(), "hello");
}

#[test]
fn a_deleted_key_leaves_no_material() {
    let mut cloud = Cloud::over(Store::memory());
    let key = cloud.create("AWS_KMS", "SYMMETRIC_DEFAULT").key_id;
    let ciphertext = cloud.encrypt(&key).unwrap();
    let input = ScheduleKeyDeletionRequest { key_id: key.clone(), pending_window_in_days: Some(7) };
    cloud.run(|cx| deletion::schedule_key_deletion(cx, input)).unwrap();
    assert_eq!(cloud.view().rows(&MATERIALS, (key.as_str(),)).count(), 1);
    cloud.advance(Duration::from_hours(7 * 24));
    assert_eq!(cloud.view().rows(&MATERIALS, (key.as_str(),)).count(), 0);
    assert!(!cloud.view().has(&KEYS, key.as_str()).unwrap());
    assert_eq!(cloud.code(cloud.decrypt(&ciphertext)), "AccessDeniedException");
}

#[test]
fn a_full_quota_takes_no_key_until_one_is_deleted() {
    let mut cloud = Cloud::over(Store::memory());
    let key = cloud.create_as("AWS_KMS", "SYMMETRIC_DEFAULT", false).key_id;
    let counted = |cloud: &Cloud| cloud.view().get(&COUNTS, quota::OF_KEYS).unwrap().unwrap().count;
    assert_eq!(counted(&cloud), 1);
    cloud.run(|cx| cx.put(&COUNTS, quota::OF_KEYS, &CountRow { count: quota::MOST_KEYS })).unwrap();
    let wanted = CreateKeyRequest::default();
    let refused = cloud.run(|cx| keys::create_key(cx, wanted.clone(), None)).unwrap_err();
    assert_eq!(refused.code(), "LimitExceededException");
    let input = ScheduleKeyDeletionRequest { key_id: key, pending_window_in_days: Some(7) };
    cloud.run(|cx| deletion::schedule_key_deletion(cx, input)).unwrap();
    cloud.advance(Duration::from_secs(7 * 86_400));
    assert_eq!(counted(&cloud), quota::MOST_KEYS - 1);
    cloud.create_as("AWS_KMS", "SYMMETRIC_DEFAULT", false);
    // A state from before keys were counted is counted when a key is made.
    cloud.run(|cx| cx.delete(&COUNTS, quota::OF_KEYS)).unwrap();
    cloud.create_as("AWS_KMS", "SYMMETRIC_DEFAULT", false);
    assert_eq!(counted(&cloud), 2);
}
