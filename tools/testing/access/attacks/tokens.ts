import { bodyFor } from "../bodies.ts";
import { canary } from "../canaries.ts";
import { bodyLike, requestTo, variablesFor } from "../requests.ts";
import { type AccessRoute, isGuarded } from "../routes.ts";
import type { Attack, Scene } from "../scene.ts";
import { askedBy, tokensFor } from "../tokens.ts";
import type { Actor, AttackRequest } from "../types.ts";

/** A request of a route that its user may make. */
async function usualRequest(scene: Scene, route: AccessRoute, actor: Actor): Promise<AttackRequest> {
  let row = scene.objectsOf(route)[0];
  for (const stored of scene.objectsOf(route)) {
    const variables = variablesFor(route, actor, stored);
    const key = `${stored.model.name} ${stored.id}`;
    if ((await scene.policy.refusal(route, actor, key, variables)) !== undefined) continue;
    row = stored;
    break;
  }
  const variables = variablesFor(route, actor, row);
  const made = {
    ...bodyFor(route, actor.user, scene.bodies[route.key], row?.row),
    ...(row && bodyLike(route, row.row)),
  };
  if (route.method === "GET" || route.method === "DELETE") return requestTo(route, variables);
  return requestTo(route, variables, { body: route.verb === "createMany" ? [made] : made });
}

const idOf = ({ claims }: Actor): string => String(claims?.sub ?? "");

const bearer = (request: AttackRequest, token: string): AttackRequest => ({
  ...request,
  headers: { Authorization: `Bearer ${token}` },
});

/** Headers by which others say who somebody is: anybody can send them. */
function forged(id: string, token: string): Record<string, string> {
  const names = [
    "x-amzn-oidc-identity",
    "x-user-id",
    "x-forwarded-user",
    "x-remote-user",
    "x-authenticated-userid",
  ];
  return { ...Object.fromEntries(names.map(name => [name, id])), "x-amzn-oidc-data": token };
}

function attackOn(scene: Scene, route: AccessRoute, actor: Actor, isWhole: boolean): Attack {
  const asked = askedBy(route);
  const { target } = scene.nobody;
  const known: Actor = { ...actor, target };
  return {
    route,
    actor: scene.nobody,
    async run(ask) {
      const usual = await usualRequest(scene, route, actor);
      const { good, bad } = tokensFor(asked, idOf(actor));
      const control =
        good === undefined ? undefined : (await ask(bearer(usual, good), known)).response.status;
      const tries: [string, AttackRequest][] = bad
        .slice(0, isWhole ? bad.length : 1)
        .map(({ what, token }) => [`a token ${what}`, bearer(usual, token)]);
      tries.push([
        "a header that anybody can send",
        { ...usual, headers: forged(idOf(actor), bad[1]?.token ?? "") },
      ]);
      if (isWhole && asked.gateway === false) {
        const authorizer = { jwt: { claims: { sub: idOf(actor) } } };
        tries.push(["the gateway's authorizer, which is switched off,", { ...usual, authorizer }]);
      }
      if (isWhole && asked.issuer !== undefined) {
        const claims = { sub: idOf(actor), iss: "https://other.example.com", aud: canary() };
        tries.push([
          "an authorizer's claims of another issuer",
          { ...usual, authorizer: { jwt: { claims } } },
        ]);
      }
      for (const [what, request] of tries) {
        const seen = await ask(request);
        const { status } = seen.response;
        if (
          status < 400 ||
          (control !== undefined && control === status && ![401, 403].includes(status) && status < 500)
        ) {
          return { kind: "signed in", what: `${what} counts as ${actor.name}`, seen };
        }
      }
      return undefined;
    },
  };
}

/** A browser sends the cookie along, whoever's page asks it to. */
function crossSite(scene: Scene, route: AccessRoute, actor: Actor, cookie: string): Attack {
  const { target } = scene.nobody;
  const known: Actor = { ...actor, target };
  return {
    route,
    actor: known,
    async run(ask) {
      const { good } = tokensFor(askedBy(route), idOf(actor));
      if (good === undefined) return undefined;
      const usual = await usualRequest(scene, route, actor);
      for (const headers of [
        { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example.com" },
        { Origin: "https://evil.example.com" },
      ]) {
        const seen = await ask({ ...usual, headers, cookies: { [cookie]: good } });
        if (seen.response.status < 400)
          return { kind: "signed in", what: "a page of another site has a browser send the cookie", seen };
      }
      return undefined;
    },
  };
}

/** Nobody calls with credentials that are not good. Routes that share their `auth` are asked once with all of them. */
export function tokenAttacks(scene: Scene): Attack[] {
  const [actor] = scene.actors;
  if (actor === undefined) return [];
  const seen = new Set<unknown>();
  const guarded = scene.routes.filter(isGuarded);
  const reads = guarded.filter(({ method }) => method === "GET");
  return [...new Set([...reads, ...guarded])].flatMap(route => {
    const isWhole = !seen.has(route.auth?.options);
    seen.add(route.auth?.options);
    const attacks = [attackOn(scene, route, actor, isWhole)];
    const { cookie } = route.auth ?? {};
    if (cookie !== undefined && route.method !== "GET") attacks.push(crossSite(scene, route, actor, cookie));
    return attacks;
  });
}
