//! Buckets as such.

use crate::about::Acl;
use crate::address::{Bucket, arn, canonical_id, is_valid_name};
use crate::api::{
    Bucket as ListedBucket, CreateBucketConfiguration, CreateBucketOutput, CreateBucketRequest, DeleteBucketRequest,
    GetBucketLocationOutput, GetBucketLocationRequest, HeadBucketOutput, HeadBucketRequest, ListBucketsOutput,
    ListBucketsRequest, Owner,
};
use crate::state::{
    BUCKETS, BlockRow, BucketRow, DefaultEncryption, NAMES, NONCURRENT, OBJECTS, OWNED, OwnedRow, UPLOADS,
};
use crate::{documents, errors, parts, seal, tags};
use service::{AccountId, Cx, IndexMap, Nothing, Page, Place, Region, Result, Scope, Token, View};

/// Where AWS's global endpoint is: a bucket whose location is not named is made here.
const HOME: &str = "us-east-1";
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>
const LARGEST_PAGE: i64 = 10_000;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
pub fn create_bucket(cx: &mut Cx, input: CreateBucketRequest) -> Result<CreateBucketOutput> {
    let CreateBucketRequest {
        acl,
        bucket: name,
        create_bucket_configuration,
        grant_full_control,
        grant_read,
        grant_read_acp,
        grant_write,
        grant_write_acp,
        object_lock_enabled_for_bucket,
        object_ownership,
        bucket_namespace,
    } = input;
    if object_lock_enabled_for_bucket == Some(true) {
        return Err(errors::refuse("x-amz-bucket-object-lock-enabled"));
    }
    if bucket_namespace.is_some_and(|namespace| namespace != "global") {
        return Err(errors::refuse("x-amz-bucket-namespace"));
    }
    if !is_valid_name(&name) {
        return Err(errors::invalid_bucket_name(&name));
    }
    let ownership = object_ownership.unwrap_or_else(|| "BucketOwnerEnforced".to_owned());
    super::ownership::check(&ownership)?;
    let grants = [&grant_full_control, &grant_read, &grant_read_acp, &grant_write, &grant_write_acp];
    let given = Acl { canned: acl.as_deref().filter(|acl| *acl != "private"), grants: &grants };
    // Where nothing can be granted, a bucket that is to be made is refused in words of its own.
    given.check_under(&ownership).map_err(|error| match error.code() {
        "AccessControlListNotSupported" => errors::acls_under_enforced_ownership(),
        _ => error,
    })?;
    let (region, tags) = read_configuration(cx, create_bucket_configuration)?;
    let scope = Scope::new(cx.account(), region);
    if let Some(there) = Bucket::find(cx, &name)? {
        return exists(&there, scope).map(|()| created(&there.row.name, scope));
    }
    let row = BucketRow {
        name: name.clone(),
        created_at: cx.now(),
        tags,
        ownership,
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-bucket.html
        block: Some(BlockRow {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: true,
            restrict_public_buckets: true,
        }),
        encryption: DefaultEncryption { algorithm: seal::SSE_S3.to_owned(), ..DefaultEncryption::default() },
        ..BucketRow::default()
    };
    cx.in_scope(scope, |cx| cx.put(&BUCKETS, name.as_str(), &row))?;
    cx.put(&NAMES, name.as_str(), &Place::of(scope))?;
    let owned = OwnedRow { name: name.clone(), region: region.as_str().to_owned(), created_at: row.created_at };
    cx.put(&OWNED, name.as_str(), &owned)?;
    Ok(created(&name, scope))
}

fn created(name: &str, scope: Scope) -> CreateBucketOutput {
    let location = match scope.region.as_str() {
        HOME => format!("/{name}"),
        _ => format!("http://{name}.s3.amazonaws.com/"),
    };
    CreateBucketOutput { location: Some(location), bucket_arn: Some(arn(scope, name).to_string()) }
}

/// The name is taken. In us-east-1 alone its owner may make it once more.
fn exists(there: &Bucket, scope: Scope) -> Result<()> {
    match there.scope.account == scope.account {
        true if there.scope.region.as_str() == HOME && scope.region.as_str() == HOME => Ok(()),
        true => Err(errors::bucket_already_owned(&there.row.name)),
        false => Err(errors::bucket_already_exists(&there.row.name)),
    }
}

type Configured = (Region, IndexMap<String, String>);

fn read_configuration(cx: &Cx, given: Option<CreateBucketConfiguration>) -> Result<Configured> {
    let CreateBucketConfiguration { location_constraint, location, bucket, tags } = given.unwrap_or_default();
    if location.is_some() || bucket.is_some() {
        return Err(errors::refuse("CreateBucketConfiguration.Location"));
    }
    let tags = tags::of_bucket(cx.request(), tags.unwrap_or_default(), &IndexMap::new())?;
    Ok((region(cx, location_constraint.filter(|name| !name.is_empty()))?, tags))
}

