import type { AnyModel } from "./anyModel.ts";
import { isKind, type OptionTable, wantedKind } from "./options.ts";
import { readSettingsFile } from "./settingsFile.ts";

/** What holds for the whole application. */
export interface Settings {
  /**
   * Signs and verifies tokens (HS256) and encrypts cursors, in at least 32 bytes. A list is for changing it: the first signs, all
   * verify; the variable holds a list as JSON. No default: without it nothing is signed.
   */
  readonly secretKey: string | readonly string[] | undefined;
  /** Where `authUser` looks users up when it is given no model of its own. */
  readonly userModel: AnyModel | undefined;
  /** `Access-Control-Allow-Origin`. @default "*" */
  readonly corsOrigin: string;
  /** `Access-Control-Allow-Headers`. @default "*" */
  readonly corsHeaders: string;
  /** Seconds that a token of `signJwt` lives. @default 300 */
  readonly jwtExpiry: number;
  /** Seconds by which clocks may differ when a token is verified. @default 60 */
  readonly jwtLeeway: number;
  /** The algorithm that tokens are signed with. @default "HS256" */
  readonly jwtAlgorithm: string;
  /** Logs a line for every warmup event. @default false */
  readonly warmupLog: boolean;
  /** Shows the stack and the event in 500 responses. Never in production. @default false */
  readonly debug: boolean;
  /** Sends errors as RFC 9457 `application/problem+json`. @default false */
  readonly problemDetails: boolean;
}

const known: OptionTable<Settings> = {
  secretKey: ["string", "names"],
  userModel: "model",
  corsOrigin: "string",
  corsHeaders: "string",
  jwtExpiry: "count",
  jwtLeeway: "count",
  jwtAlgorithm: "string",
  warmupLog: "boolean",
  debug: "boolean",
  problemDetails: "boolean",
};
const names = Object.keys(known) as (keyof Settings)[];

const defaults: Settings = {
  secretKey: undefined,
  userModel: undefined,
  corsOrigin: "*",
  corsHeaders: "*",
  jwtExpiry: 300,
  jwtLeeway: 60,
  jwtAlgorithm: "HS256",
  warmupLog: false,
  debug: false,
  problemDetails: false,
};

type GivenSettings = Partial<Record<keyof Settings, unknown>>;

function checked(given: GivenSettings, origin: (name: string) => string): GivenSettings {
  for (const [name, value] of Object.entries(given)) {
    const kind = Object.hasOwn(known, name) ? known[name as keyof Settings] : undefined;
    if (kind === undefined) {
      throw new TypeError(`${origin(name)}: no such setting; there are ${names.join(", ")}`);
    }
    if (value !== undefined && !isKind(value, kind)) {
      throw new TypeError(`${origin(name)} must be ${wantedKind(kind)}`);
    }
  }
  return given;
}

const variableOf = (name: string): string =>
  `TSVERLESS_${name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`;

const booleans: Record<string, boolean> = { true: true, "1": true, false: false, "0": false };

/** A list of keys as JSON; text that is none stays text. */
function listOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function fromVariable(name: keyof Settings, text: string): unknown {
  const kind = known[name];
  if (name === "secretKey" && text.startsWith("[")) return listOf(text);
  if (kind === "boolean") return booleans[text.toLowerCase()] ?? text;
  if (kind === "count") return /^\d+$/.test(text) ? Number(text) : text;
  return text;
}

function fromEnvironment(env: NodeJS.ProcessEnv): GivenSettings {
  const given: GivenSettings = {};
  for (const name of names) {
    const text = env[variableOf(name)];
    if (text !== undefined && text !== "") given[name] = fromVariable(name, text);
  }
  return checked(given, variableOf);
}

function fromFile(path: string | undefined): GivenSettings {
  if (path === undefined || path === "") return {};
  return checked(readSettingsFile(path), name => `TSVERLESS_SETTINGS: ${path}: "${name}"`);
}

/** What outranks the code: a settings file, and above it the environment's variables. */
const deployment: GivenSettings = {
  ...fromFile(process.env.TSVERLESS_SETTINGS),
  ...fromEnvironment(process.env),
};

const current: GivenSettings = { ...defaults, ...deployment };
let changes = 0;

/**
 * The settings in force. A deployment outranks the code: the defaults are overridden by {@link configure}, that by the
 * file named in `TSVERLESS_SETTINGS` (JSON, YAML, or a module), and that by variables such as `TSVERLESS_SECRET_KEY`.
 *
 * @example
 * settings.jwtExpiry; // 300
 */
export const settings: Settings = current as unknown as Settings;

/**
 * Overrides defaults from code; `undefined` brings a default back. What the deployment sets stays as it is.
 *
 * @throws TypeError naming the setting that is unknown or of the wrong type
 * @example
 * configure({ corsOrigin: "https://example.com", jwtExpiry: 3600 });
 */
export function configure(overrides: Partial<Settings>): void {
  checked(overrides, name => `configure: "${name}"`);
  for (const key of keysIn(overrides.secretKey)) {
    if (Buffer.byteLength(key) < 32) {
      throw new TypeError('configure: "secretKey" must have at least 32 bytes (RFC 7518 section 3.2)');
    }
  }
  for (const name of Object.keys(overrides) as (keyof Settings)[]) {
    if (!Object.hasOwn(deployment, name)) current[name] = overrides[name] ?? defaults[name];
  }
  changes++;
}

const keysIn = (keys: Settings["secretKey"]): readonly string[] =>
  (typeof keys === "string" ? [keys] : (keys ?? [])).filter(key => key !== "");

/** The secret keys in force, the one that signs first; none when nothing is set. */
export function secretKeys(): readonly string[] {
  return keysIn(settings.secretKey);
}

/** Grows with every {@link configure}; what is derived from settings is kept until it does. */
export function settingsVersion(): number {
  return changes;
}
