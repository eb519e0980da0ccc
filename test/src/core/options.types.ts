import { expectTypeOf } from "vitest";
import { checkOptions, type OptionsOf, type OptionTable } from "../../../src/core/options.ts";

interface Own {
  name: string;
  size?: number;
}

export function aTableHasEveryOptionOnce(): void {
  const table: OptionTable<Own> = { name: "string", size: ["count", "boolean"] };
  expectTypeOf(table).toHaveProperty("size");
  // @ts-expect-error: the table lacks `size`
  const forgotten: OptionTable<Own> = { name: "string" };
  // @ts-expect-error: nothing takes `colour`
  const invented: OptionTable<Own> = { name: "string", size: "count", colour: "string" };
  // @ts-expect-error: there is no such kind
  const unkind: OptionTable<Own> = { name: "text", size: "count" };
  expectTypeOf([forgotten, invented, unkind]).toEqualTypeOf<OptionTable<Own>[]>();
}

export function theCheckIsOfTheOptionsThatAreGiven(options: Own | undefined): void {
  checkOptions("make", options, { name: "string", size: "count" });
  // @ts-expect-error: the table lacks `size`
  checkOptions("make", options, { name: "string" });
  // @ts-expect-error: nothing takes `colour`
  checkOptions("make", options, { name: "string", size: "count", colour: "string" });
  // @ts-expect-error: which options there are is not known
  checkOptions("make", options as unknown, { name: "string" });
}

export function theOptionsOfAFactoryAreItsSecondArgument(): void {
  const make = <T>(first: T, options: Own = { name: "x" }): [T, Own] => [first, options];
  expectTypeOf<OptionsOf<typeof make>>().toEqualTypeOf<Own>();
}
