import { isDeepStrictEqual } from "node:util";
import type { Row } from "../../../../src/core/types.ts";
import { toJson } from "../../../../src/http/json.ts";
import { fieldsOfModel } from "../../../../src/models/fields/fields.ts";
import { bodyFor } from "../bodies.ts";
import { canary } from "../canaries.ts";
import { bodyLike, changes, itemOf, requestTo, split, variablesFor } from "../requests.ts";
import type { AccessRoute, StoredModel } from "../routes.ts";
import type { Attack, Scene } from "../scene.ts";
import type { Actor, AttackRequest, Seen } from "../types.ts";
import type { Stored } from "../world.ts";

/** Keys that clients try everywhere. */
const usual = ["id", "role", "admin", "isAdmin", "owner", "userId", "createdAt"];

/** A value for a key that is not listed, of the field's own kind, which nothing has yet. */
function foreignValue(key: string, present: unknown, kind: string | undefined): unknown {
  if (typeof present === "boolean" || kind === "boolean") return present !== true;
  if (typeof present === "number" || kind === "integer" || kind === "real") return 987_654;
  if (present instanceof Date || kind === "date" || /At$/.test(key)) return "2001-02-03T04:05:06.000Z";
  return canary();
}

/** Keys that a client may not set, each with a value. */
function unlisted({ model, settable }: AccessRoute, row: Row): Row {
  const kinds = fieldsOfModel(model as never) ?? {};
  const names = new Set([...Object.keys(kinds), ...Object.keys(row), ...usual]);
  return Object.fromEntries(
    [...names]
      .filter(name => !settable.includes(name))
      .map(name => [name, foreignValue(name, row[name], kinds[name])]),
  );
}

const sameText = (stored: unknown, sent: unknown): boolean =>
  stored !== undefined &&
  stored !== null &&
  (isDeepStrictEqual(stored, sent) || toJson(stored) === toJson(sent) || String(stored) === String(sent));

/** The first key that was stored as it was sent, and was not so before. */
function storedKey({ changes }: Seen, model: StoredModel, sent: Row, usually: Row): string | undefined {
  for (const { stored, row, kind } of changes.filter(one => one.stored.model === model)) {
    if (row === undefined) continue;
    const before = kind === "created" ? usually : stored.row;
    const found = Object.keys(sent).find(
      key => sameText(row[key], sent[key]) && !sameText(before[key], sent[key]),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The ways in which a route takes an object with more keys than it lists. */
function bodiesWith(
  route: AccessRoute,
  body: Row,
  more: Row,
  row: Row,
  variables: Readonly<Record<string, string>>,
) {
  const whole = { ...body, ...more };
  if (route.verb === "createMany" || route.verb === "updateMany") {
    return [requestTo(route, variables, { body: itemOf(route, whole, row) })];
  }
  const requests: AttackRequest[] = [requestTo(route, variables, { body: whole })];
  if (route.method !== "PATCH") return requests;
  if (route.takes.includes("application/merge-patch+json")) {
    const headers = { "Content-Type": "application/merge-patch+json" };
    requests.push(requestTo(route, variables, { body: whole, headers }));
  }
  if (route.takes.includes("application/json-patch+json")) {
    const headers = { "Content-Type": "application/json-patch+json" };
    for (const [key, value] of Object.entries(more)) {
      requests.push(requestTo(route, variables, { body: [{ op: "add", path: `/${key}`, value }], headers }));
    }
  }
  return requests;
}

function attackOn(
  scene: Scene,
  route: AccessRoute,
  actor: Actor,
  stored: Stored | undefined,
  isAlone: boolean,
): Attack {
  return {
    route,
    actor,
    async run(ask) {
      const variables = variablesFor(route, actor, stored);
      const row = stored?.row ?? scene.objectsOf(route)[0]?.row ?? {};
      const isNew = !changes(route);
      const fresh = (): Row => ({
        ...bodyFor(route, actor.user, scene.bodies[route.key], row),
        ...(isNew ? {} : bodyLike(route, row)),
      });
      const extra = unlisted(route, row);
      const each = Object.entries(extra).map(([key, value]) => ({ [key]: value }));
      for (const more of isAlone ? each : [extra]) {
        for (const request of bodiesWith(route, fresh(), more, row, variables)) {
          const seen = await ask(request);
          const key = storedKey(seen, route.model as StoredModel, more, isNew ? row : {});
          if (key !== undefined)
            return {
              kind: "written",
              what: `${key} is stored as it was sent, and the route does not list it`,
              seen,
            };
        }
      }
      return undefined;
    },
  };
}

/**
 * Bodies have keys that no list names and no schema declares.
 *
 * @param isAlone whether there is one of them in each body, since another may have it refused; else they come all at once
 */
export async function keyAttacks(scene: Scene, isAlone: boolean): Promise<Attack[]> {
  const attacks: Attack[] = [];
  for (const route of scene.routes.filter(({ model }) => model !== undefined)) {
    const actor = route.auth === undefined ? scene.nobody : scene.actors[0];
    if (actor === undefined) continue;
    if (route.verb === "create" || route.verb === "createMany")
      attacks.push(attackOn(scene, route, actor, undefined, isAlone));
    if (!changes(route)) continue;
    const { mine } = await split(scene, route, actor);
    if (mine[0] !== undefined) attacks.push(attackOn(scene, route, actor, mine[0], isAlone));
  }
  return attacks;
}
