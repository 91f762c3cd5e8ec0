//! The two commands of Redis that a read-through cache needs, over a connection for each use:
//! <https://redis.io/docs/latest/develop/reference/protocol-spec/>

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// A cache that is slow is worse than none.
const PATIENCE: Duration = Duration::from_millis(500);
/// The longest value, in bytes.
const MAX_VALUE_BYTES: usize = 1024 * 1024;

/// A connection.
pub struct Redis(BufReader<TcpStream>);

impl Redis {
    /// Connects to `host:port`.
    pub fn connect(endpoint: &str) -> io::Result<Redis> {
        let address = endpoint.to_socket_addrs()?.next();
        let address = address.ok_or_else(|| io::Error::other(format!("{endpoint} has no address")))?;
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Redis(BufReader::new(stream)))
    }

    /// The value of a key, if it is there.
    pub fn get(&mut self, key: &str) -> io::Result<Option<String>> {
        self.command(&["GET", key])
    }

    /// Keeps a value for so many seconds.
    pub fn set(&mut self, key: &str, value: &str, seconds: u64) -> io::Result<()> {
        self.command(&["SET", key, value, "EX", &seconds.to_string()]).map(drop)
    }

    fn command(&mut self, parts: &[&str]) -> io::Result<Option<String>> {
        let mut request = format!("*{}\r\n", parts.len());
        for part in parts {
            request.push_str(&format!("${}\r\n{part}\r\n", part.len()));
        }
        self.0.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        (&mut self.0).take(512).read_line(&mut line)?;
        let line = line.trim_end();
        match (line.get(..1), line.get(1..).unwrap_or_default()) {
            (Some("+"), text) => Ok(Some(text.to_owned())),
            (Some("$"), "-1") => Ok(None),
            (Some("$"), length) => self.bulk(length).map(Some),
            _ => Err(io::Error::other(format!("Redis answered {line:?}"))),
        }
    }

    fn bulk(&mut self, length: &str) -> io::Result<String> {
        let length = length.parse().ok().filter(|length| *length <= MAX_VALUE_BYTES);
        let length = length.ok_or_else(|| io::Error::other("Redis answered with a value that is too large"))?;
        let mut bytes = vec![0; length + 2];
        self.0.read_exact(&mut bytes)?;
        bytes.truncate(length);
        String::from_utf8(bytes).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// Answers each command with the next of these, and gives back what was asked.
    fn server(answers: &'static [&'static str]) -> (String, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut asked, mut buffer) = (String::new(), [0; 1024]);
            for answer in answers {
                let read = stream.read(&mut buffer).unwrap();
                asked.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
                stream.write_all(answer.as_bytes()).unwrap();
            }
            asked
        });
        (address, thread)
    }

    #[test]
    fn values_are_kept_and_found() {
        let (address, thread) = server(&["$-1\r\n", "+OK\r\n", "$5\r\nhello\r\n"]);
        let mut redis = Redis::connect(&address).unwrap();
        assert_eq!(redis.get("k").unwrap(), None);
        redis.set("k", "hello", 60).unwrap();
        assert_eq!(redis.get("k").unwrap().as_deref(), Some("hello"));
        let asked = thread.join().unwrap();
        assert!(asked.contains("*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n$2\r\nEX\r\n$2\r\n60\r\n"), "{asked}");
    }

    #[test]
    fn what_redis_refuses_is_an_error() {
        let (address, thread) = server(&["-NOAUTH Authentication required.\r\n", "$99999999999\r\n"]);
        let mut redis = Redis::connect(&address).unwrap();
        assert!(redis.get("k").unwrap_err().to_string().contains("NOAUTH"));
        assert!(redis.get("k").unwrap_err().to_string().contains("too large"));
        drop(redis);
        thread.join().unwrap();
    }
}
