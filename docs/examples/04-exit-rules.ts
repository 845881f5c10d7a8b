// A guarded position: which rule would do what, and what became of it. Run it: npx node docs/examples/04-exit-rules.ts
import { createEngine, defaultMarket, isRefused } from "../../src/index.ts";

const symbol = "BTC/USDT:USDT";
const engine = await createEngine({
  journal: "memory",
  exchange: { kind: "paper", markets: [defaultMarket(symbol).market] },
  // One far target; a trailing stop, early profits and momentum loss on the way to it.
  plan: { preset: "guarded", markStep: "0.005" },
});

engine.price(symbol, 50_000);
const opened = await engine.open({ id: "guarded-1", symbol, side: "long", amount: "0.1", leverage: 10 });
if (isRefused(opened)) throw new Error(opened.message);
await opened.filled;

const closed = new Promise<string>((resolve) => {
  engine.subscribe(({ fact }) => {
    if (fact.type === "stopMoved") console.log(`Stop from ${fact.from} to ${fact.to}, ${fact.source}`);
    if (fact.type === "closed") resolve(`${fact.outcome.reason} at ${fact.outcome.averageExitPrice}`);
  });
});
const look = (): void => {
  const seen = engine.explain("guarded-1");
  if (seen === null) throw new Error("it is open, and a price is known");
  console.log(`At ${seen.price}: nothing happens between ${seen.band?.below} and ${seen.band?.above}`);
};

look();
engine.price(symbol, 51_000); // +2 %: the trailing stop becomes active
await new Promise((done) => setTimeout(done, 50));
look();

// What you know of the market by your own means; a figure that cannot be meant is refused by its name.
const refused = engine.context(symbol, { figures: { atrRatio: Number.NaN } });
if (refused !== null) console.log(refused.message);
engine.context(symbol, { classes: { long: { volatility: "low" } } }); // a calm market: the stop follows more closely
await new Promise((done) => setTimeout(done, 50));
look();

engine.price(symbol, 50_700); // 30 % of the best profit is given back, and 14 % ROI are left
console.log(await closed);
await engine.stop();
