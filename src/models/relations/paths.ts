import { BadRequest } from "../../core/errors.ts";
import { fieldsOfModel } from "../fields/fields.ts";
import { shownName } from "../fields/knownFields.ts";
import type { RelatedModel, Relation } from "../types.ts";

/** So many relations a condition may lead through: each may take a read of its own. */
export const mostRelations = 3;

/** What stands for the related object itself in a path, so that a condition of several fields is about one of them. */
const whole = "*";

/** A path of a condition: `author.name`, `author.org.name`, `comments.*`. */
export interface Path {
  readonly relation: string;
  /** What it leads to from there. */
  readonly rest: string;
}

/** Reads the name of a condition; `undefined` for that of a field. */
export function pathOf(name: string, model: RelatedModel): Path | undefined {
  const at = name.indexOf(".");
  if (at < 0) return undefined;
  const fields = fieldsOfModel(model);
  if (fields !== undefined && Object.hasOwn(fields, name)) return undefined;
  return { relation: name.slice(0, at), rest: name.slice(at + 1) };
}

/** The relation of this name. */
export function relationNamed({ relations }: RelatedModel, name: string): Relation | undefined {
  return relations !== undefined && Object.hasOwn(relations, name) ? relations[name] : undefined;
}

/** The condition of the related object that a path and what stands behind it mean. */
export const innerOf = ({ rest }: Path, condition: unknown): unknown =>
  rest === whole ? condition : { [rest]: condition };

const isWhere = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The names that conditions are joined by, and what each takes. */
export const isJoined = (name: string): boolean => name === "and" || name === "or" || name === "not";

/** The conditions below one of those names. */
export const joinedBy = (condition: unknown): unknown[] =>
  Array.isArray(condition) ? condition : [condition];

const deepest = 50;

/** Whether a condition leads through a relation. */
export function leadsThrough(where: unknown, model: RelatedModel, depth = 0): boolean {
  if (!isWhere(where) || depth > deepest) return false;
  return Object.entries(where).some(([name, condition]) =>
    isJoined(name)
      ? joinedBy(condition).some(each => leadsThrough(each, model, depth + 1))
      : pathOf(name, model) !== undefined,
  );
}

/**
 * Checks that the paths of a condition lead somewhere.
 *
 * @param left how many relations it may lead through
 * @throws BadRequest naming the path
 */
export function checkPaths(
  where: unknown,
  model: RelatedModel,
  left: number = mostRelations,
  before = "",
  depth = 0,
): void {
  if (!isWhere(where)) throw new BadRequest("Invalid filter: a condition must be an object");
  if (depth > deepest) throw new BadRequest("Invalid filter: too deeply nested");
  const fields = fieldsOfModel(model);
  for (const [name, condition] of Object.entries(where)) {
    if (isJoined(name)) {
      for (const each of joinedBy(condition)) checkPaths(each, model, left, before, depth + 1);
      continue;
    }
    const field = shownName(before + name);
    const path = pathOf(name, model);
    const isKnown = path !== undefined || fields === undefined || Object.hasOwn(fields, name);
    const relation = path && relationNamed(model, path.relation);
    if (!isKnown || (path !== undefined && relation === undefined)) {
      throw new BadRequest(`Unknown field: ${field}`, { field });
    }
    if (path === undefined || relation === undefined) continue;
    if (left === 0) {
      throw new BadRequest(`Invalid filter: ${field} leads through more than ${mostRelations} relations`, {
        field,
      });
    }
    checkPaths(innerOf(path, condition), relation.model, left - 1, `${before}${path.relation}.`, depth + 1);
  }
}
