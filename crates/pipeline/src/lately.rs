//! Texts that are nearly always those of the request before on the same thread: they are made once and shared.

use std::cell::RefCell;
use std::net::IpAddr;
use std::sync::Arc;
use std::thread::LocalKey;

/// What a text was made of, and the text.
type Last<K> = RefCell<Option<(K, Arc<str>)>>;

thread_local! {
    static BASE_URL: Last<(&'static str, Box<str>)> = const { RefCell::new(None) };
    static SOURCE_IP: Last<IpAddr> = const { RefCell::new(None) };
    static USER_AGENT: Last<()> = const { RefCell::new(None) };
}

/// The URL by which a client reached us, without a path.
pub(crate) fn base_url(scheme: &'static str, host: &str) -> Arc<str> {
    let same = |(s, h): &(&str, Box<str>), _: &str| *s == scheme && **h == *host;
    last(&BASE_URL, same, || ((scheme, host.into()), format!("{scheme}://{host}")))
}

/// A client's address.
pub(crate) fn source_ip(ip: IpAddr) -> Arc<str> {
    last(&SOURCE_IP, |known, _| *known == ip, || (ip, ip.to_string()))
}

/// What a client calls itself.
pub(crate) fn user_agent(text: &str) -> Arc<str> {
    last(&USER_AGENT, |(), known| known == text, || ((), text.to_owned()))
}

fn last<K>(
    place: &'static LocalKey<Last<K>>,
    same: impl FnOnce(&K, &str) -> bool,
    make: impl FnOnce() -> (K, String),
) -> Arc<str> {
    place.with_borrow_mut(|last| match last {
        Some((key, text)) if same(key, text) => Arc::clone(text),
        _ => {
            let (key, text) = make();
            let text: Arc<str> = text.into();
            *last = Some((key, Arc::clone(&text)));
            text
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn each_change_is_seen_and_what_stays_is_shared() {
        assert_eq!(&*base_url("http", "a:1"), "http://a:1");
        assert_eq!(&*base_url("https", "a:1"), "https://a:1");
        let again = base_url("http", "b:1");
        assert_eq!(&*again, "http://b:1");
        assert!(Arc::ptr_eq(&again, &base_url("http", "b:1")));
        for last in [1, 2, 1] {
            let ip = Ipv4Addr::new(127, 0, 0, last);
            assert_eq!(*source_ip(ip.into()), ip.to_string());
        }
        for text in ["", "a", "a", "b", ""] {
            assert_eq!(&*user_agent(text), text);
        }
    }
}
