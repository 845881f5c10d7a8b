/** Nothing may depend on XState's development build, which vitest loads: the same once more under plain Node. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("R12.1 R13.8 the charts do the same on XState's production build, outside vitest", async () => {
  const program = join(import.meta.dirname, "production-build.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  expect(JSON.parse(stdout)).toEqual({
    build: "production",
    course: { states: ['{"TP1_hit":"watching"}', '{"TP2_hit":"watching"}', '"closed"'], profit: "2.01" },
    crash: { supervisor: "active", watched: "crashed" },
    notTaken: [],
  });
});
