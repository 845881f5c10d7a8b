// Stop, start again, go on. After a crash it is the same. Run it: npx node docs/examples/03-restart.ts
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, defaultMarket, isRefused } from "../../src/index.ts";

const symbol = "SOL/USDT:USDT";
const folder = mkdtempSync(join(tmpdir(), "pawl-example-"));
const options = {
  journal: join(folder, "journal"), // the paper exchange keeps its own ledger beside it
  exchange: { kind: "paper", markets: [defaultMarket(symbol).market] },
  onAlert: (message: string) => console.error(message), // send it where somebody looks
} as const;

const before = await createEngine(options);
before.price(symbol, 150);
const answer = await before.open({ id: "sol-1", symbol, side: "long", amount: "20", stop: { price: "147" } });
if (isRefused(answer)) throw new Error(answer.message);
await answer.filled;
for (const { position, stop } of await before.stop()) console.log(`Left behind: ${position}, stop at ${stop}`);

// The same journal: every position is back, and orders of unknown outcome are looked up.
const after = await createEngine(options);
const { state, stop, remainingFraction } = after.status("sol-1");
console.log(`Back: ${state}, stop at ${stop}, ${remainingFraction} of it open`);

const reason = new Promise<string>((resolve) => {
  after.subscribe(({ fact }) => void (fact.type === "closed" && resolve(fact.outcome.reason)));
});
after.price(symbol, 146.5);
console.log(`Closed: ${await reason}, health: ${after.health().mode}`);
await after.stop();
rmSync(folder, { recursive: true });
