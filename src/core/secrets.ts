import { isRecord } from "./objects.ts";

/** What stands where something is not shown. */
export const hidden = "(hidden)";

const secretWords =
  /authorization|cookie|credential|csrf|xsrf|jwt|oidc|otp$|passw|passphrase|passcode|pwd|secret|session|signature|token|key$|keyid$|apikey|accesskey|^(?:auth|pass|sid|sig|ssn|pin)$/;
/** Names that only sound like it; functions of ours begin the messages of their errors. */
const harmless: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "key",
  "routekey",
  "partitionkey",
  "sortkey",
  "signjwt",
  "verifyjwt",
  "hashpassword",
  "verifypassword",
  "sessioncookie",
]);
const secretParameters: ReadonlySet<string> = /* @__PURE__ */ new Set(["key", "code", "state", "nonce"]);

const lettersOf = (name: string): string =>
  name
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");

/**
 * Whether what stands under a name may be a credential: a token, a password, a cookie, a key of an API, a signature.
 *
 * @param name of a field, a header or a parameter, however it is written
 */
export function isSecretName(name: string): boolean {
  const letters = lettersOf(name);
  return secretWords.test(letters) && !harmless.has(letters);
}

/** Parameters have names that are ordinary in fields: `code` of OAuth, `key` of many an API. */
const isSecretParameter = (name: string): boolean =>
  isSecretName(name) || secretParameters.has(lettersOf(name));

const schemes = /\b(Bearer|Basic|Digest|Negotiate) [^\s"',;]+/gi;
const userInfo = /\/\/[^\s/?#@]*@/g;
const pairs = /\b(\w+)(["']?\s?[:=]\s?)("[^"]*"|'[^']*'|[^\s"',;&)}\]]+)/g;
const words = /[\w.+=~-]+/g;
const knownKeys = /^(?:(?:AKIA|ASIA)[A-Z0-9]{16}$|(?:sk|rk|whsec|gh[opsu]|xox[abp])[_-]\w{12})/;

/** A signed token, or a key in the form that a well-known service gives out. */
const isSecretWord = (word: string): boolean =>
  knownKeys.test(word) || (word.startsWith("eyJ") && word.split(".").length > 2);

/**
 * A text without the credentials that can be recognised in it: those of addresses, tokens, well-known keys, and what is said under a
 * name such as `password`.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(schemes, (_all, scheme: string) => `${scheme} ${hidden}`)
    .replace(userInfo, `//${hidden}@`)
    .replace(pairs, (all: string, name: string, between: string, value: string) =>
      isSecretName(name) && value !== hidden ? `${name}${between}${hidden}` : all,
    )
    .replace(words, word => (isSecretWord(word) ? hidden : word));
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** A query string, a form or an address, without the values of secret parameters. */
function withoutParameters(text: string): string {
  if (!text.includes("=")) return text;
  const parts = text.split(/([?&;#])/).map(part => {
    const at = part.indexOf("=");
    const name = part.slice(0, at);
    return at > 0 && isSecretParameter(decoded(name)) ? `${name}=${hidden}` : part;
  });
  return parts.join("");
}

/** Addresses in parameters are encoded, and what is in them once more. */
function hasSecrets(value: string, rounds = 4): boolean {
  if (shownText(value) !== value) return true;
  const plain = decoded(value);
  return rounds > 0 && plain !== value && hasSecrets(plain, rounds - 1);
}

/**
 * A query string as it may stand in a log: the values of secret parameters are hidden, and so are those with a credential in
 * them, encoded or not.
 *
 * @param query with or without its `?`
 * @example
 * queryWithoutSecrets("?page=2&access_token=abc"); // "?page=2&access_token=(hidden)"
 */
export function queryWithoutSecrets(query: string): string {
  const parts = query.split(/([?&;])/).map(part => {
    const at = part.indexOf("=");
    const name = part.slice(0, Math.max(at, 0));
    const isSecret = isSecretParameter(decoded(name)) || hasSecrets(part.slice(at + 1).replaceAll("+", " "));
    return !isSecret ? part : at < 0 ? hidden : `${name}=${hidden}`;
  });
  return parts.join("");
}

const shownText = (text: string): string => withoutSecrets(withoutParameters(text));

function shownBody(body: string, isBase64: boolean): string {
  if (isBase64) return `(${Buffer.byteLength(body, "base64")} bytes)`;
  try {
    const value: unknown = JSON.parse(body);
    if (isRecord(value)) return JSON.stringify(shown(value, isSecretName, 0));
  } catch {
    // It is not JSON.
  }
  return shownText(body);
}

/** What holds headers or parameters by their names. */
const namedMaps = /headers$|parameters$/i;
/** Stage variables are where REST APIs keep keys of what stands behind them. */
const hiddenWhole: ReadonlySet<string> = /* @__PURE__ */ new Set(["cookies", "stageVariables"]);
const maxDepth = 64;

type IsSecret = (name: string) => boolean;

function shownObject(object: Record<string, unknown>, isSecret: IsSecret, depth: number): unknown {
  const isBase64 = object.isBase64Encoded === true || object.is_base64_encoded === true;
  const entries = Object.entries(object).map(([name, value]) => {
    if (value === undefined || value === null) return [name, value];
    if (hiddenWhole.has(name) || isSecret(name)) return [name, hidden];
    if (name === "body" && typeof value === "string") return [name, shownBody(value, isBase64)];
    return [name, shown(value, namedMaps.test(name) ? isSecretParameter : isSecretName, depth + 1)];
  });
  return Object.fromEntries(entries);
}

function shown(value: unknown, isSecret: IsSecret, depth: number): unknown {
  if (typeof value === "string") return shownText(value);
  if (typeof value === "bigint") return String(value);
  if (!isRecord(value)) return value;
  if (depth > maxDepth) throw new RangeError("The event nests too deep to be shown");
  if (value instanceof Date) return value.toJSON();
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  if (Array.isArray(value)) return value.map(item => shown(item, isSecret, depth + 1));
  return shownObject(value, isSecret, depth);
}

/**
 * An event as it may be shown while debugging: without the credentials that it holds, keys of an API among them.
 *
 * @param event any event; nothing of it is changed
 * @throws RangeError when it is circular
 */
export function withoutCredentials(event: unknown): unknown {
  return shown(event ?? null, isSecretName, 0);
}
