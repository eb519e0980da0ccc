import { BadRequest, HttpError, ServerError } from "../../src/core/errors.ts";
import type { HookRequest } from "../../src/core/middleware.ts";
import type { ParameterMetadata } from "../../src/core/operationMetadata.ts";
import { toJson } from "../../src/http/json.ts";
import { readPath } from "../../src/http/path.ts";
import { sentQuery } from "../../src/http/query.ts";
import { readHeader, readMethod } from "../../src/http/read.ts";
import { isResponse } from "../../src/http/ready.ts";
import { respond } from "../../src/http/respond.ts";
import { sourceOf } from "../../src/http/source.ts";
import { openerOf } from "../../src/http/streamBody.ts";
import { writeResponse } from "../../src/http/writeResponse.ts";
import { fieldsOfModel } from "../../src/models/fields/fields.ts";
import { asQueryset } from "../../src/models/query/asQueryset.ts";
import { pagingNames } from "../../src/models/query/paging.ts";
import { singleValue } from "../../src/models/query/singleValue.ts";
import type { Model, Queryset } from "../../src/models/types.ts";
import { isStandardSchema } from "../../src/schema/standard.ts";
import { serializeData } from "../../src/serializers/serializeData.ts";
import { formOf } from "../../src/serializers/shownKeys.ts";
import { shownNames } from "../../src/serializers/shownNames.ts";
import type { Serialize } from "../../src/serializers/toSerializer.ts";
import type { ExportSource } from "./exportList.ts";
import type { ListFormat } from "./listFormat.ts";
import { isPage } from "./page.ts";

/** The options of lists that say in which forms they go out. */
export interface FormatsOption {
  /**
   * The formats that `Accept` may ask for: `ndjson` and `csv` hold the whole list and not one page, and are streamed where
   * `stream` runs. What JSON satisfies as well stays JSON.
   * @default ["json"]
   */
  formats?: readonly ListFormat[];
  /** Lets `?format=csv` ask as well, over `Accept`. @default false */
  formatParam?: boolean;
}

/** A whole list that is still to be read. It is a class so that a middleware's early response is not taken for one. */
export class Exported {
  readonly format: ListFormat;
  readonly rows: AsyncIterable<unknown> | Iterable<unknown>;
  /** How many there are, when that was asked for. */
  readonly total: number | undefined;

  constructor(format: ListFormat, rows: Exported["rows"], total: number | undefined) {
    this.format = format;
    this.rows = rows;
    this.total = total;
  }
}

/** What a list that has formats does beside its pages. */
export interface Formats {
  /** What a response in JSON says. */
  headers: Readonly<Record<string, string>>;
  /**
   * Begins a whole list.
   *
   * @param list gives the objects
   * @param counted whether it is asked how many there are
   * @returns `undefined` where JSON is asked for, whose pages others read; a response of the step as it is
   * @throws HttpError (406) when the client takes none of the formats; BadRequest for an unknown one, and for a page of a whole list
   */
  open(event: unknown, list: () => unknown, counted: () => boolean): Promise<unknown>;
  /**
   * Responds with a whole list.
   *
   * @param narrowed the serializer of this request, where it is another than that of all
   */
  send(
    exported: Exported,
    request: HookRequest,
    status: number | undefined,
    narrowed: Serialize | undefined,
  ): Promise<void>;
}

const known: ReadonlySet<string> = /* @__PURE__ */ new Set(["json", "ndjson", "csv"]);

type Late = typeof import("./exportList.ts");
let late: Late | undefined;

/** Loaded at the first request: a function that never has it never evaluates it. */
async function exportList(): Promise<Late> {
  late ??= await import("./exportList.ts");
  return late;
}

/** A list that is not streamed is one response of Lambda, of 6 MB at most, behind an ALB of 1 MB. */
const mostMegabytes = (event: unknown): number => (sourceOf(event)?.startsWith("alb") === true ? 1 : 6);

/** The field that a column shows, where the serializer says it before there is a row. */
function fieldOf(serializer: unknown, column: string): unknown {
  if (isStandardSchema(serializer)) return column;
  const form = formOf(serializer);
  if (form === undefined || !("fields" in form)) return form && column;
  const source = form.fields[column];
  return source === true ? column : source;
}

/** Checks the options. @throws TypeError naming the option */
function checkFormats({ formats, formatParam = false }: FormatsOption, filters: readonly string[]): void {
  if (formatParam && formats === undefined) {
    throw new TypeError('listHandler: option "formatParam" needs option "formats"');
  }
  if (formatParam && filters.includes("format")) {
    throw new TypeError('listHandler: option "filters" can\'t name "format" beside option "formatParam"');
  }
  if (formats === undefined) return;
  const isRight = formats.length > 0 && formats.every(format => known.has(format));
  if (!isRight || new Set(formats).size < formats.length) {
    throw new TypeError(
      'listHandler: option "formats" must list "json", "ndjson" or "csv", each once at most',
    );
  }
}

