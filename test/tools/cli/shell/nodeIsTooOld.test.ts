import { expect, it } from "vitest";
import { nodeIsTooOld } from "../../../../tools/cli/shell/nodeIsTooOld.ts";

it.each(["22.13.0", "22.20.1", "24.0.0", "100.1.0", "25.0.0-nightly20260101"])(
  "Node %s is new enough",
  version => {
    expect(nodeIsTooOld(version)).toBeUndefined();
  },
);

it.each(["22.12.9", "22.9.0", "20.20.2", "9.99.0"])("Node %s is too old, which the text says", version => {
  expect(nodeIsTooOld(version)).toBe(
    `needs Node 22.13 or newer; this is v${version} (npm install --save-dev node brings one)`,
  );
});
