/**
 * A process that trades on a venue of another process, with its journal on disk: `node crash-child.ts '{ … }'`. It kills itself by
 * SIGKILL at the point that it is told, and otherwise ends when its position is closed and everything is settled.
 */
import * as Effect from "effect/Effect";
import { subscribe } from "node:diagnostics_channel";
import { isSettled } from "../../src/domain/intent.ts";
import { openSqliteJournal } from "../../src/journal/sqlite.ts";
import { tradingRun, type TradingBench } from "./trading-bench.ts";
import type { LocalVenue } from "./venue/local-venue.ts";

export interface CrashOrders {
  readonly journal: string;
  readonly venue: Pick<LocalVenue, "port" | "apiKey" | "secret">;
  /** Which placements it dies at: an entry that is old when it is decided again is not sent any more. */
  readonly at?: "any order" | "exits";
  /** At its first such placement; "when told" by whoever started it, "never" by itself. */
  readonly dies: "before it is sent" | "when it is sent" | "when it is answered" | "when told" | "never";
}

const { journal: path, venue, dies, at = "any order" } = JSON.parse(process.argv[2]!) as CrashOrders;
const die = (): void => void process.kill(process.pid, "SIGKILL");

let isPlacing = false;
if (dies === "when it is sent")
  // The head is written in this turn of the loop; the kernel has it by the next one.
  subscribe("undici:client:sendHeaders", (message) => {
    const { request } = message as { readonly request: { readonly method: string; readonly path: string } };
    if (isPlacing && request.method === "POST" && request.path.includes("/order")) setImmediate(die);
  });

const journal = openSqliteJournal({ path, journalId: "crash" });
const run = tradingRun(
  {
    at: { ...venue, price: () => undefined } as unknown as LocalVenue,
    journal,
    around: (exchange) => ({
      ...exchange,
      place: (order) =>
        Effect.suspend(() => {
          const isDeadly = at === "any order" || order.purpose !== "entry";
          // What is asked of us is durable by now, and nothing has left.
          if (dies === "before it is sent" && isDeadly) die();
          isPlacing = isDeadly;
          const isAnswered = Effect.sync(() => void (dies === "when it is answered" && isDeadly && die()));
          return Effect.tap(exchange.place(order), () => isAnswered);
        }),
    }),
  },
  (bench) =>
    Effect.gen(function* () {
      process.stdout.write("ready\n");
      if (bench.position() === null) yield* bench.open();
      yield* bench.until("closed", () => isOver(bench), 60_000);
      yield* bench.live.drain;
    }),
);
const isOver = (bench: TradingBench): boolean =>
  bench.state() === "closed" && bench.position()!.intents.every(isSettled);

await Effect.runPromise(run);
journal.close();
process.stdout.write("closed\n");
process.exit(0);
