import { generateKeyPairSync, type KeyObject } from "node:crypto";

export interface TestPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const secret = "a secret of more than 32 bytes for tests";

export const rsa: TestPair = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const p256: TestPair = generateKeyPairSync("ec", { namedCurve: "P-256" });
export const ed25519: TestPair = generateKeyPairSync("ed25519");

export const pem = (key: KeyObject): string =>
  key.export({ type: key.type === "private" ? "pkcs8" : "spki", format: "pem" }).toString();

export const jwk = (key: KeyObject, more: object = {}): Record<string, unknown> & { kty: string } =>
  ({ ...key.export({ format: "jwk" }), ...more }) as Record<string, unknown> & { kty: string };

/** A self-signed P-256 certificate (made with `openssl req -x509 -newkey ec`) whose private key was thrown away once it had signed this token. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBdTCCARugAwIBAgIUODO3lXmw/ssM+QlFJrB2mLV8BgAwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjIxMDE1MTNaGA8yMTI2MTAyOTEwMTUx
M1owDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOEh
TP9bEUShNZ4n7fevoQY5suCogEBCzNBARnikx35tS11cz7aDS9q9O3GYnGGLoB3n
ZYufpQWXJ+9XeMU4TFijUzBRMB0GA1UdDgQWBBRTQyrjzOPzMryc5Hv7v6P76g2A
LTAfBgNVHSMEGDAWgBRTQyrjzOPzMryc5Hv7v6P76g2ALTAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCIQDzZr410mliVtopG5twR2YgXwGw4mv67iEV
BtgVBtGN0wIgDO4fSVDnLmbnN0qu4XVFo6PU28G6qXvy/aaToNxWBTU=
-----END CERTIFICATE-----`;

/** Says `{ sub: "u1" }`, for ever. */
export const certificateToken =
  "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1MSJ9.WBxRwrj-vW7pDoLwmRZl2Z_8o0qXk3ob03Og6a-ouFSl2tcKPakqu4HAXLD9Rai28mxy7OU1qNJroy19yed3rQ";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token of any header and payload, with any signature. */
export const forged = (header: unknown, payload: unknown, signature = "c2ln"): string =>
  `${encode(header)}.${encode(payload)}.${signature}`;
