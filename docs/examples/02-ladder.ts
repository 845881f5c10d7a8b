// A ladder of your own, and what the engine answers on the way. Run it: npx node docs/examples/02-ladder.ts
import { createEngine, defaultMarket, isRefused } from "../../src/index.ts";

const symbol = "ETH/USDT:USDT";
const engine = await createEngine({
  journal: "memory",
  exchange: { kind: "paper", markets: [defaultMarket(symbol).market] },
  // Ratios are decimal text: sell half at 2 % and half at 4 %; leave at a loss of 1.5 %.
  plan: {
    ladder: [
      { target: "0.02", fraction: "0.5" },
      { target: "0.04", fraction: "0.5" },
    ],
    stop: { fraction: "0.015" },
  },
});

// A refusal is an answer, not an exception: it names the field, its value and what is allowed.
const refused = await engine.open({ id: "first", symbol, side: "short", amount: "2", leverage: 5 });
if (isRefused(refused)) console.log(`${refused.field}: ${refused.message}`);

engine.price(symbol, 3_000);
const answer = await engine.open({ id: "first", symbol, side: "short", amount: "2", leverage: 5 });
if (isRefused(answer)) throw new Error(answer.message);
await answer.filled;

for (const price of [2_940, 2_880]) {
  const { nextRung, stop } = engine.status("first");
  console.log(`TP${nextRung?.rung} at ${nextRung?.price}, stop at ${stop}`);
  const exit = new Promise<string>((resolve) => {
    const leave = engine.subscribe(({ fact }) => {
      if (fact.type !== "exit") return;
      leave();
      resolve(fact.message);
    });
  });
  engine.price(symbol, price);
  console.log(await exit);
}
console.log(`Left behind: ${(await engine.stop()).length}`);
