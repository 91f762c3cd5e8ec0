//! The code of a function as its template gives it: where its package lies, or the source itself, of which a package is made.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html>

use service::resource::{pick, text_at};
use service::{Error, Result, Value};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The most bytes of a source that stands in a template.
const LONGEST_SOURCE: usize = 4 << 20;
/// Where a package lies, under the names that operations have for it.
const PLACE: [&str; 6] = ["S3Bucket", "S3Key", "S3ObjectVersion", "S3ObjectStorageMode", "SourceKMSKeyArn", "ImageUri"];

/// The modules that CloudFormation adds for functions of custom resources, each with the runtimes' family, its file and the
/// name by which a source asks for it.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html>
const MODULES: [(&str, &str, &str, &str); 2] = [
    ("python", "cfnresponse.py", "cfnresponse", include_str!("cfnresponse.py")),
    ("nodejs", "cfn-response.js", "cfn-response", include_str!("cfn-response.js")),
];

/// The members of `Code`, as operations take them.
pub fn members(wanted: &Value) -> Result<Vec<(String, Value)>> {
    let code = wanted.get("Code").cloned().unwrap_or_default();
    let mut members = pick(&code, &PLACE);
    if let Some(source) = text_at(&code, &["ZipFile"]) {
        let package = packed(text_at(wanted, &["Runtime"]).unwrap_or_default(), source)?;
        members.push(("ZipFile".to_owned(), Value::Blob(package.into())));
    }
    Ok(members)
}

/// A package of nothing but a source, the same for the same source.
fn packed(runtime: &str, source: &str) -> Result<Vec<u8>> {
    let invalid = |text: &str| Error::new("InvalidParameterValueException", text.to_owned());
    if source.len() > LONGEST_SOURCE {
        return Err(invalid("ZipFile must be at most 4194304 bytes long."));
    }
    let family = MODULES.iter().find(|(family, ..)| runtime.starts_with(family));
    let Some((family, file, name, module)) = family else {
        return Err(invalid("ZipFile can only be used when Runtime is set to one of Node.js or Python."));
    };
    let index = if *family == "python" { "index.py" } else { "index.js" };
    let mut files = vec![(index, source)];
    if source.contains(name) {
        files.push((file, module));
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::DEFAULT).unix_permissions(0o644);
    for (name, text) in files {
        zip.start_file(name, options).map_err(Error::internal)?;
        zip.write_all(text.as_bytes()).map_err(Error::internal)?;
    }
    Ok(zip.finish().map_err(Error::internal)?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(runtime: &str, source: &str, expect: &[&str]) {
        let package = packed(runtime, source).unwrap_or_default();
        assert_eq!(packed(runtime, source).unwrap_or_default(), package);
        let archive = zip::ZipArchive::new(Cursor::new(package));
        let names = archive.map(|zip| zip.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect());
        let names: Vec<String> = names.unwrap_or_default();
        assert_eq!(names, expect, "{runtime}");
    }

    #[test]
    fn a_source_becomes_a_package() {
        check("python3.12", "def handler(event, context): pass", &["index.py"]);
        check("python3.13", "import cfnresponse", &["index.py", "cfnresponse.py"]);
        check("nodejs22.x", "exports.handler = async () => 1", &["index.js"]);
        check("nodejs22.x", "require('cfn-response')", &["index.js", "cfn-response.js"]);
        check("provided.al2023", "#!/bin/sh", &[]);
    }
}
