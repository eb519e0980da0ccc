export { type StreamingHandler, stream } from "./stream.ts";
