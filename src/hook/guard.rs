//! Which addresses of the internet are public. Pure.
//!
//! After IANA's registries of special-purpose addresses (RFC 6890 and what followed). Whatever leads to a machine, a network
//! or a provider of its own, to many at once, to a tunnel that hides another address, or into a book's example is not
//! public.

use ipnet::{Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const fn v4(octets: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(octets[0], octets[1], octets[2], octets[3]), length)
}

const fn v6(first: [u16; 3], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first[0], first[1], first[2], 0, 0, 0, 0, 0), length)
}

/// IPv4 that is not public.
const OWN_V4: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),       // this network (RFC 791)
    v4([10, 0, 0, 0], 8),      // private use (RFC 1918)
    v4([100, 64, 0, 0], 10),   // behind a carrier's translation (RFC 6598)
    v4([127, 0, 0, 0], 8),     // this machine (RFC 1122)
    v4([169, 254, 0, 0], 16),  // this link, and a cloud's own data (RFC 3927)
    v4([172, 16, 0, 0], 12),   // private use (RFC 1918)
    v4([192, 0, 0, 0], 24),    // protocols' own (RFC 6890)
    v4([192, 0, 2, 0], 24),    // documentation (RFC 5737)
    v4([192, 88, 99, 0], 24),  // 6to4's relays (RFC 7526)
    v4([192, 168, 0, 0], 16),  // private use (RFC 1918)
    v4([198, 18, 0, 0], 15),   // benchmarks (RFC 2544)
    v4([198, 51, 100, 0], 24), // documentation (RFC 5737)
    v4([203, 0, 113, 0], 24),  // documentation (RFC 5737)
    v4([224, 0, 0, 0], 4),     // many at once (RFC 5771)
    v4([240, 0, 0, 0], 4),     // kept for later, and all at once (RFC 1112, RFC 919)
];

/// Where public IPv6 lies (RFC 4291): this machine, links, unique local addresses, many at once, mapped and translated IPv4
/// all lie elsewhere.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0], 3);

/// What in it is not public.
const OWN_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0], 23),      // protocols' own, Teredo's tunnels, benchmarks (RFC 2928)
    v6([0x2001, 0x0db8, 0], 32), // documentation (RFC 3849)
    v6([0x2002, 0, 0], 16),      // 6to4: an IPv4 address in disguise (RFC 3056)
    v6([0x3fff, 0, 0], 20),      // documentation (RFC 9637)
];

/// Whether an address is public: one that anybody may have, anywhere.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !OWN_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address) && !OWN_V6.iter().any(|net| net.contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn what_is_not_public_is_refused_from_its_first_to_its_last_address() {
        for (what, addresses) in [
            ("this network", ["0.0.0.0", "0.255.255.255"]),
            ("private", ["10.0.0.0", "10.255.255.255"]),
            ("private", ["172.16.0.0", "172.31.255.255"]),
            ("private", ["192.168.0.0", "192.168.255.255"]),
            ("carrier", ["100.64.0.0", "100.127.255.255"]),
            ("loopback", ["127.0.0.1", "127.255.255.255"]),
            ("link-local", ["169.254.0.0", "169.254.169.254"]),
            ("protocols", ["192.0.0.1", "192.0.0.171"]),
            ("documentation", ["192.0.2.1", "198.51.100.255"]),
            ("documentation", ["203.0.113.0", "203.0.113.255"]),
            ("6to4 relays", ["192.88.99.1", "192.88.99.255"]),
            ("benchmarks", ["198.18.0.0", "198.19.255.255"]),
            ("multicast", ["224.0.0.1", "239.255.255.255"]),
            ("reserved, broadcast", ["240.0.0.0", "255.255.255.255"]),
            ("loopback, unspecified", ["::1", "::"]),
            ("mapped", ["::ffff:127.0.0.1", "::ffff:93.184.216.34"]),
            ("compatible", ["::127.0.0.1", "::93.184.216.34"]),
            ("translated", ["64:ff9b::7f00:1", "64:ff9b:1::1"]),
            ("discard", ["100::", "100::ffff:ffff:ffff:ffff"]),
            ("teredo", ["2001::1", "2001:1ff:ffff::1"]),
            ("documentation", ["2001:db8::1", "2001:db8:ffff::1"]),
            ("documentation", ["3fff::1", "3fff:fff:ffff::1"]),
            ("6to4", ["2002:7f00:1::1", "2002:ffff::1"]),
            ("segment routing", ["5f00::1", "5f00:ffff::1"]),
            ("unique local", ["fc00::1", "fdff:ffff::1"]),
            ("link-local", ["fe80::1", "febf::1"]),
            ("site-local", ["fec0::1", "feff::1"]),
            ("multicast", ["ff02::1", "ffff::1"]),
        ] {
            for address in addresses {
                assert!(!public(address), "{what}: {address}");
            }
        }
    }

    #[test]
    fn what_lies_beside_it_is_public() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2003::1",
            "2600::1",
            "2a00:1450::1",
            "3ffe::1",
        ] {
            assert!(public(address), "{address}");
        }
    }

    proptest! {
        /// The standard library's own words for some of it, which know nothing of the tables.
        #[test]
        fn nothing_that_std_calls_its_own_is_public(bits in any::<u32>(), wide in any::<u128>()) {
            let v4 = Ipv4Addr::from(bits);
            if v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()
                || v4.is_broadcast() || v4.is_documentation() || v4.is_unspecified()
            {
                prop_assert!(!is_public(v4.into()));
            }
            prop_assert!(!is_public(v4.to_ipv6_mapped().into()) && !is_public(v4.to_ipv6_compatible().into()));
            let v6 = Ipv6Addr::from(wide);
            if v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || v6.is_unique_local()
                || v6.is_unicast_link_local() || v6.to_ipv4().is_some()
            {
                prop_assert!(!is_public(v6.into()));
            }
        }
    }
}
