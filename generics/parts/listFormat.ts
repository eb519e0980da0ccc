/** A form that a list goes out in. */
export type ListFormat = "json" | "ndjson" | "csv";
