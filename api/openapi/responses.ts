import type { DocumentedResponse, ResponseMetadata } from "../../src/core/operationMetadata.ts";
import { settings } from "../../src/core/settings.ts";
import { statusText } from "../../src/http/status.ts";
import type { Components } from "./components.ts";
import { errorExample } from "./errorBodies.ts";
import type { RouteMetadata } from "./gather.ts";
import { documentedSource, sourceParts, withoutRequired } from "./modelSchema.ts";
import { pascal, wordsOf } from "./naming.ts";
import type {
  ExampleObject,
  HeaderObject,
  Json,
  MediaTypeObject,
  OperationObject,
  ReferenceObject,
  ResponseObject,
} from "./types.ts";

/** Headers of errors, by status. */
const errorHeaders: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { "WWW-Authenticate": "How to sign in" },
  409: { "Retry-After": "After how many seconds to try again, if that helps" },
  503: { "Retry-After": "After how many seconds to try again" },
};

function headersOf(headers: Readonly<Record<string, string>> | undefined): {
  headers?: Record<string, HeaderObject>;
} {
  const entries = Object.entries(headers ?? {}).map(([name, description]): [string, HeaderObject] => [
    name,
    {
      description,
      schema: { type: name === "Total-Count" || name === "Retry-After" ? "integer" : "string" },
    },
  ]);
  return entries.length > 0 ? { headers: Object.fromEntries(entries) } : {};
}

/** Errors of several statuses: their name as a component, what they are, and the status that stands for them. */
const ranges = {
  "4XX": ["ClientError", "An error of the request", 400],
  default: ["Failure", "Any other error", 500],
} as const;

type ErrorStatus = number | keyof typeof ranges;

/** An error of this status, or of one of several, as a response. */
function errorOf(status: ErrorStatus): ResponseObject {
  const type = settings.problemDetails ? "application/problem+json" : "application/json";
  const [, description, shown] =
    typeof status === "number" ? [undefined, statusText(status), status] : ranges[status];
  return {
    description,
    ...headersOf(typeof status === "number" ? errorHeaders[status] : undefined),
    content: { [type]: { schema: { $ref: "#/components/schemas/Error" }, example: errorExample(shown) } },
  };
}

/** The shared responses of a document: those of errors, as they are used. */
export class ResponseDocuments {
  readonly responses: Record<string, ResponseObject> = {};

  error(status: ErrorStatus): ReferenceObject {
    const name = typeof status === "number" ? pascal(statusText(status)) : ranges[status][0];
    this.responses[name] ??= errorOf(status);
    return { $ref: `#/components/responses/${name}` };
  }
}

interface ResponsePlace {
  known: RouteMetadata;
  /** Of the operation. */
  name: string;
  components: Components;
}

/** The names that the schema of a response may have: that of its model, else one after the operation. */
function namesOf({ name }: ResponsePlace, { content }: ResponseMetadata): string[] {
  const own = `${pascal(name)}Response`;
  return content && "model" in content && content.model ? [pascal(content.model.name), own] : [own];
}

function contentOf(
  metadata: ResponseMetadata,
  place: ResponsePlace,
): { content?: Record<string, MediaTypeObject> } {
  const { content, list = false, type = "application/json" } = metadata;
  if (content === undefined) return {};
  const names = namesOf(place, metadata);
  const parts = sourceParts(content, "output", names[0] as string);
  const item = place.components.add(metadata.sparse ? withoutRequired(parts) : parts, names);
  const items: Json = { type: "array", items: item };
  const envelope: Json = {
    type: "object",
    properties: {
      items,
      next: { type: ["string", "null"], description: "Where the next page is" },
      total: { type: "integer", description: "How many there are, when that was asked for" },
    },
    required: ["items", "next"],
  };
  const schema = list === "envelope" ? envelope : list ? items : item;
  const formats = Object.entries(formatsOf(item)).filter(([name]) => metadata.formats?.includes(name));
  const others = Object.fromEntries(formats.map(([, [media, shown]]) => [media, { schema: shown }]));
  const json = metadata.formats?.includes("json") !== false;
  return { content: { ...(json && { [type]: { schema, ...examplesOf(place, metadata) } }), ...others } };
}

