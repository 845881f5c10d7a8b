/** docs/guide/venues.md, written from the profiles. */
import type { Known, LookUpCall, Trust, VenueProfile } from "../../../src/exchange/ccxt/profile.ts";
import { careful } from "../../../src/exchange/ccxt/profiles/careful.ts";
import { PROFILES } from "../../../src/exchange/ccxt/profiles/profiles.ts";

export type Line = readonly [name: keyof VenueProfile, known: Known<unknown>];

/** The lines of a profile, in its own order. */
export const linesOf = (profile: VenueProfile): readonly Line[] =>
  (Object.entries(profile) as readonly (readonly [keyof VenueProfile, unknown])[]).filter((entry): entry is Line => {
    const [, value] = entry;
    return typeof value === "object" && value !== null && "trust" in value;
  });

const NAMES: Readonly<Partial<Record<keyof VenueProfile, string>>> = {
  options: "options of the client",
  clientOrderId: "client order id",
  placing: "entry and exit",
  byId: "look-up by our id",
  listings: "listings of orders",
  conditionalOrders: "listing of conditional orders",
  otherConditionalOrders: "further kinds of conditional orders",
  fillsBy: "which id a fill carries",
  fillIdAt: "where our id stands in a fill",
  cancel: "cancellation by our id",
  requestDeadlineMs: "deadline of a request",
  deadlineIn: "nearer deadline",
  visibilityLagMs: "how long an order may stay invisible",
  idsAreUnique: "how long an id stays taken",
  marginMode: "margin mode",
  positionMode: "position mode",
  closeForm: "full close",
  minimumCostBindsReduceOnly: "minimum value of exits",
  triggerPrice: "price that triggers stops",
  codes: "meaning of codes",
  codeAt: "where the code stands",
  messageAt: "where the message stands",
  messages: "meaning of messages",
  acceptedWhen: "how a success is told",
  streams: "streams",
  addedCosts: "costs that the client adds",
  demo: "demo or test environment",
};

const MARKS: Readonly<Record<Trust, string>> = {
  captured: "captured",
  "local venue": "local",
  documented: "documented",
  assumed: "**assumed**",
};

const nameOf = (line: keyof VenueProfile): string => NAMES[line] ?? line;
const code = (text: string): string => `\`${text}\``;
const seconds = (ms: number | null): string => (ms === null ? "none" : `${ms / 1_000} s`);
const yes = (is: boolean): string => (is ? "yes" : "no");

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

const callOf = ({ method, params }: LookUpCall): string => {
  const named = Object.entries(params).map(([name, value]) => `${name}: ${String(value)}`);
  return code(named.length === 0 ? method : `${method} {${named.join(", ")}}`);
};

const idOf = ({ clientOrderId: { value } }: VenueProfile): string =>
  `${value.prefix === "" ? "" : `${code(value.prefix)} + `}${value.digits} hex digits`;

const deadlineOf = ({ requestDeadlineMs, deadlineIn }: VenueProfile): string => {
  const own = seconds(requestDeadlineMs.value);
  return deadlineIn === undefined ? own : `${own}; ${code(deadlineIn.value.name)} can be sent`;
};

const demoOf = ({ demo }: VenueProfile): string => (demo.value === null ? "none known" : code(demo.value));

const orders = (profile: VenueProfile): readonly string[] => [
  profile.venue,
  profile.markets,
  idOf(profile),
  yes(profile.placing.value.hedge !== null),
  profile.marginMode === undefined ? "as set at the venue" : `per order, ${code(profile.marginMode.value.option)}`,
  profile.placing.value.priceBeyond === null ? "no" : `yes, ${profile.placing.value.priceBeyond} beyond the market`,
  profile.closeForm.value,
  demoOf(profile),
];

const proof = (profile: VenueProfile): readonly string[] => [
  profile.venue,
  profile.byId.value.map(callOf).join(", then "),
  [
    ...profile.listings.value,
    ...(profile.conditionalOrders.value === null ? [] : [profile.conditionalOrders.value]),
    ...(profile.otherConditionalOrders?.value ?? []),
  ]
    .map(callOf)
    .join(", "),
  deadlineOf(profile),
  seconds(profile.visibilityLagMs.value),
  profile.idsAreUnique.value,
];

const isDoubted = ([, { trust }]: Line): boolean => trust === "assumed";

const doubts = (profile: VenueProfile): string =>
  [
    `### ${profile.venue}`,
    "",
    ...linesOf(profile)
      .filter(isDoubted)
      .map(([name, { from }]) => `- ${nameOf(name)}: ${from}`),
    "",
    "Known to be awkward:",
    "",
    ...profile.streams.value.quirks.map((quirk) => `- ${quirk}`),
    `- costs: ${profile.addedCosts.value.what}`,
  ].join("\n");

const names: readonly (keyof VenueProfile)[] = (Object.keys(NAMES) as readonly (keyof VenueProfile)[]).filter((name) =>
  PROFILES.some((profile) => profile[name] !== undefined),
);

export const venuesPage = (): string => `# Venues

What Pawl knows of each venue stands in a profile, as data: \`src/exchange/ccxt/profiles/\`. Only what a profile names is
sent. This page is written from the profiles by a test (\`npx vitest run test/exchange/captures -u\`).

Nothing here was seen on a production account. Each line of a profile says how far it can be trusted:

- **captured**: the real client builds this request; a test compares it, character by character. How the venue answers
  was not seen.
- **local**: seen over real HTTP against a local venue that follows the venue's documents.
- **documented**: the venue's documents or the client's source say so.
- **assumed**: nobody has seen it. Confirm it on a demo account before real money depends on it.

## How orders are sent

Only market orders are sent. An exit, partial or full, is the same order with the venue's way of saying that it may only
make the position smaller.

${table(["venue", "markets", "client order id", "hedge mode", "margin mode", "price beside a market order", "full close", "demo"], PROFILES.map(orders))}

## When an order counts as not there

Every look-up and every listing has to answer, after the deadline and the time that an order may stay invisible.
\`$id\` is our id, \`$sinceMs\` the time of the decision.

${table(["venue", "by our id", "listings", "deadline", "invisible for", "ids are unique"], PROFILES.map(proof))}

## How far each line is trusted

${table(
  ["line", ...PROFILES.map(({ venue }) => venue)],
  names.map((name) => [
    nameOf(name),
    ...PROFILES.map((profile) => {
      const known = profile[name] as Known<unknown> | undefined;
      return known === undefined ? "" : MARKS[known.trust];
    }),
  ]),
)}

## To be confirmed on a demo account

${PROFILES.map(doubts).join("\n\n")}

## A venue without a profile

Pawl runs with the careful profile and says so. It assumes that ${callOf(careful.byId.value[0]!)} finds an order, knows no
hedge mode, no deadline and no code, waits ${seconds(careful.visibilityLagMs.value)} before an order counts as not there,
and takes everything that the client does not class as a definite refusal for an unknown outcome.
`;
