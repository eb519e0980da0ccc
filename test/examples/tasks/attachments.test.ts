import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type LoopbackS3, startLoopbackS3 } from "../../support/loopbackS3.ts";
import { loadTasks, onEachEngine, type Person } from "./world.ts";

interface Upload {
  method: string;
  url: string;
  headers: Record<string, string>;
}
interface Attachment {
  id: string;
  url: string;
  upload: Upload;
}

let s3: LoopbackS3;
beforeAll(async () => {
  s3 = await startLoopbackS3();
  for (const [name, value] of Object.entries({ ...s3.env, TASKS_BUCKET: "files" })) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3.stop();
});

onEachEngine(world => {
  let [ann, gus]: Person[] = [];
  let files: string;
  let task: string;
  const idOf = (body: unknown): string => (body as { id: string }).id;

  beforeAll(async () => {
    ann = await world().join("ann");
    gus = await world().join("gus");
    const org = idOf((await ann.client.post("/orgs", { body: { name: "Acme" } })).body);
    await ann.client.post(`/orgs/${org}/members`, { body: { userId: gus.id, role: "guest" } });
    const { body } = await ann.client.post(`/orgs/${org}/projects`, { body: { name: "Moon" } });
    const tasks = `/orgs/${org}/projects/${idOf(body)}/tasks`;
    task = idOf((await ann.client.post(tasks, { body: { title: "Fly" } })).body);
    files = `${tasks}/${task}/attachments`;
  });

  const note = { name: "über “x”.txt", type: "text/plain", size: 5 };
  const begin = async (body: object = note): Promise<Attachment> => {
    const made = await (ann as Person).client.post(files, { body });
    expect([made.status, made.body]).toMatchObject([201, body]);
    return made.body as Attachment;
  };
  const send = async ({ upload }: Attachment, body: string, headers = upload.headers, url = upload.url) =>
    (await fetch(url, { method: upload.method, headers, body })).status;

  it("is put into the bucket by its client, is there once that is confirmed, and is read from there", async () => {
    const file = await begin();
    const { client } = ann as Person;
    expect(file.upload).toEqual({
      method: "PUT",
      url: expect.stringContaining(`${s3.endpoint}/files/${task}/${file.id}?`),
      headers: { "Content-Type": "text/plain", "If-None-Match": "*" },
    });
    const signed = new URL(file.upload.url).searchParams;
    expect([signed.get("X-Amz-SignedHeaders"), signed.get("X-Amz-Expires")]).toEqual([
      "content-length;content-type;host;if-none-match",
      "300",
    ]);
    // Until then it is there for nobody.
    expect((await client.get(files)).body).toEqual([]);
    expect((await client.get(`${files}/${file.id}`)).status).toBe(404);
    const early = await client.post(`${files}/${file.id}/confirm`);
    expect([early.status, early.body]).toEqual([409, { code: 409, message: "Nothing is uploaded yet" }]);

    expect(await send(file, "hello")).toBe(200);
    const confirmed = await client.post(`${files}/${file.id}/confirm`);
    expect([confirmed.status, confirmed.body]).toMatchObject([200, { id: file.id, ...note }]);
    expect((await client.get(files)).body).toMatchObject([{ id: file.id, ...note }]);

    const read = await (gus as Person).client.get(`${files}/${file.id}`);
    const { etag } = s3.objects.get(`/files/${task}/${file.id}`) ?? {};
    expect([read.status, read.headers.get("etag")]).toEqual([200, etag]);
    const download = await fetch((read.body as Attachment).url);
    expect([download.status, await download.text(), download.headers.get("content-type")]).toEqual([
      200,
      "hello",
      "text/plain",
    ]);
    expect(download.headers.get("content-disposition")).toBe(
      "attachment; filename*=UTF-8''%C3%BCber%20%E2%80%9Cx%E2%80%9D.txt",
    );
  });

  it("takes what was announced and nothing else, and that once", async () => {
    const file = await begin();
    expect(await send(file, "longer than it")).toBe(403);
    expect(await send(file, "hello", { ...file.upload.headers, "Content-Type": "text/html" })).toBe(403);
    expect(await send(file, "hello", { "Content-Type": "text/plain" })).toBe(403);
    const other = file.upload.url.replace(file.id, "another");
    expect(await send(file, "hello", file.upload.headers, other)).toBe(403);
    const longer = file.upload.url.replace("X-Amz-Expires=300", "X-Amz-Expires=9999");
    expect(await send(file, "hello", file.upload.headers, longer)).toBe(403);
    expect(s3.objects.has(`/files/${task}/${file.id}`)).toBe(false);
    expect(await send(file, "hello")).toBe(200);
    // What is confirmed is not replaced by who still has the address.
    expect(await send(file, "HELLO")).toBe(412);
  });

  it("refuses what is too large, of no type, or of a guest", async () => {
    const { client } = ann as Person;
    const fieldOf = async (body: object) => {
      const refused = await client.post(files, { body: { ...note, ...body } });
      return [refused.status, refused.body];
    };
    for (const [field, value] of [
      ["size", 10_000_001],
      ["size", 0],
      ["type", "text/plain\r\nx: y"],
      ["name", ""],
    ] as const) {
      expect(await fieldOf({ [field]: value })).toMatchObject([400, { errors: [{ field }] }]);
    }
    expect((await (gus as Person).client.post(files, { body: note })).status).toBe(403);
  });

  it("goes from the bucket too, for whoever made it", async () => {
    const file = await begin();
    await send(file, "hello");
    expect((await (gus as Person).client.delete(`${files}/${file.id}`)).status).toBe(403);
    expect((await (ann as Person).client.delete(`${files}/${file.id}`)).status).toBe(204);
    expect(s3.objects.has(`/files/${task}/${file.id}`)).toBe(false);
  });
});

it("without a bucket it is 503, and the log says what to set; all else is there", async () => {
  vi.stubEnv("TASKS_BUCKET", undefined);
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const world = await loadTasks({ TASKS_DB: ":memory:" });
  const { client } = await world.join("ann");
  const idOf = (body: unknown): string => (body as { id: string }).id;
  const org = idOf((await client.post("/orgs", { body: { name: "Acme" } })).body);
  const project = idOf((await client.post(`/orgs/${org}/projects`, { body: { name: "Moon" } })).body);
  const tasks = `/orgs/${org}/projects/${project}/tasks`;
  const task = idOf((await client.post(tasks, { body: { title: "Fly" } })).body);
  const file = { name: "a", type: "text/plain", size: 1 };
  const { status, body } = await client.post(`${tasks}/${task}/attachments`, { body: file });
  expect([status, body]).toEqual([503, { code: 503, message: "Service Unavailable" }]);
  expect(logged.mock.calls.join()).toContain("Attachments need a bucket: set TASKS_BUCKET");
  expect(await world.models.Attachments.objects.count()).toBe(0);
  await world.models.db.destroy();
});
