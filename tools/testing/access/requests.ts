import type { Row } from "../../../src/core/types.ts";
import { toJson } from "../../../src/http/json.ts";
import { addressBelow, addressFor } from "./parents.ts";
import type { AccessRoute } from "./routes.ts";
import type { Scene } from "./scene.ts";
import type { Actor, AttackRequest, Variables } from "./types.ts";
import type { Stored } from "./world.ts";

/** All that a request says, as text: what comes back of it reveals nothing to its sender. */
export function requestText({ path, query, body, headers, cookies }: AttackRequest): string {
  const asked = query instanceof URLSearchParams ? query.toString() : query;
  const text = toJson([path, asked, body, headers, cookies]);
  try {
    return `${text}${decodeURIComponent(path)}`;
  } catch {
    return text;
  }
}

const variable = /\{(\w+)(\+?)\}/g;

/** The request of a route whose path has these variables. */
export function requestTo(
  route: AccessRoute,
  variables: Variables,
  more: Partial<AttackRequest> = {},
): AttackRequest {
  const path = route.path.replace(variable, (_, name: string) =>
    encodeURIComponent(variables[name] ?? "none"),
  );
  return { ...more, method: more.method ?? route.method, path, pathParameters: variables };
}

/** What the variables of a path are that name no object of its own: a field of that name, of the object or of who asks. */
export function variablesFor(route: AccessRoute, actor: Actor, stored: Stored | undefined): Variables {
  const found: Record<string, string> = {};
  for (const [, name = ""] of route.path.matchAll(variable)) {
    const field = route.own?.name === name ? route.own.field : name;
    const value = stored?.row[field] ?? (route.own?.name === name ? undefined : actor.user?.[name]);
    if (value !== undefined && value !== null) found[name] = String(value);
  }
  return { ...found, ...(stored ? addressBelow(route, stored.row) : addressFor(route, actor)) };
}

/** What a body takes of an object that is there: its own values of the keys that may be set, as JSON has them. */
export function bodyLike({ settable }: AccessRoute, row: Row): Row {
  const like = Object.fromEntries(
    settable.flatMap(key => (row[key] === undefined || row[key] === null ? [] : [[key, row[key]]])),
  );
  return JSON.parse(toJson(like)) as Row;
}

/** A body as a route takes it: bare, or as the one item of a list, with the id of its object where it changes many. */
export function itemOf({ verb, model }: AccessRoute, body: Row | undefined, row: Row): unknown {
  if (body === undefined || verb === "createMany") return body && [body];
  return verb === "updateMany" && model ? [{ ...body, [model.idKey]: row[model.idKey] }] : body;
}

/** Whether a route changes objects that are there. */
export const changes = ({ verb }: AccessRoute): boolean => verb === "update" || verb === "updateMany";

/** The objects of a route's model that it says an actor may reach, and those that it does not. */
export async function split(
  { policy, objectsOf }: Scene,
  route: AccessRoute,
  actor: Actor,
): Promise<{ mine: Stored[]; others: Stored[] }> {
  const mine: Stored[] = [];
  const others: Stored[] = [];
  for (const stored of objectsOf(route)) {
    const variables = variablesFor(route, actor, stored);
    const refused = await policy.refusal(route, actor, `${stored.model.name} ${stored.id}`, variables);
    (refused === undefined ? mine : others).push(stored);
  }
  return { mine, others };
}
