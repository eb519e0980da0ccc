import { commands } from "./commands.ts";
import type { Command, Option } from "./shell/command.ts";
import type { Output } from "./shell/io.ts";
import { argumentText, common } from "./shell/parse.ts";

/** `-p, --port <number>` */
export function optionText(name: string, { short, type, value = "value" }: Option): string {
  return `${short ? `-${short}, ` : ""}--${name}${type === "string" ? ` <${value}>` : ""}`;
}

/** `tsverless dev [entry] [options]` */
export function usageOf({ name, args }: Command): string {
  return ["tsverless", name, ...args.map(argumentText), "[options]"].join(" ");
}

function optionDescription({ description, choices, list, default: fallback }: Option): string {
  const notes = [
    ...(choices ? [choices.join(", ")] : []),
    ...(list ? ["with commas between, or repeated"] : []),
    ...(fallback !== undefined ? [`default: ${fallback}`] : []),
  ];
  return notes.length > 0 ? `${description} (${notes.join("; ")})` : description;
}

function rows(out: Output, title: string, pairs: readonly (readonly [string, string])[]): void {
  if (pairs.length === 0) return;
  const width = Math.max(...pairs.map(([left]) => left.length));
  out.line();
  out.line(out.style("bold", title));
  for (const [left, right] of pairs) {
    out.line(`  ${out.style("cyan", left)}${" ".repeat(width - left.length)}  ${right}`.trimEnd());
  }
}

/** Writes the help of one command. */
export function commandHelp(command: Command, out: Output): void {
  out.line(command.summary);
  if (command.details !== undefined) out.line(`\n${command.details}`);
  rows(out, "Usage", [[usageOf(command), ""]]);
  rows(
    out,
    "Arguments",
    command.args.map(argument => [argumentText(argument), argument.description]),
  );
  const options: [string, Option][] = Object.entries({ ...command.options, ...common });
  rows(
    out,
    "Options",
    options.map(([name, option]) => [optionText(name, option), optionDescription(option)]),
  );
  rows(out, "Examples", command.examples ?? []);
}

/** Writes the help of all. */
export async function generalHelp(out: Output): Promise<void> {
  const all = await Promise.all(Object.values(commands).map(load => load()));
  out.line("tsverless: AWS Lambda APIs, from one declaration");
  rows(out, "Usage", [["tsverless <command> [options]", ""]]);
  rows(
    out,
    "Commands",
    all.map(({ name, summary }) => [name, summary]),
  );
  rows(out, "Options", [
    ["-h, --help", "Shows this help, or that of a command"],
    ["-v, --version", "Shows the version"],
  ]);
  out.line("\n`tsverless help <command>` says more of a command.");
}
