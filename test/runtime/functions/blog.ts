import { blog } from "../../../examples/blog/api.ts";

console.log(`init of ${process.pid}`);

/** The example, as one Lambda. */
export const { handler } = blog;
