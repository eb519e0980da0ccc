import { bodyFor } from "../bodies.ts";
import { itemOf, requestTo, variablesFor } from "../requests.ts";
import type { Attack, Scene } from "../scene.ts";

const known: ReadonlySet<string> = new Set([
  "retrieve",
  "update",
  "delete",
  "restore",
  "updateMany",
  "deleteMany",
]);

/** Everybody calls every route as it wants to be called; what it answers is looked at. */
export function plainAttacks(scene: Scene): Attack[] {
  return scene.routes
    .filter(({ verb = "" }) => !known.has(verb))
    .flatMap(route =>
      [...scene.actors, scene.nobody].map(
        (actor): Attack => ({
          route,
          actor,
          async run(ask) {
            const variables = variablesFor(route, actor, undefined);
            const row = scene.objectsOf(route)[0]?.row;
            const made = bodyFor(route, actor.user, scene.bodies[route.key], row);
            const body = itemOf(route, made, {});
            const isRead = route.method === "GET" || route.method === "DELETE";
            await ask(requestTo(route, variables, isRead || body === undefined ? {} : { body }));
            return undefined;
          },
        }),
      ),
    );
}
