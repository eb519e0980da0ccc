import type { Row } from "../../../src/core/types.ts";
import type { HttpEvent } from "../../../src/http/types.ts";
import { asQueryset } from "../../../src/models/query/asQueryset.ts";
import { eventOf } from "../../emulator/event.ts";
import { context } from "../requests/context.ts";
import { prepare } from "../requests/request.ts";
import { isBelow, parentsIn } from "./parents.ts";
import { type AccessRoute, hasObject, type StoredModel } from "./routes.ts";
import type { Actor, Asked, Variables } from "./types.ts";

/** An event and a context as a route's own functions get them. */
export function askedOf({ key, path }: AccessRoute, { user, claims }: Actor, variables: Variables): Asked {
  const names = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name as string);
  const pathParameters = Object.fromEntries(names.map(name => [name, variables[name] ?? "none"]));
  const { request, route } = prepare("proveAccess", "http", { route: key, pathParameters });
  const event = eventOf("http", request, route) as unknown as HttpEvent;
  return { event, context: { ...context(), user, claims } };
}

/** The ids that a route's own `queryset` gives; `undefined` for all, `null` where it can't be asked. */
export async function idsIn(
  route: AccessRoute,
  actor: Actor,
  variables: Variables,
): Promise<ReadonlySet<string> | null | undefined> {
  const model = route.model as StoredModel;
  let ids: Set<string> | undefined;
  for (const { model: of, queryset } of route.scopes) {
    if (of !== model || typeof queryset !== "function") continue;
    const asked = askedOf(route, actor, variables);
    try {
      const parents = await parentsIn(route, asked, variables);
      if (parents === undefined) return new Set<string>();
      const about = { ...asked.context, parent: parents[0], parents };
      const { event } = asked;
      const found = new Set<string>();
      const given = asQueryset(await queryset(event, about), model as never);
      // An object that can be restored is deleted by then, and asked about before and after.
      const all = route.verb === "restore" ? given.withDeleted() : given;
      for await (const row of all as AsyncIterable<Row>) {
        if (isBelow(route, parents, row)) found.add(String(row[model.idKey]));
      }
      const before: Set<string> | undefined = ids;
      ids = before === undefined ? found : new Set([...found].filter(id => before.has(id)));
    } catch {
      return actor.user === undefined ? new Set<string>() : null;
    }
  }
  return ids;
}

/** Whether the rules of `permit` hold, of an object where the route is about one. */
export async function rulesHold(
  route: AccessRoute,
  actor: Actor,
  variables: Variables,
  row?: Row,
): Promise<boolean> {
  const asked = askedOf(route, actor, variables);
  const parents = await parentsIn(route, asked, variables).catch(() => undefined);
  if (parents === undefined) return false;
  if (route.isNested) return true;
  const { event } = asked;
  const about = { ...asked.context, parent: parents[0], parents };
  const object = hasObject(route) ? { object: row } : {};
  for (const rule of route.rules) {
    try {
      if ((await rule(event, { ...about, ...object })) !== true) return false;
    } catch {
      return false;
    }
  }
  return true;
}
