/**
 * A service that embeds the engine, for tests that kill it or watch it end. Arguments: the journal's file and a mode.
 * `trade`: opens positions and drives their prices up and down, and kills itself after so many events (third argument)
 * as soon as an order is written down whose end is not known; `once`: opens one position, stops the engine, says what is
 * left behind, and has nothing more to do.
 */
import { createEngine, isRefused, type Engine } from "../../src/index.ts";
import { syntheticMarkets } from "../../src/prices/synthetic.ts";

const [journal = "", mode = "trade", events = "0"] = process.argv.slice(2);
const synthetic = syntheticMarkets().filter(({ market }) => market.kind === "derivative");
const markets = synthetic.map(({ market }) => market);
const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

const engine = await createEngine({
  journal,
  exchange: {
    kind: "paper",
    markets,
    settings: {
      latencyMs: { minimum: 1, maximum: 15 },
      partialFills: { probability: 0.5, maximumSlices: 3, gapMs: 4 },
    },
  },
});
let told = 0;
engine.subscribe(() => (told += 1));

if (mode === "once") await openAndStop(engine);
else tradeForEver(engine);

async function openAndStop(one: Engine): Promise<void> {
  one.price("ETH/USDT:USDT", 3_000);
  const answer = await one.open({ id: "p1", symbol: "ETH/USDT:USDT", side: "long", amount: "1" });
  if (!isRefused(answer)) await answer.filled;
  say({ said: "stopped", left: await one.stop() });
}

/** Each market goes up through its rungs and falls back, again and again; a position is opened wherever there is none. */
function tradeForEver(one: Engine): void {
  let step = 0;
  const next = (): void => {
    step += 1;
    if (told >= Number(events) && one.health().unsettledOrders > 0) process.kill(process.pid, "SIGKILL");
    for (const [index, { market, startPrice }] of synthetic.entries()) {
      const phase = (step + index * 7) % 40;
      one.price(market.symbol, Number(startPrice) * (1 + 0.004 * (phase < 25 ? phase : 40 - phase)));
      const isFree = one.positions().every(({ symbol, state }) => symbol !== market.symbol || state === "closed");
      if (phase === 0 && isFree) {
        const amount = market.base === "DOGE" ? "1000" : "10";
        void one.open({ symbol: market.symbol, side: step % 2 === 0 ? "long" : "short", amount });
      }
    }
    setTimeout(next, 2);
  };
  next();
}
