//! The variables that a runtime finds, as Lambda sets them.
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>

use crate::runtime::{Language, Runtime};
use crate::{FunctionSpec, Invocation, LogFormat};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where things are for the processes of a sandbox.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(crate) task: PathBuf,
    pub(crate) runtime: PathBuf,
    pub(crate) opt: PathBuf,
    pub(crate) tmp: PathBuf,
}

/// The whole environment of a runtime. The function's own variables win over nothing that is reserved: the API that
/// stores them refuses reserved names.
pub(crate) fn variables(
    spec: &FunctionSpec,
    runtime: Runtime,
    places: &Places,
    invocation: &Invocation,
    (api, daemon): (SocketAddr, SocketAddr),
) -> Vec<(String, String)> {
    let text = |path: &PathBuf| path.to_string_lossy().into_owned();
    let (task, client, opt) = (text(&places.task), text(&places.runtime), text(&places.opt));
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    let mut set = |name: &str, value: String| all.insert(name.to_owned(), value);
    set("LANG", "en_US.UTF-8".into());
    set("TZ", ":UTC".into());
    set("PATH", format!("/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:{opt}/bin"));
    let libraries = format!("{client}:{client}/lib:{task}:{task}/lib:{opt}/lib");
    set("LD_LIBRARY_PATH", format!("/var/lang/lib:{libraries}"));
    language(&mut set, spec, runtime, places);
    for (name, value) in spec.environment.iter().chain(&invocation.session) {
        set(name, value.clone());
    }
    set("LAMBDA_TASK_ROOT", task);
    set("LAMBDA_RUNTIME_DIR", client);
    set("_HANDLER", spec.handler.clone());
    set("AWS_REGION", spec.region.clone());
    set("AWS_DEFAULT_REGION", spec.region.clone());
    set("AWS_LAMBDA_FUNCTION_NAME", spec.name.clone());
    set("AWS_LAMBDA_FUNCTION_VERSION", spec.id.version.clone());
    set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", spec.memory_mb.to_string());
    set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into());
    set("AWS_LAMBDA_LOG_GROUP_NAME", spec.log_group.clone());
    set("AWS_LAMBDA_LOG_STREAM_NAME", invocation.log_stream.clone());
    let format = if spec.log_format == LogFormat::Json { "JSON" } else { "Text" };
    set("AWS_LAMBDA_LOG_FORMAT", format.into());
    set("AWS_LAMBDA_RUNTIME_API", api.to_string());
    set("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR".into());
    set("AWS_XRAY_DAEMON_ADDRESS", daemon.to_string());
    set("_AWS_XRAY_DAEMON_ADDRESS", daemon.ip().to_string());
    set("_AWS_XRAY_DAEMON_PORT", daemon.port().to_string());
    if places.tmp.as_os_str() != "/tmp" {
        // Where the sandbox has no /tmp of its own, well-behaved programs still keep out of the machine's.
        set("TMPDIR", text(&places.tmp));
    }
    all.into_iter().collect()
}

fn language<R>(set: &mut impl FnMut(&str, String) -> R, spec: &FunctionSpec, runtime: Runtime, places: &Places) {
    let Runtime::Interpreted(language, major, minor) = runtime else { return };
    let (client, opt, task) = (places.runtime.display(), places.opt.display(), places.task.display());
    match language {
        Language::Python => {
            let layers = format!("{opt}/python/lib/python{major}.{minor}/site-packages:{opt}/python");
            set("PYTHONPATH", format!("{client}:{layers}"));
        }
        Language::Node => {
            let layers = format!("{opt}/nodejs/node{major}/node_modules:{opt}/nodejs/node_modules");
            set("NODE_PATH", format!("{layers}:{client}/node_modules:{client}:{task}"));
        }
    }
    set("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", spec.runtime));
}
