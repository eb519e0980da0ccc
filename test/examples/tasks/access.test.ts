import { asUser } from "tsverless/models";
import { afterAll, expect, it, vi } from "vitest";
import { proveAccess } from "../../../tools/testing/index.ts";
import { startLoopbackS3 } from "../../support/loopbackS3.ts";
import { loadTasks } from "./world.ts";

const users = {
  owner: { id: "owner-1", email: "owner@a.example", name: "Owner", password: "x" },
  member: { id: "member-1", email: "member@a.example", name: "Member", password: "x" },
  guest: { id: "guest-1", email: "guest@a.example", name: "Guest", password: "x" },
  other: { id: "other-1", email: "other@b.example", name: "Other", password: "x" },
  stranger: { id: "stranger-1", email: "stranger@c.example", name: "Stranger", password: "x" },
};

afterAll(() => vi.unstubAllEnvs());

it("nobody does, reads or learns what is not theirs", async () => {
  const s3 = await startLoopbackS3();
  for (const [name, value] of Object.entries({ ...s3.env, TASKS_BUCKET: "files" })) vi.stubEnv(name, value);
  const { app, models } = await loadTasks({ TASKS_DB: ":memory:" });
  const seed = async () => {
    for (const [orgId, userId, role] of [
      ["a", "owner-1", "owner"],
      ["a", "member-1", "member"],
      ["a", "guest-1", "guest"],
      ["b", "other-1", "owner"],
    ] as const) {
      const found = await models.Orgs.objects.get(orgId);
      if (found === undefined) await models.Orgs.create({ id: orgId, name: `Org ${orgId}` });
      await models.Members.create({ id: `${orgId}-${userId}`, orgId, userId, role });
      const { id: projectId } = await asUser(userId, () => models.Projects.create({ orgId, name: "P" }));
      const task = await asUser(userId, () => models.Tasks.create({ projectId, title: "T" }));
      await asUser(userId, () => models.Comments.create({ taskId: task.id, text: "C" }));
      const file = { taskId: task.id, name: "F", type: "text/plain", size: 1, state: "ready" } as const;
      const { id } = await asUser(userId, () => models.Attachments.create(file));
      s3.objects.set(`/files/${task.id}/${id}`, { bytes: Buffer.from("F"), type: "text/plain", etag: '"F"' });
      await models.Tasks.delete(await asUser(userId, () => models.Tasks.create({ projectId, title: "D" })));
    }
  };
  const below = "/orgs/{orgId}/projects/{projectId}/tasks";
  const bodies = {
    "POST /users": { email: "new@example.com", password: "correct horse", name: "New" },
    [`POST ${below}/{taskId}/attachments`]: { name: "F", type: "text/plain", size: 1 },
    [`POST ${below}`]: { title: "T" },
    [`PATCH ${below}/bulk`]: [{ status: "closed" }],
  };
  const report = await proveAccess(app as never, { users, seed, sources: ["http"], bodies });
  expect(report.crossings).toEqual([]);
  // It changes nothing where there is no body.
  const confirm = `POST ${below}/{taskId}/attachments/{id}/confirm`;
  expect(report.unproven).toEqual(["POST /login", confirm, "GET /docs/{asset}"]);
  await models.db.destroy();
  await s3.stop();
});
