import { isStandardSchema } from "../schema/standard.ts";
import { fields } from "./fields.ts";
import { listOf } from "./listOf.ts";
import { formOf } from "./shownKeys.ts";

/** What is related to the objects of a model, as far as it is looked for here. */
interface Relating {
  readonly relations?: Readonly<Record<string, object>>;
}

/** A relation that a serializer shows, with those below it. */
interface Branch {
  /** Whether it goes out only where it is asked for. */
  isOptional: boolean;
  readonly path: string;
  readonly below: Tree;
}

type Tree = Map<string, Branch>;

/** Serializers of one object that differ in what they show of its relations. */
export interface Includes {
  /** Makes the serializer that shows those of these paths, and all that are not optional. */
  only(paths: ReadonlySet<string>): unknown;
}

/** The fields of what `fields` made, also within `listOf`; none of any other serializer. */
function mapOf(serializer: unknown): Readonly<Record<string, unknown>> {
  const form = formOf(serializer);
  if (form === undefined) return {};
  if ("listOf" in form) return mapOf(form.listOf);
  return "fields" in form ? form.fields : {};
}

/** Adds a path to what is optional. @returns whether it leads through relations that are shown */
function add(
  tree: Tree,
  [name = "", ...rest]: string[],
  path: string,
  from: unknown,
  model: Relating,
): boolean {
  const { relations = {} } = model;
  const source = Object.hasOwn(relations, name) ? mapOf(from)[name] : undefined;
  if (!isStandardSchema(source) && formOf(source) === undefined) return false;
  const branch = tree.get(name) ?? { isOptional: false, path: path + name, below: new Map() };
  tree.set(name, branch);
  if (rest.length === 0) branch.isOptional = true;
  const related = relations[name] as { readonly model: Relating };
  return rest.length === 0 || add(branch.below, rest, `${path}${name}.`, source, related.model);
}

/** Whether a serializer could show nothing at all. */
function isBare(tree: Tree, serializer: unknown): boolean {
  const map = mapOf(serializer);
  return (
    Object.keys(map).every(name => tree.get(name)?.isOptional === true) ||
    [...tree].some(([name, { below }]) => below.size > 0 && isBare(below, map[name]))
  );
}

function pruned(tree: Tree, serializer: unknown, paths: ReadonlySet<string>): unknown {
  const form = formOf(serializer);
  if (form !== undefined && "listOf" in form) {
    return listOf(pruned(tree, form.listOf, paths) as never, { limit: form.limit });
  }
  const shown = Object.entries(mapOf(serializer)).flatMap(([name, source]): [string, unknown][] => {
    const { isOptional = false, path = "", below } = tree.get(name) ?? {};
    if (isOptional && !paths.has(path)) return [];
    return [[name, below === undefined || below.size === 0 ? source : pruned(below, source, paths)]];
  });
  return fields(Object.fromEntries(shown) as never);
}

/**
 * Reads which relations of a serializer go out only where they are asked for.
 *
 * @param prefix of messages: who takes the paths, and how
 * @param paths names of relations that `fields` shows, with dots those of what is related
 * @param serializer what shows them
 * @param model whose objects they are
 * @throws TypeError naming a path that is not one of a relation that is shown, and where nothing else would be left
 */
export function includesOf(
  prefix: string,
  paths: readonly string[],
  serializer: unknown,
  model: Relating,
): Includes {
  const tree: Tree = new Map();
  for (const path of paths) {
    if (add(tree, path.split("."), "", serializer, model)) continue;
    throw new TypeError(
      `${prefix} names "${path}", which is not a relation that the serializer shows by fields()`,
    );
  }
  if (isBare(tree, serializer)) throw new TypeError(`${prefix} must leave a field that is always shown`);
  return { only: shown => pruned(tree, serializer, shown) };
}
