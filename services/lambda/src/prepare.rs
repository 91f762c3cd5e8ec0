//! What is made before the writer's lock is taken: packages are unzipped as far as their directory, and hashed.

use crate::api::*;
use crate::errors;
use crate::package::Package;
use service::{Bytes, Prepared, Result, View};

/// The package of a new function; `None` where it lies in a bucket.
pub fn create_function(
    _: &View,
    input: &CreateFunctionRequest,
) -> Result<Prepared<FunctionConfiguration, Option<Package>>> {
    let FunctionCode { zip_file, s3_bucket, s3_key, image_uri, .. } = &input.code;
    let image = image_uri.is_some() || input.package_type.as_deref() == Some("Image");
    package("CreateFunction", zip_file.as_ref(), s3_bucket.is_some() || s3_key.is_some(), image).map(Prepared::Made)
}

/// The package of a function that gets another one; `None` where it lies in a bucket.
pub fn update_function_code(
    _: &View,
    input: &UpdateFunctionCodeRequest,
) -> Result<Prepared<FunctionConfiguration, Option<Package>>> {
    let s3 = input.s3_bucket.is_some() || input.s3_key.is_some();
    package("UpdateFunctionCode", input.zip_file.as_ref(), s3, input.image_uri.is_some()).map(Prepared::Made)
}

fn package(operation: &str, zip: Option<&Bytes>, s3: bool, image: bool) -> Result<Option<Package>> {
    if image {
        return Err(errors::not_implemented("a function of a container image"));
    }
    match (zip, s3) {
        (Some(_), true) => {
            Err(errors::invalid("Please do not provide other FunctionCode parameters when providing a ZipFile."))
        }
        (Some(bytes), false) => Package::check(bytes.clone(), operation).map(Some),
        // It can only be asked for by the handler.
        (None, true) => Ok(None),
        (None, false) => Err(errors::invalid("Please provide a source for function code.")),
    }
}
