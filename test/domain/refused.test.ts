/** Refusals are values that say what is wrong and what is allowed. */
import { describe, expect, it } from "vitest";
import { isRefused, refused } from "../../src/domain/refused.ts";

describe("refusals", () => {
  it("R13.0 R8.1 name rule, field, value and what is allowed, in one sentence", () => {
    const refusal = refused({ rule: "R8.1", field: "leverage", value: 200, limit: "1 to 125" });
    expect(refusal).toEqual({
      kind: "refused",
      rule: "R8.1",
      field: "leverage",
      value: "200",
      limit: "1 to 125",
      message: "leverage is 200; allowed: 1 to 125",
    });
    expect(isRefused(refusal)).toBe(true);
  });

  it.each([
    [undefined, "missing"],
    [null, "null"],
    ["", "empty"],
    [Number.NaN, "NaN"],
    [{ a: 1 }, "a value of type object"],
    ["x".repeat(100), `${"x".repeat(80)}…`],
  ])("R8.1 a value that is %s is shown as %s", (value, shown) => {
    expect(refused({ rule: "R8.1", field: "amount", value, limit: "more than 0" }).value).toBe(shown);
  });

  it.each([null, undefined, 3, "refused", {}, { kind: "other" }])("R8.1 %j is no refusal", (value) => {
    expect(isRefused(value)).toBe(false);
  });
});
