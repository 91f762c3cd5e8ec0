//! The functions of the enterprise estate: one program for all of them, which Lambda tells by `_HANDLER` whose work to do.

mod aws;
mod clock;
mod failure;
mod functions;
mod http;
mod log;
mod order;
mod redis;
mod runtime;
mod session;
mod settings;
mod text;
mod trace;

#[cfg(test)]
mod testing;

use aws::{Aws, Network};
use failure::Failure;
use runtime::Runtime;
use session::Session;
use settings::Settings;
use std::process::ExitCode;

fn main() -> ExitCode {
    let settings = Settings::of_environment();
    let runtime = match Runtime::new(&settings) {
        Ok(runtime) => runtime,
        Err(failure) => return ended(&failure),
    };
    match serve(&runtime, &settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Lambda ends the process whether or not it hears why.
            let _ = runtime.cannot_start(&failure);
            ended(&failure)
        }
    }
}

/// Answers one event after the other, until the Runtime API is gone.
fn serve(runtime: &Runtime, settings: &Settings) -> Result<(), Failure> {
    let name = settings.text("_HANDLER")?;
    let handler = functions::named(name)
        .ok_or_else(|| Failure::Misconfigured(format!("no function of this program is called {name}")))?;
    let aws = Aws::new(settings, Box::new(Network::new()?))?;
    loop {
        let invocation = runtime.next()?;
        let session = Session::new(name, settings, &aws, &invocation);
        let answer = handler(&session, &invocation.event);
        if let Err(failure) = &answer {
            session.error("the invocation failed", &failure.described());
        }
        // Lambda stops the process between invocations: what is to be told is told before the answer.
        session.send_trace();
        match answer {
            Ok(answer) => runtime.answer(&invocation.request_id, &answer)?,
            Err(failure) => runtime.fail(&invocation.request_id, &failure)?,
        }
    }
}

fn ended(failure: &Failure) -> ExitCode {
    eprintln!("{failure}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    /// A change of the code that keeps its key would never reach a stack that is there.
    #[test]
    fn template_and_estate_name_this_release() {
        let key = concat!("workloads/", env!("CARGO_PKG_VERSION"), "/bootstrap.zip");
        assert!(include_str!("../../template.yaml").contains(&format!("{{ Key: {key} }}")));
        assert!(include_str!("../../estate.toml").contains(&format!("\"{key}\"")));
    }
}
