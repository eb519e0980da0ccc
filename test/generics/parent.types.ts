import { expectTypeOf } from "vitest";
import { client } from "../../client/client.ts";
import type { EndpointTypesOf } from "../../src/core/endpoint.ts";
import type { Simplify } from "../../src/core/types.ts";
import {
  api,
  bulkCreateHandler,
  bulkDeleteHandler,
  createHandler,
  deleteHandler,
  listHandler,
  type Model,
  pick,
  resource,
  retrieveHandler,
  updateHandler,
} from "../../src/index.ts";

interface User {
  id: string;
  admin: boolean;
}
interface Org {
  id: string;
  owner: string;
}
interface Project {
  id: number;
  org: string;
}
interface Task {
  id: string;
  project: number;
  title: string;
}
interface Comment {
  id: string;
  task: string;
}
declare const Users: Model<User>;
declare const Orgs: Model<Org>;
declare const Projects: Model<Project>;
declare const Tasks: Model<Task>;
declare const Comments: Model<Comment>;
const auth = { model: Users };
const serializer = pick("id");

/** Never called: the compiler is the test. */
export function everyFunctionOfAResourceSeesTheParent(): void {
  resource(Tasks, {
    auth,
    parent: {
      model: Projects,
      param: "projectId",
      key: "project",
      queryset: (_event, context) => {
        expectTypeOf(context.user).toEqualTypeOf<User>();
        // @ts-expect-error nothing is above it
        context.parent;
        return Projects.objects.filter({ org: context.user.id });
      },
    },
    permit: (_event, { parent, parents, user }) => {
      expectTypeOf(parent).toEqualTypeOf<Project>();
      expectTypeOf(parents).toEqualTypeOf<[Project]>();
      return user.admin;
    },
    queryset: (_event, { parent }) => Tasks.objects.filter({ project: parent.id }),
    defaults: ({ context }) => {
      expectTypeOf(context.parent).toEqualTypeOf<Project>();
      return {};
    },
    required: ["title"],
    serializer: (task, { context }) => {
      expectTypeOf(context.parent).toEqualTypeOf<Project>();
      return task.title;
    },
    create: {
      create: (data, { context }) => {
        expectTypeOf(context.parent).toEqualTypeOf<Project>();
        return Tasks.create({ ...data, project: context.parent.id });
      },
    },
    update: {
      update: (task, changes, { context }) => {
        expectTypeOf(context.parent).toEqualTypeOf<Project>();
        return Tasks.update(task, changes);
      },
    },
    delete: {
      permit: (_event, { object, parent }) => object.project === parent.id,
      remove: (_task, { context }) => {
        expectTypeOf(context.parent).toEqualTypeOf<Project>();
      },
    },
    list: {
      list: (objects, { context }) => {
        expectTypeOf(context.parent).toEqualTypeOf<Project>();
        return objects;
      },
    },
  });
}

export function eachFunctionSeesWhatIsAboveIt(): void {
  createHandler(Comments, {
    auth,
    parent: {
      model: Tasks,
      param: "task",
      key: "task",
      queryset: (_event, { parent, parents }) => {
        expectTypeOf(parent).toEqualTypeOf<Project>();
        expectTypeOf(parents).toEqualTypeOf<[Project, Org]>();
        return Tasks.objects;
      },
      parent: {
        model: Projects,
        param: "project",
        key: "project",
        queryset: (_event, { parent, parents }) => {
          expectTypeOf(parent).toEqualTypeOf<Org>();
          expectTypeOf(parents).toEqualTypeOf<[Org]>();
          return Projects.objects;
        },
        parent: {
          model: Orgs,
          param: "org",
          key: "org",
          queryset: (_event, { user }) => {
            expectTypeOf(user).toEqualTypeOf<User>();
            return Orgs.objects.filter({ owner: user.id });
          },
        },
      },
    },
    permit: (_event, { parent, parents }) => {
      expectTypeOf(parent).toEqualTypeOf<Task>();
      expectTypeOf(parents).toEqualTypeOf<[Task, Project, Org]>();
      return true;
    },
  });
}

export function withoutAParentThereIsNone(): void {
  retrieveHandler(Tasks, {
    serializer,
    permit: (_event, context) => {
      // @ts-expect-error no parent is loaded
      context.parent;
      return true;
    },
  });
}

export function aKeyIsAFieldOfTheModel(): void {
  // @ts-expect-error no field of a task
  listHandler(Tasks, { serializer, parent: { model: Projects, param: "projectId", key: "org" } });
  // @ts-expect-error no field of a task
  deleteHandler(Tasks, { parent: { model: Projects, param: "projectId", key: "org" } });
  const parent = { model: Projects, param: "projectId", key: "project" } as const;
  // @ts-expect-error no field of a project
  createHandler(Tasks, { parent: { ...parent, parent: { model: Orgs, param: "o", key: "title" } } });
  // @ts-expect-error no field of a project
  updateHandler(Tasks, { serializer, parent: { ...parent, lookup: "title" } });
  updateHandler(Tasks, { serializer, parent: { ...parent, references: "org" } });
  // @ts-expect-error no field of a project
  updateHandler(Tasks, { serializer, parent: { ...parent, references: "title" } });
  // @ts-expect-error the model is missing
  bulkDeleteHandler(Tasks, { parent: { param: "projectId", key: "project" } });
  // @ts-expect-error the parameter is missing
  bulkCreateHandler(Tasks, { parent: { model: Projects, key: "project" } });
}

const parent = {
  model: Projects,
  param: "projectId",
  key: "project",
  parent: { model: Orgs, param: "orgId", key: "org" },
} as const;
const tasks = resource(Tasks, { parent, serializer, required: ["title"] });
const bulkDelete = bulkDeleteHandler(Tasks, { parent });
const fixed = deleteHandler(Tasks, { parent, param: "taskId" });

export function aHandlerStandsUnderAPathThatHasItsParents(): void {
  api({ "orgs/{orgId}/projects/{projectId}/tasks": tasks });
  // @ts-expect-error reads the path parameter "orgId"
  api({ "projects/{projectId}/tasks": tasks });
  // @ts-expect-error reads both
  api({ tasks });
  api({ "DELETE /orgs/{orgId}/projects/{projectId}/tasks": bulkDelete });
  // @ts-expect-error reads the path parameter "projectId"
  api({ "DELETE /orgs/{orgId}/tasks": bulkDelete });
  // @ts-expect-error reads the path parameter "taskId"
  api({ "DELETE /orgs/{orgId}/projects/{projectId}/tasks/{id}": fixed });
}

export function aClientSendsTheParametersOfTheParents(): void {
  interface Above {
    orgId: string;
    projectId: string;
  }
  expectTypeOf<EndpointTypesOf<typeof tasks.create>["params"]>().toEqualTypeOf<Above>();
  expectTypeOf<EndpointTypesOf<typeof tasks.list>["params"]>().toEqualTypeOf<Above>();
  expectTypeOf<EndpointTypesOf<typeof tasks.retrieve>["params"]>().toEqualTypeOf<
    Simplify<Above & { id: string }>
  >();
  expectTypeOf<EndpointTypesOf<typeof bulkDelete>["params"]>().toEqualTypeOf<Above>();
  const app = api({ "orgs/{orgId}/projects/{projectId}/tasks": tasks });
  const server = client<typeof app>("/");
  server["orgs/{orgId}/projects/{projectId}/tasks"].create(
    { title: "x" },
    { params: { orgId: "a", projectId: "1" } },
  );
  // @ts-expect-error the parents are missing
  server["orgs/{orgId}/projects/{projectId}/tasks"].create({ title: "x" });
}
