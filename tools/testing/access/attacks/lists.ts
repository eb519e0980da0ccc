import { askedOf } from "../asked.ts";
import { requestTo, split, variablesFor } from "../requests.ts";
import type { AccessRoute } from "../routes.ts";
import type { Ask, Attack, Finding, Scene } from "../scene.ts";
import { isShownBy } from "../shown.ts";
import type { Actor, AttackRequest, Seen } from "../types.ts";
import type { Stored } from "../world.ts";
import { isText, type Query, queriesOf } from "./listQueries.ts";

/** What a list was asked for and what it answers, as far as an oracle is concerned. */
const bodyText = ({ response }: Seen): string => (response.status === 200 ? response.text : "");

/** What filters of a field's value may be called, with what holds of it and what does not. */
function questions(field: string, value: string): [name: string, holds: Query, fails: Query][] {
  const other = `zzz${value}`;
  return [
    [
      "startsWith",
      { [`${field}[startsWith]`]: value.slice(0, 6) },
      { [`${field}[startsWith]`]: other.slice(0, 6) },
    ],
    ["contains", { [`${field}[contains]`]: value.slice(2, 8) }, { [`${field}[contains]`]: other }],
    ["gte", { [`${field}[gte]`]: value }, { [`${field}[gt]`]: "\u{10ffff}" }],
    ["lte", { [`${field}[lte]`]: value }, { [`${field}[lt]`]: "\u0001" }],
  ];
}

/** Operators that the option names for a field on purpose. */
const named = ({ known }: AccessRoute, field: string): readonly string[] =>
  known.narrows?.filters[field]?.operators ?? [];

const groups: Readonly<Record<string, readonly string[]>> = {
  gte: ["gte", "gt", "lt", "lte"],
  lte: ["gte", "gt", "lt", "lte"],
};

async function askBoth(ask: Ask, route: AccessRoute, actor: Actor, holds: Query, fails: Query) {
  const variables = variablesFor(route, actor, undefined);
  const yes = await ask(requestTo(route, variables, { query: holds }));
  const no = await ask(requestTo(route, variables, { query: fails }));
  return { yes, no, differ: yes.response.status === 200 && bodyText(yes) !== bodyText(no) };
}

/** Whether a list reveals what is in a field that it does not show. */
async function oracle(
  ask: Ask,
  route: AccessRoute,
  actor: Actor,
  field: string,
  value: string,
): Promise<Finding | undefined> {
  const isFilter = Object.hasOwn(route.known.narrows?.filters ?? {}, field);
  const what = (how: string) => `${how} reveals what is in ${field}, which the route does not show`;
  for (const [name, holds, fails] of questions(field, value)) {
    if (named(route, field).some(one => one === name || groups[name]?.includes(one))) continue;
    const { yes, differ } = await askBoth(ask, route, actor, holds, fails);
    if (differ) return { kind: "revealed", what: what(`the filter ${field}[${name}]`), seen: yes };
  }
  if (!isFilter) {
    const { yes, differ } = await askBoth(ask, route, actor, { [field]: value }, { [field]: `${value}x` });
    if (differ) return { kind: "revealed", what: what(`the parameter ${field}`), seen: yes };
  }
  if (!route.known.narrows?.ordering.includes(field)) {
    const { yes, differ } = await askBoth(ask, route, actor, { order: field }, { order: `-${field}` });
    if (differ) return { kind: "revealed", what: what("the order by it"), seen: yes };
  }
  if (!route.known.narrows?.search.includes(field)) {
    const { yes, no, differ } = await askBoth(
      ask,
      route,
      actor,
      { q: value.slice(0, 20) },
      { q: `zzz${value.slice(0, 20)}` },
    );
    if (differ && no.response.status === 200)
      return { kind: "revealed", what: what("the search"), seen: yes };
  }
  return undefined;
}

function hiddenAttack(route: AccessRoute, actor: Actor, { row, model }: Stored): Attack {
  return {
    route,
    actor,
    async run(ask) {
      const asked = askedOf(route, actor, variablesFor(route, actor, undefined));
      for (const [field, value] of Object.entries(row)) {
        if (field === model.idKey || !isText(value) || (await isShownBy(route, row, field, asked))) continue;
        const found = await oracle(ask, route, actor, field, value);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

const nextOf = ({ response }: Seen): string | undefined => {
  const link = /<([^<>]*)>; *rel="?next/.exec(response.headers.get("link") ?? "")?.[1];
  const body = response.body as { next?: unknown } | undefined;
  const next = link ?? (typeof body?.next === "string" ? body.next : undefined);
  return next === undefined
    ? undefined
    : (new URL(next, "http://localhost").searchParams.get("cursor") ?? undefined);
};

function pageAttack(scene: Scene, route: AccessRoute, actor: Actor): Attack {
  return {
    route,
    actor,
    async run(ask) {
      const { mine, others } = await split(scene, route, actor);
      const variables = variablesFor(route, actor, undefined);
      const to = (query: AttackRequest["query"]): AttackRequest =>
        requestTo(route, variables, { query: query ?? {} });
      for (const query of queriesOf(
        route,
        others.map(({ row }) => row),
        [...scene.policy.snapshot.values()],
      )) {
        const cursor = nextOf(await ask(to(query)));
        if (cursor === undefined) continue;
        for (const other of [...scene.actors, scene.nobody]) await ask(to({ ...query, cursor }), other);
      }
      // Below the parents of others.
      for (const stored of route.known.parents.length > 0 ? others.slice(0, 4) : []) {
        await ask(requestTo(route, variablesFor(route, actor, stored)));
      }
      const seen = await ask(to({ count: "true", limit: "1" }));
      const total =
        seen.response.headers.get("total-count") ??
        (seen.response.body as { total?: unknown } | undefined)?.total;
      if (total === undefined || total === null || Number(total) <= mine.length) return undefined;
      return {
        kind: "revealed",
        what: `${total} objects are counted, of which ${mine.length} are within reach`,
        seen,
      };
    },
  };
}

/** Lists are asked for everything that a query can ask. */
export async function listAttacks(scene: Scene): Promise<Attack[]> {
  const attacks: Attack[] = [];
  for (const route of scene.routes.filter(({ verb }) => verb === "list")) {
    for (const actor of [...scene.actors, scene.nobody]) {
      attacks.push(pageAttack(scene, route, actor));
      if (!(await scene.policy.mayCall(route, actor, {}))) continue;
      const { mine } = await split(scene, route, actor);
      attacks.push(...mine.slice(0, 1).map(stored => hiddenAttack(route, actor, stored)));
    }
  }
  return attacks;
}
