/** What the real client sends for every line of a profile that says "captured", request by request. */
import { describe, expect, it } from "vitest";
import { textAt } from "../../../src/exchange/ccxt/classify.ts";
import { captured, venueId } from "./capture.ts";
import { HABITS } from "./habits.ts";
import { VENUES } from "./venues.ts";

describe.each(VENUES.map((venue) => [venue.profile.venue, venue] as const))("R10.11 what %s is sent", (_, venue) => {
  it.each(venue.captures.map((capture) => [capture.title, capture] as const))("%s", async (_title, capture) => {
    const { sends, count, comesBack } = await captured(venue, capture.call);
    expect(sends).toBe(capture.sends);
    // Nothing goes along: no account type, no approval, no snapshot.
    if (capture.call.do !== "markets") expect(count).toBe(1);
    if (capture.comesBack !== undefined) expect(comesBack).toMatchObject(capture.comesBack);
    if (capture.of.includes("fillIdAt")) {
      const [fill] = comesBack as readonly unknown[];
      expect(textAt(fill, venue.profile.fillIdAt!.value)).toBe(venueId(venue.profile));
    }
  });
});

describe("R10.11 what the client does where a profile does not hold it back", () => {
  it.each(HABITS.map((habit) => [habit.title, habit.venue.profile.venue, habit] as const))(
    "%s (%s)",
    async (_title, _venue, habit) => {
      await habit.show(habit.venue);
    },
  );
});
