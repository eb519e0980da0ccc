import { describe, expect, it } from "vitest";
import { runProperty, type Shape } from "../../support/queueProperty.ts";

const messages = 10_000;

describe("whatever goes wrong, no message is lost and no group is out of order", () => {
  const shapes: Shape[] = [
    { fifo: false, messages: messages / 4, seed: 1 },
    { fifo: true, messages: messages / 4, seed: 2 },
    { fifo: false, messages: messages / 4, seed: 3 },
    { fifo: true, messages: messages / 4, seed: 4 },
  ];

  it.each(shapes)("fifo: $fifo, seed $seed", async shape => {
    const figures = await runProperty(shape);
    expect(figures.problems).toEqual([]);
    // One seed gives the same run.
    const { real, ...same } = await runProperty({ ...shape, messages: 500 });
    const { real: _, ...again } = await runProperty({ ...shape, messages: 500 });
    expect([same, real > 0]).toEqual([again, true]);
    expect([figures.crashes > 0, figures.duplicates > 0, figures.poison > 0]).toEqual([true, true, true]);
  });
});