/** The media types of whole lists, each with its form: OpenAPI 3.1 has no word for one object a line. */
function formatsOf(item: Json): Record<string, [media: string, schema: Json]> {
  const lines = "The whole list, an object a line, each in JSON";
  return {
    ndjson: [
      "application/x-ndjson",
      {
        type: "string",
        description: lines,
        contentMediaType: "application/json",
        contentSchema: item,
      },
    ],
    csv: [
      "text/csv",
      {
        type: "string",
        description: "The whole list as a table, whose first line has the names of its columns",
      },
    ],
  };
}

function examplesOf(
  { known }: ResponsePlace,
  { status }: ResponseMetadata,
): { examples?: Record<string, ExampleObject> } {
  const { example, examples } = known.operation;
  const all = Object.entries({ ...(example && { example }), ...examples });
  const shown = all.filter(([, { response }]) => response !== undefined);
  if (shown.length === 0 || status >= 300) return {};
  return {
    examples: Object.fromEntries(
      shown.map(([name, { summary, response }]) => [name, { ...(summary && { summary }), value: response }]),
    ),
  };
}

/** Metadata with what the author says of this response over it. */
function documentedResponse(
  status: number,
  documented: DocumentedResponse,
  metadata: ResponseMetadata | undefined,
): ResponseMetadata {
  const { body, description, type, headers } = documented;
  const serializer =
    metadata?.content && "serializer" in metadata.content ? metadata.content.serializer : undefined;
  const isList = Array.isArray(body);
  const form = isList ? body[0] : body;
  const { content, list, ...rest } = metadata ?? { status };
  return {
    ...rest,
    ...(description !== undefined && { description }),
    ...(type !== undefined && { type }),
    ...(headers && { headers: { ...metadata?.headers, ...headers } }),
    ...(body === undefined && content && { content, list }),
    ...(form && { content: documentedSource(form, serializer), list: isList }),
  };
}

/** A function behind `loadQueryset` most likely responds with a list of what it loads. */
function isList({ kind: does, narrows, parameters }: RouteMetadata): boolean {
  const loadsOne = parameters.some(({ in: place, source: form }) => place === "path" && form !== undefined);
  return does === undefined && narrows !== undefined && !loadsOne;
}

/** The responses of success, with what the author says over what the chain knows. */
function successes(known: RouteMetadata): Map<number, ResponseMetadata> {
  const { operation } = known;
  const listed = isList(known) ? { list: true } : {};
  const responses = known.responses.map(metadata =>
    metadata.content ? { ...metadata, ...listed } : metadata,
  );
  const found = new Map(responses.map(metadata => [metadata.status, metadata]));
  const first = responses.find(({ content }) => content !== undefined) ?? responses[0];
  if (operation.response !== undefined) {
    const status = first?.status ?? 200;
    found.set(status, documentedResponse(status, { body: operation.response }, first));
  }
  for (const [text, documented] of Object.entries(operation.responses ?? {})) {
    const status = Number(text);
    found.set(status, documentedResponse(status, documented, found.get(status)));
  }
  return found;
}

/**
 * The responses of one operation by status.
 *
 * @param method in capital letters
 */
export function responsesOf(
  place: ResponsePlace,
  method: string,
  documents: ResponseDocuments,
): OperationObject["responses"] {
  const { known } = place;
  const made: OperationObject["responses"] = {};
  for (const status of known.errors) made[status] = documents.error(status);
  for (const [status, metadata] of successes(known)) {
    if (metadata.methods?.includes(method) === false) continue;
    const isBareError =
      status >= 400 && metadata.content === undefined && known.operation.responses?.[status]?.body !== null;
    const content = isBareError ? { content: errorOf(status).content } : contentOf(metadata, place);
    const shared = status < 300 ? known.headers : {};
    made[status] = {
      description: metadata.description ?? statusText(status),
      ...headersOf({ ...metadata.headers, ...shared }),
      ...content,
    };
  }
  // Any function can throw, and some linters of documents ask for a response of failure.
  const isRefused = Object.keys(made).some(status => status.startsWith("4"));
  if (known.handlesErrors && !isRefused) made["4XX"] = documents.error("4XX");
  if (known.handlesErrors || Object.keys(made).length === 0) {
    made.default = known.handlesErrors
      ? documents.error("default")
      : { description: `What ${wordsOf(place.name)} answers` };
  }
  return made;
}
