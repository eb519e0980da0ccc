import { askedOf } from "../asked.ts";
import { requestTo, split, variablesFor } from "../requests.ts";
import type { AccessRoute } from "../routes.ts";
import type { Ask, Attack, Finding, Scene } from "../scene.ts";
import { isShownBy } from "../shown.ts";
import type { Actor, Seen } from "../types.ts";
import type { Stored } from "../world.ts";

const patchType = "application/json-patch+json";

const isPatch = ({ verb, method, takes }: AccessRoute): boolean =>
  verb === "update" && method === "PATCH" && takes.includes(patchType);

const isText = (value: unknown): value is string => typeof value === "string" && value.length > 3;

async function hiddenFields(route: AccessRoute, actor: Actor, { row, model }: Stored): Promise<string[]> {
  const asked = askedOf(route, actor, variablesFor(route, actor, undefined));
  const hidden: string[] = [];
  for (const [field, value] of Object.entries(row)) {
    if (field !== model.idKey && isText(value) && !(await isShownBy(route, row, field, asked)))
      hidden.push(field);
  }
  return hidden;
}

const responseText = ({ response: { status, text } }: Seen): string =>
  status < 300 ? String(status) : `${status} ${text}`;

async function attackField(
  ask: Ask,
  route: AccessRoute,
  actor: Actor,
  { row, model }: Stored,
  field: string,
  target: string,
): Promise<Finding | undefined> {
  const variables = variablesFor(route, actor, { row, model, id: String(row[model.idKey]) });
  const send = (...body: object[]): Promise<Seen> =>
    ask(requestTo(route, variables, { body, headers: { "Content-Type": patchType } }));
  for (const op of ["copy", "move"]) {
    const seen = await send({ op, from: `/${field}`, path: `/${target}` });
    const isRead = seen.changes.some(({ row: now }) => now?.[target] === row[field]);
    if (isRead) return { kind: "shown", what: `${op} reads ${field}, which the route does not show`, seen };
  }
  const same = { op: "replace", path: `/${target}`, value: row[target] ?? "" };
  const right = await send({ op: "test", path: `/${field}`, value: row[field] }, same);
  const wrong = await send({ op: "test", path: `/${field}`, value: `${row[field]}x` }, same);
  if (responseText(right) === responseText(wrong)) return undefined;
  return {
    kind: "revealed",
    what: `test reveals what is in ${field}, which the route does not show`,
    seen: right,
  };
}

/** JSON Patches read fields that are not shown: by copying them where they are, by testing them. */
export async function patchAttacks(scene: Scene): Promise<Attack[]> {
  const attacks: Attack[] = [];
  for (const route of scene.routes.filter(isPatch)) {
    for (const actor of [...scene.actors, scene.nobody]) {
      const [stored] = (await split(scene, route, actor)).mine;
      const target = stored && route.settable.find(key => typeof (stored.row[key] ?? "") === "string");
      if (stored === undefined || target === undefined) continue;
      attacks.push({
        route,
        actor,
        async run(ask) {
          for (const field of await hiddenFields(route, actor, stored)) {
            const found = await attackField(ask, route, actor, stored, field, target);
            if (found !== undefined) return found;
          }
          return undefined;
        },
      });
    }
  }
  return attacks;
}
