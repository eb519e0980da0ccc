import { api } from "tsverless/api";
import { routes } from "../../../examples/blog/routes.ts";

console.log(`init of ${process.pid}`);

/** The example, as one Lambda. */
export const { handler } = api(routes);
