import lambdaApi, { type API, type Request, type Response } from "lambda-api";
import {
  addUser,
  checkNewUser,
  errorBody,
  findUser,
  firstUsers,
  forgetCreated,
  type Guard,
  makeStore,
  malformedMessage,
  Refused,
  seen,
  shared,
  signIn,
  type Validate,
} from "../common/tasks.ts";
import type { Handler, Parts } from "../contenders/contender.ts";

// Its types are those of a CommonJS module, which it is not.
const createApi = lambdaApi as unknown as (options: { logger: boolean }) => API;
const users = makeStore();

function setShared(res: Response): void {
  for (const [name, value] of Object.entries(shared)) res.header(name, value);
}

function appOf(guard: Guard | undefined): API {
  const app = createApi({ logger: false });
  app.use((_req: unknown, res: Response, next: () => void) => {
    setShared(res);
    next();
  });
  if (guard !== undefined) {
    app.use(async (req: Request, _res: unknown, next: () => void) => {
      await signIn(users, guard, req.headers.authorization);
      next();
    });
  }
  app.use((error: Error, _req: unknown, res: Response, next: () => void) => {
    // The headers of a response are forgotten where an error is thrown.
    setShared(res);
    if (error instanceof Refused) {
      res.status(error.statusCode).json(errorBody(error.statusCode, error.message, error.more));
    }
    next();
  });
  return app;
}

const handlerOf =
  (app: API): Handler =>
  async (event, context) =>
    (await app.run(event as never, context as never)) as never;

export function create({ guard, check }: Parts<Guard, Validate>): Handler {
  const app = appOf(guard);
  app.post("/users", (req: Request, res: Response) => {
    // Text that is no JSON stays text.
    if (typeof req.body === "string") throw new Refused(400, malformedMessage);
    const user = addUser(users, checkNewUser(req.body, check as Validate));
    res.status(201).header("Location", `${req.path}/${user.id}`).json(seen(user));
  });
  return handlerOf(app);
}

export function retrieve({ guard, etag = false }: Parts<Guard>): Handler | undefined {
  if (etag) return undefined;
  const app = appOf(guard);
  app.get("/users/:id", (req: Request, res: Response) => res.json(seen(findUser(users, req.params.id))));
  return handlerOf(app);
}

export function list({ guard }: Parts<Guard>): Handler {
  const app = appOf(guard);
  app.get("/users", (req: Request, res: Response) => res.json(firstUsers(users, req.query.limit)));
  return handlerOf(app);
}

export const forget = (): void => forgetCreated(users);
