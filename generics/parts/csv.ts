/**
 * Rows as CSV, by csv-stringify. It is loaded with `import()` at the first list that is asked for as CSV.
 */
import { stringify } from "csv-stringify/sync";

/** What the cells of a list are made by. */
export interface CsvOptions {
  /** The names of the columns, where they are known before the first row. */
  columns: readonly string[] | undefined;
  /** Whether a column holds numbers that go out as text: decimals, bigints. */
  isNumeric: (column: string) => boolean;
  /** Writes a value that is neither text nor a number. */
  toJson: (value: unknown) => string;
}

type Row = Readonly<Record<string, unknown>>;

/** Writes lists of rows, one after another, as one table. */
export type CsvWriter = (rows: readonly unknown[]) => string;

const isNumber = /^-?\d+(?:\.\d+)?$/;

/**
 * What a spreadsheet may take for a formula, or for cells: it may drop spaces and characters that can't be seen first.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const isFormula = /^(?:[\t\n\r]|[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/u;

const guarded = (text: string): string => (isFormula.test(text) ? `'${text}` : text);

const settings = {
  // RFC 4180 section 2.
  record_delimiter: "\r\n",
  // Else CR and LF alone are not quoted.
  quote_record_delimiter: true,
  cast: { boolean: (value: boolean): string => String(value) },
};

function isRow(row: unknown): row is Row {
  return typeof row === "object" && row !== null && !Array.isArray(row);
}

/**
 * Makes a writer of one table. Its first line has the names of the columns: those that are declared, else those of the first
 * rows. Text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay as they are.
 *
 * @param options what is known of the columns
 * @returns what is given the rows; the first call writes the names too, even where there is no row
 * @throws Error in the writer when a row is not an object, or has a key that no column has: nothing is left out silently
 * @example
 * const write = csvWriter({ columns: ["id", "title"], isNumeric: () => false, toJson: JSON.stringify });
 * write([{ id: 1, title: "=1+1" }]); // "id,title\r\n1,'=1+1\r\n"
 */
export function csvWriter({ columns, isNumeric, toJson }: CsvOptions): CsvWriter {
  let names: ReadonlySet<string> | undefined;

  function cellOf(column: string, value: unknown): unknown {
    if (typeof value === "string") {
      // A number that JavaScript has no number for is not text.
      return isNumber.test(value) && isNumeric(column) ? value : guarded(value);
    }
    if (value === null || typeof value !== "object") {
      return typeof value === "function" || typeof value === "symbol" ? undefined : finite(value);
    }
    const json = toJson(value);
    if (json.startsWith('"')) return guarded(JSON.parse(json) as string);
    return json === "null" ? undefined : json;
  }

  return function writeCsv(given) {
    const rows = given.map(row => {
      if (!isRow(row))
        throw new Error("The serializer gave something else than an object: it is no row of CSV");
      return row;
    });
    const isFirst = names === undefined;
    names ??= new Set(columns ?? rows.flatMap(row => Object.keys(row)));
    const known = names;
    const header = [...known];
    const lines = rows.map(row => {
      const unknown = Object.keys(row).find(key => !known.has(key));
      if (unknown !== undefined) {
        throw new Error(
          `No column of the CSV is called "${unknown}": declare it by pick, fields or a schema`,
        );
      }
      return header.map(column => cellOf(column, row[column]));
    });
    // Without any column there is no line to write.
    if (header.length === 0) return "";
    return stringify(isFirst ? [header.map(guarded), ...lines] : lines, settings);
  };
}

/** What JSON has no number for is nothing here too. */
const finite = (value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? undefined : value;
