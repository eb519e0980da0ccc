export { type SseOptions, type SseSerializer, sse } from "./sse.ts";
export { type StreamingHandler, stream } from "./stream.ts";
