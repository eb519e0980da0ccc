import { describe, expect, it } from "vitest";
import { followInvocations, invocationSignal, runInvocation } from "../../../src/core/invocation.ts";

const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 1));

describe("the signal of an invocation", () => {
  it("is that of the invocation which awaits, also where several run at once, and none outside", async () => {
    followInvocations();
    const invocations = [new AbortController(), new AbortController()];
    const seen = invocations.map(invocation =>
      runInvocation(invocation, async () => {
        const first = invocationSignal();
        await pause();
        return [first, invocationSignal()];
      }),
    );
    expect(invocationSignal()).toBeUndefined();
    const [one, two] = invocations.map(({ signal }) => signal);
    const [[first, firstLater], [second, secondLater]] = (await Promise.all(seen)) as [
      [unknown, unknown],
      [unknown, unknown],
    ];
    for (const signal of [first, firstLater]) expect(signal).toBe(one);
    for (const signal of [second, secondLater]) expect(signal).toBe(two);
  });
});
