import { isObject } from "./objects.ts";

type Loaded = Record<string, unknown>;

/**
 * Reads the settings file: `.json`, `.yaml`/`.yml` (needs the package `yaml`), or a module whose default export (or
 * whose named exports) are the settings. Loaded only when `TSVERLESS_SETTINGS` names one.
 *
 * @throws Error that names the variable and the file when it can't be read
 */
export function readSettingsFile(path: string): Loaded {
  const { isAbsolute, resolve } = process.getBuiltinModule("node:path");
  const file = isAbsolute(path) ? path : resolve(process.cwd(), path);
  let loaded: unknown;
  try {
    loaded = load(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`TSVERLESS_SETTINGS: can't read ${path}: ${reason}`, { cause });
  }
  if (!isObject(loaded)) throw new TypeError(`TSVERLESS_SETTINGS: ${path} must hold an object of settings`);
  return loaded;
}

function load(file: string): unknown {
  const require = process.getBuiltinModule("node:module").createRequire(file);
  if (/\.ya?ml$/.test(file)) return requireYaml(file).parse(readText(file));
  if (file.endsWith(".json")) return JSON.parse(readText(file));
  const module: unknown = require(file);
  if (!isObject(module)) return module;
  const { default: main, __esModule: _marker, "module.exports": _cjs, ...named } = module;
  return main ?? named;
}

function readText(file: string): string {
  return process.getBuiltinModule("node:fs").readFileSync(file, "utf8");
}

function requireYaml(file: string): { parse(text: string): unknown } {
  const { createRequire } = process.getBuiltinModule("node:module");
  for (const from of [file, import.meta.url]) {
    try {
      return createRequire(from)("yaml");
    } catch {}
  }
  throw new Error('reading YAML needs the package "yaml": npm install yaml');
}
