/**
 * Which addresses a webhook may be sent to: those of the public internet, and no others (R13.6).
 *
 * Promises: what is not known to be public is not. IPv6 is public inside 2000::/3 alone, less what is set aside there; so every
 * address that wraps an IPv4 one (mapped, compatible, NAT64, 6to4, Teredo) is refused, wherever it leads.
 */
import { BlockList, isIP, isIPv4 } from "node:net";

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and addresses that clouds answer their own machines on. */
const NOT_PUBLIC_4 = [
  "0.0.0.0/8 this network",
  "10.0.0.0/8 private",
  "100.64.0.0/10 shared by carriers (CGNAT)",
  "127.0.0.0/8 loopback",
  "168.63.129.16/32 metadata of Azure",
  "169.254.0.0/16 link-local, metadata of most clouds",
  "172.16.0.0/12 private",
  "192.0.0.0/24 protocol assignments, metadata of Oracle",
  "192.0.2.0/24 documentation",
  "192.31.196.0/24 AS112",
  "192.52.193.0/24 AMT",
  "192.88.99.0/24 6to4 relays",
  "192.168.0.0/16 private",
  "192.175.48.0/24 AS112",
  "198.18.0.0/15 benchmarks",
  "198.51.100.0/24 documentation",
  "203.0.113.0/24 documentation",
  "224.0.0.0/4 multicast",
  "240.0.0.0/4 reserved, broadcast",
];

const GLOBAL_6 = ["2000::/3 global unicast"];
/** https://www.iana.org/assignments/iana-ipv6-special-registry */
const NOT_PUBLIC_6 = [
  "2001::/23 protocol assignments, Teredo, ORCHID",
  "2001:db8::/32 documentation",
  "2002::/16 6to4",
  "2620:4f:8000::/48 AS112",
  "3fff::/20 documentation",
];

const notPublic4 = listOf(NOT_PUBLIC_4, "ipv4");
const global6 = listOf(GLOBAL_6, "ipv6");
const notPublic6 = listOf(NOT_PUBLIC_6, "ipv6");

/** False for what is no address. */
export function isPublicAddress(address: string): boolean {
  // One with a zone ("fe80::1%eth0") is link-local.
  if (isIP(address) === 0 || address.includes("%")) return false;
  if (isIPv4(address)) return !notPublic4.check(address, "ipv4");
  return global6.check(address, "ipv6") && !notPublic6.check(address, "ipv6");
}

function listOf(rows: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const row of rows) {
    const [, net = "", prefix = ""] = /^(\S+)\/(\d+) /.exec(row) ?? [];
    list.addSubnet(net, Number(prefix), family);
  }
  return list;
}
