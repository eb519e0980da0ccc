import type { MigrationPlan, Step } from "../../../src/models/sql/migrate/index.ts";
import type { Output } from "../shell/io.ts";

const headings: Record<Step["phase"], string> = {
  expand: "Before the new code",
  contract: "When no old code runs any more",
};

/** Writes a plan: its steps with what to mind, by when they are to be made, and what stays. */
export function showPlan({ steps, notes }: MigrationPlan, out: Output): void {
  if (steps.length === 0) out.line("The database is as the models want it");
  for (const phase of ["expand", "contract"] as const) {
    const own = steps.filter(step => step.phase === phase);
    if (own.length === 0) continue;
    out.line(out.style("bold", headings[phase]));
    for (const { table, does, risks, byHand } of own) {
      out.line(`  ${table}: ${does}`);
      if (byHand !== undefined) out.line(out.style("red", `    by hand: ${byHand}`));
      for (const risk of risks) out.line(out.style("yellow", `    ${risk}`));
    }
  }
  if (notes.length > 0) out.line(out.style("bold", "Notes"));
  for (const note of notes) out.line(`  ${note}`);
}
