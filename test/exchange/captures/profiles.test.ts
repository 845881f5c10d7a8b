/** All profiles held to the same rules, and docs/guide/venues.md held to the profiles. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Params, VenueProfile } from "../../../src/exchange/ccxt/profile.ts";
import { careful } from "../../../src/exchange/ccxt/profiles/careful.ts";
import { PROFILE_NAMES, PROFILES, profileOf } from "../../../src/exchange/ccxt/profiles/profiles.ts";
import { venueId } from "./capture.ts";
import { HABITS } from "./habits.ts";
import { linesOf, venuesPage } from "./venues-page.ts";
import { VENUES } from "./venues.ts";

const ALL: readonly VenueProfile[] = [...PROFILES, careful];
const named = (profiles: readonly VenueProfile[]) => profiles.map((profile) => [profile.venue, profile] as const);

/** Lines of a venue that a capture names. */
const shownOf = (venue: string): ReadonlySet<string> =>
  new Set([
    ...VENUES.filter(({ profile }) => profile.venue === venue).flatMap(({ captures }) =>
      captures.flatMap(({ of }) => of),
    ),
    ...HABITS.filter((habit) => habit.venue.profile.venue === venue).flatMap(({ of }) => of),
  ]);

const formsOf = ({ placing: { value } }: VenueProfile): readonly Params[] => [
  value.entry,
  value.exit,
  ...(value.hedge === null ? [] : [value.hedge.entry, value.hedge.exit]),
];

const IDS: Readonly<Record<string, RegExp>> = {
  binance: /^[a-zA-Z0-9-_]{1,36}$/,
  binanceusdm: /^[.A-Z:/a-z0-9_-]{1,36}$/,
  bitget: /^[a-zA-Z0-9_]{1,50}$/,
  bybit: /^[a-zA-Z0-9-_]{1,36}$/,
  hyperliquid: /^0x[0-9a-f]{32}$/,
  krakenfutures: /^[a-zA-Z0-9-]{1,100}$/,
  okx: /^[a-zA-Z0-9]{1,32}$/,
  careful: /^[a-zA-Z0-9]{1,32}$/,
};

describe("R10.11 every line of a profile", () => {
  it.each(named(ALL))("R10.11 %s: each says where it comes from", (_, profile) => {
    for (const [name, { from }] of linesOf(profile)) expect(from.trim(), name).not.toBe("");
  });

  it.each(named(PROFILES))("R10.11 %s: what is said to be captured is captured, and nothing else", (venue, profile) => {
    const captured = linesOf(profile)
      .filter(([, { trust }]) => trust === "captured")
      .map(([name]) => name);
    expect(captured.toSorted()).toEqual(Array.from(shownOf(venue)).toSorted());
  });

  it("R10.11 the careful one claims nothing", () => {
    expect(linesOf(careful).filter(([, { trust }]) => trust !== "assumed")).toEqual([]);
    expect(careful.codes.value).toEqual({});
    expect(careful.requestDeadlineMs.value).toBeNull();
    expect(careful.visibilityLagMs.value).toBe(60_000);
    expect(careful.idsAreUnique.value).toBe("never");
  });
});

describe("R10.11 what a profile may say", () => {
  it.each(named(ALL))("R10.11 %s places with parameters that are known to be no conditional ones", (_, profile) => {
    const allowed = ["clientOrderId", "reduceOnly", "hedged", "slippage"];
    for (const form of formsOf(profile)) expect(allowed).toEqual(expect.arrayContaining(Object.keys(form)));
  });

  it.each(named(ALL))(
    "R10.1 %s: our id goes along wherever one order is meant, in the venue's form",
    (venue, profile) => {
      const single = [
        ...formsOf(profile),
        ...profile.byId.value.map(({ params }) => params),
        profile.cancel.value.params,
      ];
      for (const params of single) expect(Object.values(params)).toContain("$id");
      expect(profile.clientOrderId.value.digits).toBeLessThanOrEqual(32);
      expect(profile.clientOrderId.value.digits).toBeGreaterThanOrEqual(28);
      expect(venueId(profile)).toMatch(IDS[venue]!);
    },
  );

  it.each(named(ALL))("R10.10 %s: exits are reduce-only on derivatives, never on spot", (_, profile) => {
    const { entry, exit, hedge } = profile.placing.value;
    expect(entry["reduceOnly"]).toBeUndefined();
    expect(exit["reduceOnly"]).toBe(profile.markets === "spot" ? undefined : true);
    if (hedge !== null) {
      expect(hedge.entry).toEqual({ ...entry, hedged: true });
      expect(hedge.exit).toEqual({ ...exit, hedged: true });
    }
    expect(profile.closeForm.value === "sell what is free").toBe(profile.markets === "spot");
  });

  it.each(named(PROFILES))("R10.10 %s has a hedge form where its positions may be hedged", (_, profile) => {
    expect(profile.placing.value.hedge === null).toBe(profile.positionMode.value === "one-way");
  });

  it.each(named(ALL))("R10.2 %s: only $id and $sinceMs stand for something else", (_, profile) => {
    const looks = [
      ...profile.byId.value,
      ...profile.listings.value,
      ...(profile.conditionalOrders.value === null ? [] : [profile.conditionalOrders.value]),
      ...(profile.otherConditionalOrders?.value ?? []),
    ];
    const values = [...formsOf(profile), ...looks.map(({ params }) => params)].flatMap((params) =>
      Object.values(params),
    );
    const placeholders = values.filter((value) => typeof value === "string" && value.startsWith("$"));
    expect(["$id", "$sinceMs"]).toEqual(expect.arrayContaining(placeholders));
    expect(profile.listings.value.map(({ method }) => method)).toContain("fetchOpenOrders");
    for (const { method } of profile.listings.value) expect(method).not.toMatch(/Order$/);
  });

  it.each(named(PROFILES))(
    "R10.2 %s: our id is found in a fill where the profile says that it is there",
    (_, profile) => {
      expect(profile.fillIdAt !== undefined).toBe(profile.fillsBy.value === "client order id");
    },
  );

  it.each(named(PROFILES))("R10.5 %s: messages are read from somewhere, codes too", (_, profile) => {
    expect(profile.messages === undefined || profile.messageAt !== undefined).toBe(true);
    expect(Object.keys(profile.codes.value).length === 0).toBe(profile.codeAt.value.length === 0);
    for (const { contains } of profile.messages?.value ?? []) expect(contains.trim().length).toBeGreaterThan(3);
  });
});

describe("R12.1 which venues there are", () => {
  it("R12.1 a profile for each, under its own name, with captures", () => {
    expect(PROFILE_NAMES).toEqual(["binance", "binanceusdm", "bitget", "bybit", "hyperliquid", "krakenfutures", "okx"]);
    expect(VENUES.map(({ profile }) => profile)).toEqual(PROFILES);
    for (const profile of PROFILES) expect(profileOf(profile.venue)).toEqual({ profile, isCareful: false });
  });

  it("R12.1 any other venue gets the careful one under its own name", () => {
    expect(profileOf("gate")).toEqual({ profile: { ...careful, venue: "gate", client: "gate" }, isCareful: true });
  });
});

describe("R12.1 the page about venues", () => {
  // Written anew by `npx vitest run test/exchange/captures -u`.
  it("R12.1 says what the profiles say", async () => {
    await expect(venuesPage()).toMatchFileSnapshot(
      join(import.meta.dirname, "..", "..", "..", "docs", "guide", "venues.md"),
    );
  });
});
