import type { Row } from "../../../../src/core/types.ts";
import { bodyFor } from "../bodies.ts";
import { canary } from "../canaries.ts";
import { bodyLike, changes, itemOf, requestTo, split, variablesFor } from "../requests.ts";
import type { AccessRoute } from "../routes.ts";
import type { Attack, Scene } from "../scene.ts";
import type { Actor, AttackRequest } from "../types.ts";
import type { Stored } from "../world.ts";

/** What a key may be set to, so that the object is another's: what objects and users of others have there. */
function foreignValues(
  scene: Scene,
  actor: Actor,
  key: string,
  others: readonly Stored[],
  own: Row,
): unknown[] {
  const ofUsers = scene.actors.filter(one => one !== actor).flatMap(({ user }) => [user?.[key], user?.id]);
  const values = [...others.map(({ row }) => row[key]), ...ofUsers];
  return [...new Set(values)]
    .filter(one => one !== undefined && one !== null && one !== own[key])
    .slice(0, 4);
}

function requestsFor(
  scene: Scene,
  route: AccessRoute,
  actor: Actor,
  mine: Stored | undefined,
  others: readonly Stored[],
) {
  const own = mine?.row ?? {};
  const given = scene.bodies[route.key];
  const known = mine?.row ?? others[0]?.row;
  const make = (): Row => ({
    ...bodyFor(route, actor.user, given, known),
    ...(changes(route) ? bodyLike(route, own) : {}),
  });
  const requests: AttackRequest[] = [];
  const variables = variablesFor(route, actor, mine);
  const elsewhere = { ...variables, [route.own?.name ?? "id"]: canary() };
  for (const key of route.settable) {
    for (const value of foreignValues(scene, actor, key, others, own)) {
      const body = { ...make(), [key]: value };
      requests.push(requestTo(route, variables, { body: itemOf(route, body, own) }));
      if (route.isUpsert) requests.push(requestTo(route, elsewhere, { body }));
    }
  }
  // The id of an object that is another's.
  if (route.verb === "create" || route.verb === "createMany") {
    // Below the parent of an object that is another's.
    for (const stored of route.known.parents.length > 0 ? others.slice(0, 4) : []) {
      const body = itemOf(route, make(), own);
      requests.push(requestTo(route, variablesFor(route, actor, stored), { body }));
    }
    for (const { model, id } of others.slice(0, 2)) {
      const body = { ...make(), [model.idKey]: id };
      requests.push(requestTo(route, variables, { body: itemOf(route, body, own) }));
    }
  }
  if (route.isUpsert) requests.push(requestTo(route, elsewhere, { body: make() }));
  return requests;
}

/** Objects are created in, or moved to, the places of others. */
export async function moveAttacks(scene: Scene): Promise<Attack[]> {
  const attacks: Attack[] = [];
  for (const route of scene.routes.filter(({ verb = "" }) =>
    ["create", "createMany", "update", "updateMany"].includes(verb),
  )) {
    for (const actor of scene.actors) {
      const { mine, others } = await split(scene, route, actor);
      const all = changes(route) ? others : scene.objectsOf(route);
      const own = changes(route) ? mine[0] : undefined;
      if (changes(route) && own === undefined && !route.isUpsert) continue;
      attacks.push({
        route,
        actor,
        async run(ask) {
          for (const request of requestsFor(scene, route, actor, own, all)) await ask(request);
          return undefined;
        },
      });
    }
  }
  return attacks;
}
