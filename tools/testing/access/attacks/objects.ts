import type { Row } from "../../../../src/core/types.ts";
import { bodyFor } from "../bodies.ts";
import { canary } from "../canaries.ts";
import { addressFor } from "../parents.ts";
import { bodyLike, itemOf, requestTo, split, variablesFor } from "../requests.ts";
import type { AccessRoute } from "../routes.ts";
import type { Attack, Scene } from "../scene.ts";
import type { Actor, AttackRequest, Seen, Variables } from "../types.ts";
import type { Stored } from "../world.ts";

/** What a query may ask of a response elsewhere: to embed, to expand, to choose fields. */
const widening: Readonly<Record<string, string>> = {
  include: "*",
  expand: "*",
  embed: "*",
  populate: "*",
  fields: "*",
  select: "*",
  view: "full",
  debug: "true",
};

/** Other values than those that are there. */
function changed(body: Row): Row {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [
      key,
      typeof value === "string" && value !== "" ? `${value}`.slice(0, -1) : value,
    ]),
  );
}

/** How objects are asked for under each verb. */
function requestsOf(route: AccessRoute, actor: Actor, row: Row, given: unknown): Partial<AttackRequest>[] {
  const body = { ...bodyFor(route, actor.user, given, row), ...bodyLike(route, row) };
  switch (route.verb) {
    case "retrieve":
      return [{}, { query: widening }, { method: "HEAD" }, { headers: { "If-None-Match": "*" } }];
    case "update":
      return route.takes.includes("application/merge-patch+json") && route.method === "PATCH"
        ? [
            { body: changed(body) },
            {
              body: changed(body),
              headers: { "Content-Type": "application/merge-patch+json", "If-Match": "*" },
            },
          ]
        : [{ body: changed(body) }, { body: changed(body), headers: { "If-Match": "*" } }];
    case "delete":
      return [{}, { headers: { "If-Match": "*" } }];
    case "restore":
      return [{}];
    default:
      return [];
  }
}

/** What has to be deleted before a request about an object: the object, where the route restores it. */
const deletedFor = ({ verb }: AccessRoute, stored: Stored): Stored | undefined =>
  verb === "restore" ? stored : undefined;

const isRefused = (status: number): boolean => [401, 403, 404, 405].includes(status);

/** What a response about an object of others reveals: by success, or by another status than an object has that is not there. */
function foundOut({ response, request }: Seen, missing: Seen): string | undefined {
  if (response.status < 400 && response.status !== 204) return `answers ${response.status}`;
  if (isRefused(response.status) || response.status === missing.response.status || response.status >= 500)
    return undefined;
  return request.method === "DELETE" || request.headers
    ? `answers ${response.status} where an object that is not there gets ${missing.response.status}`
    : undefined;
}

function onOthers(scene: Scene, route: AccessRoute, actor: Actor, stored: Stored): Attack[] {
  const variables = variablesFor(route, actor, stored);
  // Its id, below a parent of the actor's own.
  const beside = { ...variables, ...addressFor(route, actor) };
  const places = route.known.parents.length > 0 ? [variables, beside] : [variables];
  return places.flatMap(place => onOthersAt(scene, route, actor, stored, place));
}

function onOthersAt(
  scene: Scene,
  route: AccessRoute,
  actor: Actor,
  stored: Stored,
  variables: Variables,
): Attack[] {
  const nowhere = { ...variables, [route.own?.name ?? "id"]: canary() };
  return requestsOf(route, actor, stored.row, scene.bodies[route.key]).map(more => ({
    route,
    actor,
    async run(ask) {
      const seen = await ask(requestTo(route, variables, more), actor, deletedFor(route, stored));
      const what = foundOut(seen, await ask(requestTo(route, nowhere, more)));
      // What was changed is found already.
      if (what === undefined || seen.changes.length > 0) return undefined;
      const key = `${stored.model.name} ${stored.id}`;
      const why = (await scene.policy.refusal(route, actor, key, variables)) ?? "it is out of reach";
      return {
        kind: "reached",
        what: `a ${stored.model.name} is out of reach (${why}), and the route ${what}`,
        seen,
      };
    },
  }));
}

function onMine(scene: Scene, route: AccessRoute, actor: Actor, stored: Stored): Attack[] {
  const variables = variablesFor(route, actor, stored);
  return requestsOf(route, actor, stored.row, scene.bodies[route.key]).map(more => ({
    route,
    actor,
    async run(ask) {
      await ask(requestTo(route, variables, more), actor, deletedFor(route, stored));
      return undefined;
    },
  }));
}

/** Everybody asks for every object by its id: to read it, to change it, to delete it, to restore it. */
export async function objectAttacks(scene: Scene): Promise<Attack[]> {
  const attacks: Attack[] = [];
  for (const route of scene.routes.filter(one => one.own !== undefined)) {
    for (const actor of [...scene.actors, scene.nobody]) {
      const { mine, others } = await split(scene, route, actor);
      attacks.push(...mine.slice(0, 2).flatMap(stored => onMine(scene, route, actor, stored)));
      attacks.push(...others.slice(0, 6).flatMap(stored => onOthers(scene, route, actor, stored)));
    }
  }
  return attacks;
}

/** What is asked of a route for all objects at once. */
function requestForAll(route: AccessRoute, actor: Actor, all: readonly Stored[], given: unknown) {
  const ids = all.map(({ id }) => id);
  if (route.verb === "updateMany") {
    const body = all.flatMap(({ row }) => {
      const like = { ...bodyFor(route, actor.user, given, row), ...bodyLike(route, row) };
      return itemOf(route, changed(like), row);
    });
    return { body };
  }
  return route.method === "DELETE" ? { query: { id: ids } } : { body: { ids } };
}

/** Everybody changes, and deletes, all objects at once. */
export function bulkAttacks(scene: Scene): Attack[] {
  return scene.routes
    .filter(({ verb }) => verb === "deleteMany" || verb === "updateMany")
    .flatMap(route =>
      [...scene.actors, scene.nobody].map(actor => ({
        route,
        actor,
        async run(ask) {
          const all = scene.objectsOf(route).slice(0, 50);
          const variables = variablesFor(route, actor, undefined);
          await ask(requestTo(route, variables, requestForAll(route, actor, all, scene.bodies[route.key])));
          return undefined;
        },
      })),
    ) as Attack[];
}
