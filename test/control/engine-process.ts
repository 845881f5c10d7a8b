/**
 * An engine with a control socket in a process of its own, for tests that ask it and kill it. Arguments: the journal's file
 * and, where the socket is to be elsewhere, its path. Opens the positions that are named on standard input ("p1 ETH/USDT:USDT"),
 * and gives every market a fresh price all the time. Says what it does as JSON lines; ends when its input does.
 */
import { createInterface } from "node:readline";
import { ControlError, createEngine, isRefused, JournalError, type Engine } from "../../src/index.ts";
import { syntheticMarkets } from "../../src/prices/synthetic.ts";

const [journal = "", path = ""] = process.argv.slice(2);
const markets = syntheticMarkets().map(({ market }) => market);
const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

try {
  const engine = await createEngine({
    journal,
    account: "desk",
    exchange: { kind: "paper", markets },
    control: path === "" ? true : path,
    onAlert: () => undefined,
  });
  say({ said: "open" });
  serve(engine);
} catch (error) {
  if (!(error instanceof ControlError || error instanceof JournalError)) throw error;
  say({ said: "refused", name: error.name, kind: error.failure.kind, message: error.message });
}

function serve(engine: Engine): void {
  const pulse = setInterval(() => {
    for (const { symbol } of markets) engine.price(symbol, 2_000);
  }, 20);
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => void open(engine, line));
  input.once("close", () => {
    clearInterval(pulse);
    void engine.stop();
  });
}

async function open(engine: Engine, line: string): Promise<void> {
  const [id = "", symbol = ""] = line.split(" ");
  engine.price(symbol, 2_000);
  const answer = await engine.open({ id, symbol, side: "long", amount: "1" });
  if (isRefused(answer)) return say({ said: "refused", kind: answer.rule, message: answer.message });
  await answer.filled;
  say({ said: "filled", id });
}
