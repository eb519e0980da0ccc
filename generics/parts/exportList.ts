/**
 * Whole lists as NDJSON and CSV. It is loaded with `import()` at the first request of a list that has `formats`, and imports
 * nothing of the package but types: what code that is loaded late shares with the rest would be a chunk of its own, which every
 * bundle of a list loads at start.
 */
import type { CsvOptions, CsvWriter } from "./csv.ts";
import type { ListFormat } from "./listFormat.ts";

/** The media types of each format; the first is what the response says. */
const mediaTypes: Readonly<Record<ListFormat, readonly string[]>> = {
  json: ["application/json"],
  ndjson: ["application/x-ndjson", "application/ndjson", "application/jsonl"],
  csv: ["text/csv"],
};

type Range = readonly [type: string, quality: number];

/** The media ranges of `Accept` with their qualities (RFC 9110 section 12.5.1). */
function rangesOf(accept: string): Range[] {
  return accept.split(",").flatMap((part): Range[] => {
    const [type = "", ...parameters] = part.split(";").map(text => text.trim().toLowerCase());
    const quality = parameters.find(parameter => parameter.startsWith("q="));
    const value = quality === undefined ? 1 : Number(quality.slice(2));
    return type === "" ? [] : [[type, value >= 0 && value <= 1 ? value : 0]];
  });
}

/** The quality of a type is that of the narrowest range that it is in. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  for (const wanted of [type, `${type.split("/", 1)[0]}/*`, "*/*"]) {
    const found = ranges.find(([range]) => range === wanted);
    if (found !== undefined) return found[1];
  }
  return 0;
}

/**
 * Chooses the format that a client likes best. Between those that it likes alike JSON is chosen, else the first that is listed.
 *
 * @param accept the header `Accept`
 * @param formats what there is
 * @returns `undefined` when the client takes none of them
 * @example
 * chooseFormat("text/csv, application/json;q=0.5", ["json", "csv"]); // "csv"
 */
export function chooseFormat(
  accept: string | undefined,
  formats: readonly ListFormat[],
): ListFormat | undefined {
  const ordered = [...formats].sort((a, b) => Number(b === "json") - Number(a === "json"));
  const ranges = rangesOf(accept ?? "");
  if (ranges.length === 0) return ordered[0];
  let best: ListFormat | undefined;
  let most = 0;
  for (const format of ordered) {
    const quality = Math.max(...mediaTypes[format].map(type => qualityOf(type, ranges)));
    if (quality > most) [best, most] = [format, quality];
  }
  return best;
}

/** The media type of a format, as `Accept` names it. */
export const mediaTypeOf = (format: ListFormat): string => mediaTypes[format][0] as string;

/**
 * The headers of a whole list.
 *
 * @param format its format
 * @param path the path of the request, whose last segment gives the file its name
 */
export function exportHeaders(format: ListFormat, path: string): Record<string, string> {
  const last = path.split("/").findLast(segment => segment !== "") ?? "";
  const name = last.replace(/[^\w-]/g, "") || "list";
  return {
    "Content-Type": format === "csv" ? "text/csv; charset=utf-8; header=present" : mediaTypeOf(format),
    "Content-Disposition": `attachment; filename="${name}.${format}"`,
    Vary: "Accept",
  };
}

/** So many rows are serialized and written together. */
const chunk = 500;

async function* chunksOf(rows: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<unknown[], void> {
  let found: unknown[] = [];
  for await (const row of rows) {
    found.push(row);
    if (found.length < chunk) continue;
    yield found;
    found = [];
  }
  // Also the names of the columns of a list without rows.
  yield found;
}

/** What an export is made of. */
export interface ExportSource extends CsvOptions {
  format: ListFormat;
  rows: AsyncIterable<unknown> | Iterable<unknown>;
  /** Lets rows out: a list becomes a list. */
  serialize: (rows: readonly unknown[]) => unknown;
}

/** The text of a whole list, read and serialized part by part. */
export async function* piecesOf(source: ExportSource): AsyncGenerator<string, void> {
  const { format, rows, serialize, toJson } = source;
  const toLines: CsvWriter = found => found.map(row => `${toJson(row)}\n`).join("");
  const write = format === "csv" ? (await import("./csv.ts")).csvWriter(source) : toLines;
  for await (const found of chunksOf(rows)) {
    const piece = write((await serialize(found)) as readonly unknown[]);
    if (piece !== "") yield piece;
  }
}

/** A last record that no reader takes for one: half a JSON value, a quoted cell without its end. */
const broken: Readonly<Record<ListFormat, string>> = {
  json: "",
  ndjson: '{"error":"The list broke off here',
  csv: '"The list broke off here',
};

/**
 * Pieces that show where they break off, however the connection ends: after an error the last record is one that can't be read.
 *
 * @throws whatever the pieces throw
 */
export async function* breakingOff(
  pieces: AsyncIterable<string>,
  format: ListFormat,
): AsyncGenerator<string, void> {
  let begun = false;
  try {
    for await (const piece of pieces) {
      yield piece;
      begun = true;
    }
  } catch (error) {
    // Before the first piece the error itself is the response.
    if (begun) yield broken[format];
    throw error;
  }
}

/**
 * Waits for all pieces.
 *
 * @param mostBytes how long the text may be, in UTF-8 and as the JSON that Lambda sends it in
 * @returns `undefined` as soon as it is longer; what reads the rest is ended
 */
export async function collected(
  pieces: AsyncIterable<string>,
  mostBytes: number,
): Promise<string | undefined> {
  let bytes = 0;
  const found: string[] = [];
  for await (const piece of pieces) {
    bytes += Buffer.byteLength(JSON.stringify(piece)) - 2;
    if (bytes > mostBytes) return undefined;
    found.push(piece);
  }
  return found.join("");
}
