//! What is believed of a proxy in front of the host.
//!
//! A proxy says in a header for whom it asks. Anybody could write such a header, so it counts only on a
//! connection from an address that the configuration trusts; and of the addresses in it, the last that is no
//! trusted proxy itself is taken, since all before it were written by others.

use axum::http::HeaderMap;
use std::net::IpAddr;

/// The proxies that are trusted.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// Their addresses.
    pub trusted: Vec<IpAddr>,
    /// The header in which they say for whom they ask: addresses, divided by commas.
    pub header: String,
}

impl Proxies {
    /// The address that a request on a connection from `peer` comes from.
    #[must_use]
    pub fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let trusts = |address: IpAddr| self.trusted.contains(&address.to_canonical());
        if self.header.is_empty() || !trusts(peer) {
            return peer;
        }
        let values = headers.get_all(self.header.as_str()).iter();
        let said: Vec<&str> =
            values.filter_map(|value| value.to_str().ok()).flat_map(|own| own.split(',')).collect();
        let mut origin = peer;
        for part in said.into_iter().rev() {
            let Ok(address) = part.trim().parse::<IpAddr>() else { break };
            origin = address.to_canonical();
            if !trusts(origin) {
                break;
            }
        }
        origin
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn origin(peer: &str, said: &[&'static str]) -> String {
        let proxies = Proxies {
            trusted: vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()],
            header: "x-forwarded-for".to_owned(),
        };
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        proxies.origin(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(origin("192.0.2.7", &["198.51.100.1"]), "192.0.2.7");
        assert_eq!(origin("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(origin("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn what_was_there_before_the_last_stranger_is_not_believed() {
        assert_eq!(origin("10.0.0.1", &["203.0.113.9, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(origin("10.0.0.1", &["203.0.113.9", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(origin("10.0.0.1", &["198.51.100.1, nonsense"]), "10.0.0.1");
    }

    #[test]
    fn without_a_header_no_proxy_is_believed() {
        let proxies = Proxies { trusted: vec!["10.0.0.1".parse().unwrap()], header: String::new() };
        let headers = [("x-forwarded-for".parse().unwrap(), "198.51.100.1".parse().unwrap())];
        let headers: HeaderMap<_> = headers.into_iter().collect();
        let peer = "10.0.0.1".parse().unwrap();
        assert_eq!(proxies.origin(peer, &headers), peer);
    }
}
