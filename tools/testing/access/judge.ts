import { type Canaries, canariesOf, readSaid, reveals } from "./canaries.ts";
import type { Policy } from "./policy.ts";
import { requestText } from "./requests.ts";
import { type AccessRoute, isGuarded } from "./routes.ts";
import { Shown } from "./shown.ts";
import type { Actor, AttackRequest, CrossingKind, Seen } from "./types.ts";
import { type Change, keyOf, type Snapshot, type Stored } from "./world.ts";

/** What is wrong with a request and its response, whatever it was meant to do. */
export interface Verdict {
  readonly kind: CrossingKind;
  readonly what: string;
}

const isSuccess = (status: number): boolean => status < 400;

/** The object of a change as it is now. */
const nowOf = ({ stored, row }: Change): Stored | undefined => row && { ...stored, row };

const nameOf = (actor: Actor): string => (actor.user === undefined ? "nobody" : actor.name);

/** What holds of any request, whoever sends it: the rest of an attack compares responses with each other. */
export class Judge {
  private readonly policy: Policy;
  private readonly shown: Shown;
  private canaries: Canaries = new Map();

  constructor(policy: Policy) {
    this.policy = policy;
    this.shown = new Shown(policy);
  }

  /** Goes by other objects from now on. */
  look(snapshot: Snapshot): void {
    this.policy.look(snapshot);
    this.canaries = canariesOf(snapshot);
  }

  /** Has to come before a request that may change objects. */
  async foresee(route: AccessRoute, actor: Actor, request: AttackRequest): Promise<void> {
    await this.policy.foresee(route, actor, request.pathParameters ?? {});
  }

  /** Judges while the objects are as the request left them. */
  async judge(route: AccessRoute, actor: Actor, seen: Seen): Promise<Verdict[]> {
    const entered = await this.entry(route, actor, seen);
    if (entered.length > 0) return entered;
    return [...(await this.effects(route, actor, seen)), ...(await this.leaks(route, actor, seen))];
  }

  private async entry(route: AccessRoute, actor: Actor, { request, response }: Seen): Promise<Verdict[]> {
    if (!isSuccess(response.status) || response.status === 207) return [];
    if (actor.user === undefined && isGuarded(route))
      return [{ kind: "signed in", what: "nobody is signed in, and the route answers" }];
    if (await this.policy.mayCall(route, actor, request.pathParameters ?? {})) return [];
    return [{ kind: "reached", what: `its rules refuse ${nameOf(actor)}, and the route answers` }];
  }

  private async effects(route: AccessRoute, actor: Actor, { request, changes }: Seen): Promise<Verdict[]> {
    const variables = request.pathParameters ?? {};
    const found: Verdict[] = [];
    for (const change of changes.filter(({ stored }) => stored.model === route.model)) {
      const { kind, key, stored } = change;
      const name = stored.model.name;
      const refused =
        kind === "created" ? undefined : await this.policy.refusal(route, actor, key, variables);
      if (refused !== undefined) {
        found.push({ kind: "reached", what: `${nameOf(actor)} ${kind} a ${name}, though ${refused}` });
        continue;
      }
      const now = nowOf(change);
      const moved = now && (await this.policy.refusalOfNew(route, actor, now, variables));
      if (moved !== undefined) {
        found.push({ kind: "moved", what: `${nameOf(actor)} ${kind} a ${name}, and now ${moved}` });
      }
    }
    return found;
  }

  private async leaks(
    route: AccessRoute,
    actor: Actor,
    { request, response, changes }: Seen,
  ): Promise<Verdict[]> {
    const said = readSaid(response);
    const written = changes.flatMap(change => nowOf(change) ?? []);
    const fresh = canariesOf(new Map(written.map(one => [keyOf(one.model, one.id), one])));
    const sent = requestText(request);
    const found = new Map<string, Verdict>();
    for (const value of new Set([...this.canaries.keys(), ...fresh.keys()])) {
      if (sent.includes(value) || !reveals(said, value)) continue;
      const holders = [...(this.canaries.get(value) ?? []), ...(fresh.get(value) ?? [])];
      let reason: string | undefined;
      for (const holder of holders) {
        reason = await this.shown.leak(route, actor, value, holder, request.pathParameters ?? {}, written);
        if (reason === undefined) break;
      }
      const [holder] = holders;
      if (reason === undefined || holder === undefined) continue;
      const what = `${nameOf(actor)} sees ${holder.field} of a ${holder.stored.model.name}, though ${reason}`;
      found.set(what, { kind: "shown", what });
    }
    return [...found.values()];
  }
}
