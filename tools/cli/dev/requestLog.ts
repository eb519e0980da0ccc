import type { RequestLog } from "../../dev/log.ts";
import type { Output } from "../shell/io.ts";

function statusColor(status: number | undefined): "red" | "yellow" | "cyan" | "green" {
  if (status === undefined || status >= 500) return "red";
  if (status >= 400) return "yellow";
  return status >= 300 ? "cyan" : "green";
}

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? String(error)) : String(error);

/**
 * Writes the lines of one request: what failed, and `12:34:56 GET /users?page=2 200 12 ms usersList`.
 *
 * @param name the function that took it, if one did
 */
export function logRequest(out: Output, entry: RequestLog, name = ""): void {
  const { method, path, query, status, ms } = entry;
  if ("error" in entry) out.line(out.style("red", textOf(entry.error)));
  const time = out.style("dim", new Date().toTimeString().slice(0, 8));
  const shown = out.style(statusColor(status), String(status ?? "aborted"));
  const rest = out.style("dim", `${Math.round(ms)} ms ${name}`.trimEnd());
  out.line(`${time} ${out.style("bold", method)} ${path}${query} ${shown} ${rest}`);
}