/** What documents say of the parameter that chooses a format. */
export function formatMetadata({ formats, formatParam = false }: FormatsOption): ParameterMetadata[] {
  if (!formatParam) return [];
  const source = { json: { type: "string", enum: [...(formats ?? [])] } };
  return [
    { in: "query", name: "format", source, description: "The format of the list, over the header Accept" },
  ];
}

/** Makes the columns of a list once somebody asks for them: they take long to learn. */
function rowsAs<T>(model: Model<T>, serializer: unknown): Pick<ExportSource, "columns" | "isNumeric"> {
  const kinds = fieldsOfModel(model);
  const isNumeric = (column: string): boolean => {
    const kind = kinds?.[String(fieldOf(serializer, column))];
    return kind === "decimal" || kind === "bigint";
  };
  return { columns: shownNames(serializer, kinds), isNumeric };
}

/**
 * Reads the options that say in which forms a list goes out.
 *
 * @param options `formats` and `formatParam`, with the serializer that stands before each of them
 * @param model whose objects they are
 * @param serialize the serializer in its one form
 * @param filters the fields that a request may filter by
 * @returns `undefined` for a list of JSON alone
 * @throws TypeError naming an option that is wrong
 */
export function formatsOf<T>(
  options: FormatsOption & { serializer?: unknown },
  model: Model<T>,
  serialize: Serialize,
  filters: readonly string[],
): Formats | undefined {
  checkFormats(options, filters);
  const { formats, formatParam = false, serializer } = options;
  if (formats === undefined) return undefined;

  async function chosen(event: unknown): Promise<ListFormat> {
    const named = formatParam ? sentQuery(event).format : undefined;
    const { chooseFormat, mediaTypeOf } = await exportList();
    if (named !== undefined) {
      const format = formats?.find(one => one === singleValue("format", named));
      if (format !== undefined) return format;
      throw new BadRequest(`format must be one of ${formats?.join(", ")}`, { field: "format" });
    }
    const format = chooseFormat(readHeader(event, "accept"), formats ?? []);
    if (format !== undefined) return format;
    const types = formats?.map(mediaTypeOf).join(", ");
    throw new HttpError(406, `The list is there as ${types}`, { headers: { Vary: "Accept" } });
  }

  return {
    headers: { Vary: "Accept" },
    async open(event, list, counted) {
      const format = await chosen(event);
      if (format === "json") return undefined;
      const field = pagingNames.find(name => sentQuery(event)[name] !== undefined);
      if (field !== undefined) {
        throw new BadRequest(`${field} is about pages, and as ${format} the list is whole`, { field });
      }
      const isCounted = counted();
      const given = await list();
      if (isResponse(given)) return given;
      if (Array.isArray(given)) return new Exported(format, given, isCounted ? given.length : undefined);
      if (isPage(given)) {
        if (given.nextCursor === undefined && (given.total ?? 0) <= given.items.length) {
          return new Exported(format, given.items, isCounted ? given.total : undefined);
        }
        throw new ServerError(undefined, {
          cause: new Error(
            `Option "list" gave one page: as ${format} the list needs a queryset or all objects`,
          ),
        });
      }
      const queryset = asQueryset(given as Queryset<T>, model);
      return new Exported(format, queryset, isCounted ? await queryset.count() : undefined);
    },
    async send({ format, rows, total }, request, status = 200, narrowed = undefined) {
      const { breakingOff, collected, exportHeaders, piecesOf } = await exportList();
      const { event, context } = request;
      const headers = {
        ...exportHeaders(format, readPath(event)),
        ...(total !== undefined && { "Total-Count": String(total) }),
      };
      if (readMethod(event) === "HEAD") return writeResponse(request, respond({ status, headers }));
      const pieces = piecesOf({
        format,
        rows,
        serialize: found => serializeData(narrowed ?? serialize, found, request),
        toJson,
        ...rowsAs(model, narrowed ?? serializer),
      });
      if (openerOf(context) !== undefined) {
        return writeResponse(request, respond({ status, headers, body: breakingOff(pieces, format) }));
      }
      const most = mostMegabytes(event);
      // Headers take some of it.
      const body = await collected(pieces, (most * 1024 - 64) * 1024);
      if (body === undefined) {
        throw new BadRequest(
          `The list is longer than one response may be (${most} MB): narrow it by filters, or read its pages as JSON`,
        );
      }
      return writeResponse(request, respond({ status, headers, body }));
    },
  };
}