/// Where the bucket is to be: any region through the endpoint of us-east-1, its own through any other's.
fn region(cx: &Cx, constraint: Option<String>) -> Result<Region> {
    let here = cx.region();
    let named = constraint.as_deref().map(|name| if name == "EU" { "eu-west-1" } else { name });
    match named {
        None if here.as_str() == HOME => Ok(here),
        None => Err(errors::wrong_location(
            "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to."
                .to_owned(),
        )),
        Some(HOME) => Err(errors::invalid_location(HOME)),
        Some(name) if here.as_str() == HOME || here.as_str() == name => {
            Region::new(name).ok_or_else(|| errors::invalid_location(name))
        }
        Some(name) => Err(errors::wrong_location(format!(
            "The {name} location constraint is incompatible for the region specific endpoint this request was sent to."
        ))),
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>
pub fn head_bucket(view: &View, input: HeadBucketRequest) -> Result<HeadBucketOutput> {
    let HeadBucketRequest { bucket, expected_bucket_owner } = input;
    let bucket = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    Ok(HeadBucketOutput {
        bucket_arn: Some(bucket.arn().to_string()),
        bucket_region: Some(bucket.scope.region.as_str().to_owned()),
        access_point_alias: Some(false),
        ..HeadBucketOutput::default()
    })
}

/// Uploads that are on their way are given up.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html>
pub fn delete_bucket(cx: &mut Cx, input: DeleteBucketRequest) -> Result<Nothing> {
    let DeleteBucketRequest { bucket: name, expected_bucket_owner } = input;
    let bucket = Bucket::open(cx, &name, expected_bucket_owner.as_deref())?;
    cx.in_scope(bucket.scope, |cx| {
        let filled = cx.rows(&OBJECTS, (name.as_str(),)).next().transpose()?.is_some()
            || cx.rows(&NONCURRENT, (name.as_str(),)).next().transpose()?.is_some();
        if filled {
            return Err(errors::bucket_not_empty(&name, bucket.is_versioned()));
        }
        for upload in cx.rows(&UPLOADS, (name.as_str(),)).collect::<Result<Vec<_>>>()? {
            parts::forget(cx, &bucket, &upload)?;
        }
        documents::delete_all(cx, &name)?;
        cx.delete(&BUCKETS, name.as_str())?;
        cx.delete(&OWNED, name.as_str())
    })?;
    cx.delete(&NAMES, name.as_str())?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>
pub fn list_buckets(view: &View, input: ListBucketsRequest) -> Result<ListBucketsOutput> {
    let ListBucketsRequest { max_buckets, continuation_token, prefix, bucket_region } = input;
    let limit = max_buckets.unwrap_or(LARGEST_PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        let text = format!("Argument max-buckets must be an integer between 1 and {LARGEST_PAGE}");
        return Err(errors::invalid_argument(text, "max-buckets", limit.to_string()));
    }
    let invalid = |token: &str| {
        errors::invalid_argument("The continuation token provided is incorrect", "continuation-token", token)
    };
    let after = continuation_token.as_deref().map(|text| Token::decode(text).ok_or_else(|| invalid(text)));
    let page = Page { after: after.transpose()?, limit: usize::try_from(limit).unwrap_or_default() };
    let wanted = |row: &OwnedRow| {
        prefix.as_ref().is_none_or(|prefix| row.name.starts_with(prefix.as_str()))
            && bucket_region.as_ref().is_none_or(|region| row.region == *region)
    };
    let (rows, next) = view.page(&OWNED, (), &page, wanted)?;
    // A plain request is answered as it always was.
    let paged = max_buckets.is_some() || continuation_token.is_some() || prefix.is_some() || bucket_region.is_some();
    let listed = |row: OwnedRow| ListedBucket {
        bucket_region: paged.then_some(row.region),
        name: Some(row.name),
        creation_date: Some(row.created_at.whole_secs()),
        bucket_arn: None,
    };
    Ok(ListBucketsOutput {
        buckets: Some(rows.into_iter().map(listed).collect()),
        owner: Some(owner(view.account())),
        continuation_token: next.map(|token| token.encode()),
        prefix,
    })
}

/// An account as S3 names owners.
pub(crate) fn owner(account: AccountId) -> Owner {
    Owner { display_name: None, id: Some(canonical_id(account)) }
}

/// Whoever asks need not know where the bucket is.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>
pub fn get_bucket_location(view: &View, input: GetBucketLocationRequest) -> Result<GetBucketLocationOutput> {
    let GetBucketLocationRequest { bucket: name, expected_bucket_owner } = input;
    let bucket = Bucket::find(view, &name)?.ok_or_else(|| errors::no_such_bucket(&name))?;
    bucket.check_owner(expected_bucket_owner.as_deref())?;
    let region = bucket.scope.region.as_str();
    Ok(GetBucketLocationOutput { location_constraint: (region != HOME).then(|| region.to_owned()) })
}

/// Changes a bucket's row.
pub(crate) fn change(
    cx: &mut Cx,
    (name, expected_owner): (&str, Option<&str>),
    change: impl FnOnce(&mut BucketRow) -> Result<()>,
) -> Result<Nothing> {
    let mut bucket = Bucket::open(cx, name, expected_owner)?;
    change(&mut bucket.row)?;
    cx.in_scope(bucket.scope, |cx| cx.put(&BUCKETS, name, &bucket.row))?;
    Ok(Nothing {})
}
