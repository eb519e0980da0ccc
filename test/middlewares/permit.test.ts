import { describe, expect, it } from "vitest";
import { permit } from "../../middlewares/permit.ts";
import { Forbidden, Unauthorized } from "../../src/core/errors.ts";
import type { HookRequest } from "../../src/core/middleware.ts";
import { type AnyRule, and, isAuthenticated, not, or } from "../../src/http/rules.ts";

const yes = () => true;
const no = () => false;
const later =
  (verdict: unknown): AnyRule =>
  () =>
    Promise.resolve(verdict as boolean);
const says = (verdict: unknown) => (() => verdict) as AnyRule;
const ann = { user: { id: "u1" } };

const run = (rules: readonly AnyRule[], request: { event?: unknown; context?: unknown } = { context: ann }) =>
  permit(...rules).before?.({ event: {}, context: undefined, ...request } as HookRequest as never);
const outcome = async (...given: Parameters<typeof run>) => {
  try {
    await run(...given);
    return "permitted";
  } catch (error) {
    return error;
  }
};

describe("permit", () => {
  it("lets a request on when every rule says true, asking in order until one does not", async () => {
    const asked: string[] = [];
    const rule = (name: string, verdict: unknown) =>
      (() => {
        asked.push(name);
        return verdict;
      }) as AnyRule;
    expect(await outcome([rule("a", true), rule("b", Promise.resolve(true)), rule("c", true)])).toBe(
      "permitted",
    );
    expect(asked.splice(0)).toEqual(["a", "b", "c"]);
    expect(await outcome([rule("a", true), rule("b", false), rule("c", true)])).toEqual(new Forbidden());
    expect(asked.splice(0)).toEqual(["a", "b"]);
    expect(await outcome([rule("a", Promise.resolve(false)), rule("b", true)])).toEqual(new Forbidden());
    expect(asked).toEqual(["a"]);
  });

  it("gives rules the event and the context", async () => {
    const event = { httpMethod: "GET" };
    const seen: unknown[] = [];
    await outcome([(...given) => seen.push(...given) > 0], { event, context: ann });
    expect(seen[0]).toBe(event);
    expect(seen[1]).toBe(ann);
  });

  it("returns no promise unless a rule does", () => {
    expect(run([yes, and(yes, or(no, yes), not(no))])).toBeUndefined();
    expect(() => run([yes, and(yes, no)])).toThrow(new Forbidden());
    expect(run([yes, later(true)])).toBeInstanceOf(Promise);
    class Query extends Promise<boolean> {}
    expect(run([() => new Query(done => done(true))])).toBeInstanceOf(Promise);
  });

  it("permits by nothing but true", async () => {
    for (const verdict of [false, undefined, null, 0, 1, "", "true", "yes", {}, [], Number.NaN]) {
      for (const rule of [
        says(verdict),
        later(verdict),
        and(says(verdict)),
        or(later(verdict)),
        not(not(says(verdict))),
        not(or(no, says(verdict === false ? true : verdict), no)),
        not(and(yes, later(verdict === false ? true : verdict))),
      ]) {
        expect(await outcome([rule])).toEqual(new Forbidden());
      }
      if (verdict !== false) expect(await outcome([not(says(verdict))])).toEqual(new Forbidden());
    }
  });

  it("is 401 when nobody is signed in, and 403 when somebody is", async () => {
    for (const context of [{}, { user: undefined }, { user: null }, undefined, null, 5, "x"]) {
      for (const rule of [no, later(false), isAuthenticated]) {
        const error = await outcome([rule], { context });
        expect(error).toBeInstanceOf(Unauthorized);
        expect(error).toMatchObject({
          statusCode: 401,
          message: "Unauthorized",
          headers: { "WWW-Authenticate": "Bearer" },
        });
      }
    }
    for (const user of [{}, 0, "", false])
      expect(await outcome([no], { context: { user } })).toEqual(new Forbidden());
  });

  it("lets the error of a rule through", async () => {
    const error = new Error("the database is gone");
    const throws = () => {
      throw error;
    };
    const rejects = () => Promise.reject(error);
    for (const rule of [throws, rejects, and(yes, throws), or(no, rejects), not(throws)] as AnyRule[]) {
      expect(await outcome([rule])).toBe(error);
    }
  });

  it("takes nothing but rules, and at least one", () => {
    const takers: Record<string, (...rules: AnyRule[]) => unknown> = { permit, and, or };
    for (const [name, make] of Object.entries(takers)) {
      expect(() => make()).toThrow(new TypeError(`${name}: takes at least one rule`));
      for (const rule of [undefined, null, true, "yes", {}]) {
        expect(() => make(yes, rule as never)).toThrow(new TypeError(`${name}: a rule must be a function`));
      }
    }
    expect(() => not(undefined as never)).toThrow(new TypeError("not: a rule must be a function"));
  });

  it("needs the user only when a rule looks at the context", () => {
    expect(permit(yes)).toMatchObject({ name: "permit", needs: [], adds: [] });
    expect(permit(yes, isAuthenticated).needs).toEqual(["context.user"]);
  });
});

describe("and, or, not", () => {
  it("follow the tables of logic, at once or later", async () => {
    for (const a of [true, false]) {
      for (const b of [true, false]) {
        for (const [one, other] of [
          [says(a), says(b)],
          [later(a), says(b)],
          [says(a), later(b)],
          [later(a), later(b)],
        ] as const) {
          const ask = (rule: unknown) => (rule as AnyRule)({}, ann);
          expect(await ask(and(one, other))).toBe(a && b);
          expect(await ask(or(one, other))).toBe(a || b);
          expect(await ask(not(one))).toBe(!a);
          expect(await ask(and(not(one), or(one, other)))).toBe(!a && (a || b));
        }
      }
    }
  });

  it("ask a thousand rules without deep stacks", () => {
    const rules = Array.from({ length: 1000 }, () => yes);
    expect(run([and(...rules)])).toBeUndefined();
  });
});
