/** A certificate that signs itself, for a server on this machine: X.509 written by hand, since `node:crypto` reads it only. */
import { generateKeyPairSync, sign } from "node:crypto";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** For one DNS name, from yesterday to tomorrow. */
export function certificateFor(name: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const subject = sequence(set(sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));
  const names = sequence(ALTERNATIVE_NAME, der(0x04, sequence(der(0x82, Buffer.from(name)))));
  const validity = sequence(moment(-1), moment(1));
  const version = der(0xa0, integer(2));
  const extensions = der(0xa3, sequence(names));
  const body = sequence(version, integer(1), ECDSA_SHA256, subject, validity, subject, spki, extensions);
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const cert = sequence(body, ECDSA_SHA256, signature).toString("base64").replace(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${cert}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]): Buffer => der(0x31, ...parts);
const integer = (value: number): Buffer => der(0x02, Buffer.from([value]));
const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));

/** 2.5.4.3, 2.5.29.17 and 1.2.840.10045.4.3.2 (RFC 5280, RFC 5758). */
const COMMON_NAME = identifier("550403");
const ALTERNATIVE_NAME = identifier("551d11");
const ECDSA_SHA256 = sequence(identifier("2a8648ce3d040302"));

/** UTCTime, so many days from now. */
function moment(days: number): Buffer {
  const [date = ""] = new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]/g, "").slice(2).split(".");
  return der(0x17, Buffer.from(`${date}Z`));
}
