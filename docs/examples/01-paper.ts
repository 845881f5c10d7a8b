// A position on paper, from entry to exit. Run it: npx node docs/examples/01-paper.ts
import { createEngine, defaultMarket, isRefused, type Fact } from "../../src/index.ts";

const symbol = "BTC/USDT:USDT";
const engine = await createEngine({
  journal: "memory", // a file in earnest: what is in it survives a crash
  exchange: { kind: "paper", markets: [defaultMarket(symbol).market] },
});

// Facts are told one at a time and in order, each of them already in the journal.
engine.subscribe(({ fact }) => {
  if (fact.type === "opened") console.log(`Bought ${fact.amount} at ${fact.price}`);
  if (fact.type === "stopMoved") console.log(`Stop at ${fact.to}`);
  if (fact.type === "exit") console.log(fact.message);
  if (fact.type === "closed") console.log(`${fact.outcome.reason}: ${fact.outcome.netProfit} USDT after fees`);
});
const told = (type: Fact["type"]): Promise<void> =>
  new Promise((resolve) => void engine.subscribe(({ fact }) => fact.type === type && resolve()));

// Your feed calls this for every price; here we are the feed.
engine.price(symbol, 60_000);
const answer = await engine.open({ symbol, side: "long", amount: "0.1" });
if (isRefused(answer)) throw new Error(answer.message);
await answer.filled;

const exit = told("exit");
engine.price(symbol, 61_800); // +3 %: the first rung sells 40 %, and the stop goes to the entry
await exit;

const closed = told("closed");
engine.price(symbol, 59_900); // back under the entry: the stop sells the rest
await closed;
await engine.stop();
