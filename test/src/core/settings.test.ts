import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { configure, type Settings, settings, settingsVersion } from "../../../src/core/settings.ts";

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
const module = new URL("../../../src/core/settings.ts", import.meta.url).href;

/** Settings are read when the process starts, so each case gets a process of its own. */
async function started(
  env: Record<string, string>,
  code = "",
): Promise<{ settings?: Settings; error?: string }> {
  const script = `const { settings, configure } = await import(${JSON.stringify(module)}); ${code}; console.log(JSON.stringify(settings));`;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      env: { ...process.env, ...env },
    });
    return { settings: JSON.parse(stdout) };
  } catch (error) {
    return { error: String((error as { stderr?: string }).stderr) };
  }
}

async function file(name: string, text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "tsverless-")), name);
  await writeFile(path, text);
  return path;
}

describe("configure", () => {
  afterEach(() => configure({ jwtExpiry: undefined, secretKey: undefined, debug: undefined }));

  it("overrides defaults, and undefined brings them back", () => {
    expect(settings).toEqual(defaults);
    const version = settingsVersion();
    configure({ jwtExpiry: 10, debug: true });
    expect(settings).toEqual({ ...defaults, jwtExpiry: 10, debug: true });
    expect(settingsVersion()).toBe(version + 1);
    configure({ jwtExpiry: undefined, debug: undefined });
    expect(settings).toEqual(defaults);
  });

  it.each([
    [{ jwtExpiry: "10" }, 'configure: "jwtExpiry" must be a whole number of at least 0'],
    [{ jwtExpiry: -1 }, 'configure: "jwtExpiry" must be a whole number of at least 0'],
    [{ debug: "true" }, 'configure: "debug" must be true or false'],
    [{ secretKey: 5 }, 'configure: "secretKey" must be a string or an array of strings'],
    [{ secretKey: "short" }, 'configure: "secretKey" must have at least 32 bytes (RFC 7518 section 3.2)'],
    [
      { secretKey: ["a".repeat(32), "short"] },
      'configure: "secretKey" must have at least 32 bytes (RFC 7518 section 3.2)',
    ],
    [{ userModel: {} }, 'configure: "userModel" must be a model'],
    [
      { jwtExpire: 1 },
      `configure: "jwtExpire": no such setting; there are ${Object.keys(defaults).join(", ")}`,
    ],
    [
      { toString: 1 },
      `configure: "toString": no such setting; there are ${Object.keys(defaults).join(", ")}`,
    ],
  ])("refuses %j and changes nothing", (overrides, message) => {
    expect(() => configure({ corsOrigin: "https://x", ...overrides } as never)).toThrow(
      new TypeError(message),
    );
    expect(settings).toEqual(defaults);
  });
});

describe("the deployment's settings", () => {
  it("come from TSVERLESS_ variables, in their types", async () => {
    const env = {
      TSVERLESS_SECRET_KEY: "k",
      TSVERLESS_JWT_EXPIRY: "60",
      TSVERLESS_DEBUG: "true",
      TSVERLESS_WARMUP_LOG: "0",
      TSVERLESS_CORS_ORIGIN: "https://a.example",
    };
    const { userModel: _, ...rest } = defaults;
    expect(await started(env)).toEqual({
      settings: { ...rest, secretKey: "k", jwtExpiry: 60, debug: true, corsOrigin: "https://a.example" },
    });
  });

  it.each([
    ["TSVERLESS_JWT_EXPIRY", "soon", "TSVERLESS_JWT_EXPIRY must be a whole number of at least 0"],
    ["TSVERLESS_JWT_LEEWAY", "-1", "TSVERLESS_JWT_LEEWAY must be a whole number of at least 0"],
    ["TSVERLESS_DEBUG", "maybe", "TSVERLESS_DEBUG must be true or false"],
    ["TSVERLESS_USER_MODEL", "User", "TSVERLESS_USER_MODEL must be a model"],
  ])("fail at start when %s is %s, with the variable's name", async (name, value, message) => {
    expect((await started({ [name]: value })).error).toContain(`TypeError: ${message}`);
  });

  it.each([
    ["settings.json", '{ "jwtExpiry": 1, "corsOrigin": "file" }'],
    ["settings.yaml", "jwtExpiry: 1\ncorsOrigin: file\n"],
    ["settings.yml", "jwtExpiry: 1\ncorsOrigin: file\n"],
    ["settings.mjs", 'export default { jwtExpiry: 1, corsOrigin: "file" };'],
    ["settings.cjs", 'module.exports = { jwtExpiry: 1, corsOrigin: "file" };'],
    ["named.mjs", 'export const jwtExpiry = 1; export const corsOrigin = "file";'],
  ])("come from the file that TSVERLESS_SETTINGS names: %s", async (name, text) => {
    const path = await file(name, text);
    const env = { TSVERLESS_SETTINGS: path, TSVERLESS_CORS_ORIGIN: "variable" };
    const code = 'configure({ jwtExpiry: 7, jwtLeeway: 8, corsOrigin: "code" })';
    expect((await started(env, code)).settings).toMatchObject({
      jwtExpiry: 1,
      jwtLeeway: 8,
      corsOrigin: "variable",
    });
  });

  it.each([
    ["settings.json", "{", "TSVERLESS_SETTINGS: can't read"],
    ["settings.json", "[]", "must hold an object of settings"],
    ["settings.json", '{ "debug": 1 }', '"debug" must be true or false'],
    ["settings.yaml", "jwtExpire: 1", '"jwtExpire": no such setting'],
    ["settings.mjs", "throw new Error('broken')", "broken"],
  ])("fail at start when %s holds %s", async (name, text, message) => {
    const path = await file(name, text);
    const { error } = await started({ TSVERLESS_SETTINGS: path });
    expect(error).toContain("TSVERLESS_SETTINGS");
    expect(error).toContain(message);
  });

  it("fail at start when the file is missing", async () => {
    expect((await started({ TSVERLESS_SETTINGS: "nowhere.json" })).error).toContain(
      "TSVERLESS_SETTINGS: can't read nowhere.json",
    );
  });
});
