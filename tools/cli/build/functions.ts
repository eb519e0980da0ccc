import { nameOfAll } from "../../deploy/plan.ts";
import { UserError } from "../shell/command.ts";
import type { Listing } from "../worker/messages.ts";
import type { Origin, Origins } from "../worker/origins.ts";
import type { ProjectModules } from "./modules.ts";

/** One Lambda function that is to be bundled. */
export interface FunctionSource {
  /** `usersCreate`, or `api` for the function of all routes. */
  readonly name: string;
  /** Where its handler comes from. */
  readonly origin: Origin;
  /** The module that exports it as `handler`, and nothing else. */
  readonly stub: string;
}

/** What is to be bundled, and what the user should know of it. */
export interface FunctionSources {
  readonly functions: readonly FunctionSource[];
  readonly notes: readonly string[];
}

const access = (names: readonly string[]): string => names.map(name => `[${JSON.stringify(name)}]`).join("");

const importOf = ({ module, path: [name = ""] }: Origin): string =>
  `import { ${/^[\w$]+$/.test(name) ? name : JSON.stringify(name)} as source } from ${JSON.stringify(module)};`;

const stubOf = (origin: Origin, setters: readonly string[]): string =>
  [
    ...setters.map(path => `import ${JSON.stringify(path)};`),
    importOf(origin),
    `export const handler = source${access(origin.path.slice(1))};`,
  ].join("\n");

/** The place in the module that needs the fewest bytes, and there the shortest way. */
function bestOf(places: readonly Origin[], { paths }: ProjectModules): Origin | undefined {
  const rank = ({ module, path }: Origin): number => paths.indexOf(module) * 10 + path.length;
  return [...places].sort((a, b) => rank(a) - rank(b))[0];
}

function notExported(name: string, shown: (path: string) => string, { entry }: ProjectModules): UserError {
  return new UserError(
    `No module exports the handler of ${name} by a name. Export it, or the api, from ${shown(entry)}`,
  );
}

/**
 * The one function of all routes.
 *
 * @param shown a path as the user would write it
 * @throws UserError when the entry is a number of handlers without routes
 */
export function functionOfAll(
  { kind, functions, main }: Listing,
  origins: Origins,
  modules: ProjectModules,
  shown: (path: string) => string,
): FunctionSources {
  if (main === undefined) {
    throw new UserError(`${shown(modules.entry)} exports ${functions.join(", ")} and no routes; use --each`);
  }
  const inEntry = (places: readonly Origin[]): Origin | undefined =>
    bestOf(
      places.filter(({ module }) => module === modules.entry),
      modules,
    );
  if (kind !== "routes") {
    const origin = inEntry(origins.main);
    if (origin === undefined) throw notExported(main, shown, modules);
    return { functions: [{ name: nameOfAll, origin, stub: stubOf(origin, []) }], notes: [] };
  }
  const place = inEntry(
    (origins.handlers[0]?.places ?? []).filter(({ path }) => path[0] === "routes" || path[0] === "default"),
  );
  if (place === undefined) throw notExported(main, shown, modules);
  const origin = { module: place.module, path: place.path.slice(0, 1) };
  const stub = `${importOf(origin)}\nimport { api } from "tsverless";\nexport const { handler } = api(source);`;
  return { functions: [{ name: nameOfAll, origin, stub }], notes: [] };
}

/** The modules that export every handler, so that whatever imports them carries the whole API. */
function modulesOfAll({ handlers }: Origins, { paths }: ProjectModules): Set<string> {
  const has = (module: string, places: readonly Origin[]): boolean =>
    places.some(place => place.module === module);
  return new Set(
    handlers.length < 2 ? [] : paths.filter(module => handlers.every(({ places }) => has(module, places))),
  );
}

function notesOf(
  kind: Listing["kind"],
  sources: readonly FunctionSource[],
  settersOfAll: readonly string[],
  ofAll: ReadonlySet<string>,
  shown: (path: string) => string,
): string[] {
  const whole = sources.filter(({ origin }) => ofAll.has(origin.module)).map(({ name }) => name);
  const apart = sources.filter(({ origin }) => !ofAll.has(origin.module)).map(({ name }) => name);
  return [
    // Functions without routes are not an API: what one module has of them belongs together.
    ...(whole.length === 0 || kind === "handlers"
      ? []
      : [
          `The bundles of ${whole.join(", ")} carry the whole API: only a module with all handlers exports theirs. Export them from modules of their own.`,
        ]),
    ...(apart.length === 0
      ? []
      : settersOfAll.map(
          path =>
            `The settings that ${shown(path)} makes do not reach ${apart.join(", ")}. Make them in a module without handlers, or by TSVERLESS_* variables.`,
        )),
  ];
}

/**
 * A function for each handler, made of the module that exports it and of nothing more. Modules that make settings
 * belong to every function, as far as they do not carry the others' handlers.
 *
 * @param shown a path as the user would write it
 * @throws UserError when a handler is not exported
 */
export function functionsOfEach(
  { kind }: Listing,
  origins: Origins,
  modules: ProjectModules,
  shown: (path: string) => string,
): FunctionSources {
  const ofAll = modulesOfAll(origins, modules);
  const carriesAll = (path: string): boolean => [...modules.closureOf(path)].some(one => ofAll.has(one));
  const functions = origins.handlers.map(({ name, places }) => {
    const origin = bestOf(places, modules);
    if (origin === undefined) throw notExported(name, shown, modules);
    const loaded = modules.closureOf(origin.module);
    const setters = origins.setters.filter(path => !loaded.has(path) && !carriesAll(path));
    return { name, origin, stub: stubOf(origin, setters) };
  });
  return { functions, notes: notesOf(kind, functions, origins.setters.filter(carriesAll), ofAll, shown) };
}
