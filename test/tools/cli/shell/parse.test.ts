import { describe, expect, it } from "vitest";
import { commands } from "../../../../tools/cli/commands.ts";
import type { Command } from "../../../../tools/cli/shell/command.ts";
import { parseFor } from "../../../../tools/cli/shell/parse.ts";

describe.each(Object.entries(commands))("options of %s", async (_, load) => {
  const command: Command = await load();
  const args = command.args.filter(({ required }) => required).map(() => "x");
  const texts = Object.entries(command.options).filter(([, { type }]) => type === "string");

  it("are lists that are repeated or have commas, or one value", () => {
    for (const [name, { list, choices: [one = "a", two = "b"] = [] }] of texts) {
      const read = (...given: string[]): unknown =>
        parseFor(command, [...args, ...given.flatMap(value => [`--${name}`, value])]).options[name];
      if (list) {
        expect(read("a", "b, c,", "a"), name).toEqual(["a", "b", "c", "a"]);
        expect(read(), name).toEqual([]);
        expect(() => read("a", ","), name).toThrow(`--${name} is empty`);
      } else {
        expect(read(one), name).toBe(one);
        expect(() => read(one, two), name).toThrow(`--${name} takes one value, and is given 2 times`);
        expect(() => read(one, one), name).toThrow(`--${name} takes one value, and is given 2 times`);
      }
    }
  });

  it("have their defaults", () => {
    const { options } = parseFor(command, args);
    for (const [name, option] of texts)
      expect(options[name], name).toEqual(option.list ? [] : option.default);
  });
});

it("counts an option by its letter too", async () => {
  const invoke = await (commands as Record<string, () => Promise<Command>>).invoke?.();
  expect(() => parseFor(invoke as Command, ["-", "-f", "a", "--function=b"])).toThrow(
    "--function takes one value, and is given 2 times",
  );
});
