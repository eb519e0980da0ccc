import { fields, idempotent, listOf, resource } from "tsverless";
import { sqlStore } from "tsverless/idempotency/sql";
import { auth, inProject, inTask, isMaker, isMember, person } from "./access.ts";
import { Comments, db, Tasks } from "./models.ts";

const comment = fields(Comments, { id: true, text: true, createdAt: true, createdBy: true, author: person });
const once = idempotent({ store: sqlStore({ db }), ttl: 86_400 });

/** `PATCH …/tasks/bulk` closes many at once, all or none; `GET …/tasks?format=csv` exports all that the filters find. */
export const tasks = resource(Tasks, {
  auth,
  parent: inProject,
  permit: isMember,
  serializer: fields({
    id: true,
    projectId: true,
    title: true,
    text: true,
    status: true,
    assigneeId: true,
    due: true,
    tags: true,
    createdAt: true,
    createdBy: true,
    updatedAt: true,
    assignee: person,
    comments: listOf(comment, { limit: 20 }),
  }),
  required: ["title"],
  optional: ["text", "status", "assigneeId", "due", "tags"],
  include: ["assignee", "comments", "comments.author"],
  filters: ["status", "assigneeId", "due", "createdAt", "createdBy", "assignee.name"],
  ordering: ["due", "createdAt", "title"],
  search: ["title", "text"],
  count: true,
  deleted: true,
  formats: ["json", "ndjson", "csv"],
  formatParam: true,
  bulk: { atomic: true, create: false, delete: false },
  create: { use: [once] },
  update: { optional: ["title", "text", "status", "assigneeId", "due", "tags", "projectId"] },
  delete: { permit: isMaker },
  restore: { permit: isMaker },
  retrieve: { permit: undefined },
  list: { permit: undefined },
});

/** Guests may comment as well; what somebody wrote is changed by nobody else. */
export const comments = resource(Comments, {
  auth,
  parent: inTask,
  serializer: comment,
  required: ["text"],
  ordering: ["createdAt"],
  create: { use: [once] },
  update: { permit: (_event, { object, user }) => object.createdBy === user.id },
  delete: { permit: isMaker },
});
