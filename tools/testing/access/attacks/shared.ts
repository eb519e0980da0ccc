import type { Row } from "../../../../src/core/types.ts";
import { testClient } from "../../requests/client.ts";
import { bodyFor } from "../bodies.ts";
import { canary } from "../canaries.ts";
import { bodyLike, changes, itemOf, requestTo, variablesFor } from "../requests.ts";
import { type AccessRoute, isGuarded } from "../routes.ts";
import type { Attack, Scene } from "../scene.ts";
import type { Actor, AttackRequest } from "../types.ts";

const origin = "https://evil.example.com";

/** The header that holds an idempotency key, where a route reads one. */
function keyHeader({ known }: AccessRoute): string | undefined {
  if (!Object.hasOwn(known.headers, "Idempotent-Replayed")) return undefined;
  return known.parameters.find(one => one.in === "header" && /idempot|key/i.test(one.name))?.name;
}

/** Another tenant's user, or another issuer's, who has the same id. */
function twinOf(scene: Scene, actor: Actor, other: Actor): Actor {
  const user = { ...other.user, id: actor.user?.id };
  const claims = { ...actor.claims, iss: "https://other.example.com" };
  const { target } = testClient(scene.nobody.target).as(user, claims);
  return { name: `${other.name} with the id of ${actor.name}`, user, claims, target };
}

function replay(scene: Scene, route: AccessRoute, header: string): Attack | undefined {
  const [actor, ...others] = scene.actors;
  if (actor === undefined) return undefined;
  return {
    route,
    actor,
    async run(ask) {
      const row: Row = scene.objectsOf(route)[0]?.row ?? {};
      const body = {
        ...bodyFor(route, actor.user, scene.bodies[route.key], row),
        ...(changes(route) && bodyLike(route, row)),
      };
      const twins =
        route.auth === undefined ? [] : others.slice(-1).map(other => twinOf(scene, actor, other));
      const key = canary();
      const made = itemOf(route, body, row);
      const request: AttackRequest = requestTo(route, variablesFor(route, actor, scene.objectsOf(route)[0]), {
        headers: { [header]: key },
        ...(route.method !== "DELETE" && { body: made }),
      });
      const first = await ask(request);
      if (first.response.status >= 400) return undefined;
      for (const other of [...others, ...twins, scene.nobody]) {
        const seen = await ask(request, other);
        if (!seen.response.headers.has("idempotent-replayed")) continue;
        return {
          kind: "shared",
          what: `the response that was kept for ${actor.name} is given to ${other.name}`,
          seen,
        };
      }
      return undefined;
    },
  };
}

/** Pages of other sites may not read what a browser's credentials get. */
function otherSite(scene: Scene, route: AccessRoute, actor: Actor): Attack {
  return {
    route,
    actor,
    async run(ask) {
      const variables = variablesFor(route, actor, scene.objectsOf(route)[0]);
      const seen = await ask(requestTo(route, variables, { headers: { Origin: origin } }));
      const { headers } = seen.response;
      const allows = [origin, "*", "null"].includes(headers.get("access-control-allow-origin") ?? "");
      if (!allows || headers.get("access-control-allow-credentials") !== "true") return undefined;
      return {
        kind: "shared",
        what: "pages of any site may read responses to a browser's credentials",
        seen,
      };
    },
  };
}

/** What is behind a guard says whether it may be kept. */
function kept(scene: Scene, route: AccessRoute, actor: Actor): Attack {
  return {
    route,
    actor,
    async run(ask) {
      const seen = await ask(requestTo(route, variablesFor(route, actor, scene.objectsOf(route)[0])));
      if (seen.response.status !== 200 || seen.response.headers.has("cache-control")) return undefined;
      return {
        kind: "shared",
        what: "caches may keep what is behind a guard: there is no Cache-Control",
        seen,
      };
    },
  };
}

/** What one caller gets is no other's: by an idempotency key, by a cache, by a page of another site. */
export function sharedAttacks(scene: Scene): Attack[] {
  const [actor] = scene.actors;
  return scene.routes.flatMap(route => {
    const header = keyHeader(route);
    const isRead = route.method === "GET";
    return [
      (header === undefined ? undefined : replay(scene, route, header)) ?? [],
      isRead && actor ? otherSite(scene, route, actor) : [],
      isRead && actor && isGuarded(route) ? kept(scene, route, actor) : [],
    ].flat();
  });
}
