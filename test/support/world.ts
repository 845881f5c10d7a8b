/**
 * The world of one random sequence: a kernel, a journal in memory, and the book-keeper's venue between which orders and
 * reports travel, are lost, come twice or late, while the process dies now and then.
 *
 * Promises: a command leaves only after its rows are appended; what dies with the process (reports on their way, a step
 * that was not appended) is really gone; when the sequence is over, the faults end and everything comes to rest.
 */
import type { OrderRequest } from "../../src/domain/intent.ts";
import type { Position } from "../../src/domain/position.ts";
import type { FillReport, OrderReport } from "../../src/domain/report.ts";
import type { Row } from "../../src/domain/row.ts";
import type { Plan } from "../../src/domain/plan.ts";
import { decimalText, epochMs, fractionFromMillionths, lots } from "../../src/domain/units.ts";
import { openMemoryJournal, type MemoryJournal } from "../../src/journal/memory.ts";
import type { Journalled } from "../../src/journal/journal.ts";
import { createKernel, type Kernel, type KernelEvent, type Step } from "../../src/kernel/kernel.ts";
import { endOrder, execute, lookUp, openVenue, takeOrder, working, type Venue } from "./book-keeper.ts";
import { aMarket, aPlan, START_MS } from "./house.ts";
import { badPrice, decimalOf, decimalsOf, digitsOf, priceOf, trimmed } from "./sequence-prices.ts";
import type { Deed, Fate, Sequence } from "./sequences.ts";

/** What the kernel was told, so that another one can be told the same. */
export type Told =
  | { readonly what: "price"; readonly value: number; readonly atMs: number; readonly nowMs: number }
  | { readonly what: "event"; readonly event: KernelEvent };

/** One step of the kernel whose rows are in the journal. */
export interface Moment {
  readonly told: Told;
  readonly step: Step;
  /** Rows that were in the journal before this step. */
  readonly rowsBefore: number;
  readonly nowMs: number;
  /** The last price that a book-keeper would let through, and its time. */
  readonly price: { readonly value: number; readonly atMs: number } | null;
  readonly position: Position | null;
}

export interface World {
  readonly sequence: Sequence;
  readonly venue: Venue;
  readonly journal: MemoryJournal;
  /** Trades whose fills the engine was told and has journalled, by trade id. */
  readonly told: Map<string, { readonly report: FillReport; readonly isEntry: boolean }>;
  /** Orders that were sent to the venue, in order, each send. */
  readonly sent: Journalled<OrderRequest>[];
  readonly position: Position | null;
  /** Whether nothing is on its way: no report, no order, no question. */
  isQuiet(): boolean;
}

/** Looks at the world after each committed step, and once more when everything has come to rest. */
export interface Observer {
  readonly step?: (moment: Moment, world: World) => void;
  readonly rest?: (world: World) => void;
}

const PLACE = { id: "p1", account: "main", journalId: "journal" };
const MAXIMUM_AGE_MS = 5_000;
const MAXIMUM_FUTURE_MS = 1_000;
const COIN_FEE_MILLIONTHS = 1_000;
/** More rounds than this to come to rest, with no fault left in the world, is a defect (P19). */
const MAXIMUM_ROUNDS = 60;

export function must(holds: boolean, what: () => string): asserts holds {
  if (!holds) throw new Error(what());
}

export function playSequence(sequence: Sequence, observer: Observer): World {
  const { setting, fates, deeds } = sequence;
  const market = {
    ...aMarket({ kind: setting.kind, step: setting.step, tick: setting.tick, contractSize: setting.contractSize }),
    minimumLots: setting.minimum === null ? null : lots(setting.minimum),
    minimumCost: setting.minimumCost === null ? null : decimalText(setting.minimumCost),
  };
  const { ladder, stop, minimumExitValue, ...words } = setting.plan;
  const frame = aPlan(words, market);
  const plan = {
    ...frame,
    ladder: ladder!.map(({ target, fraction }) => ({ targetMove: target as never, exitFraction: fraction as never })),
    singleTargetMove: ladder!.at(-1)!.target as never,
    takeProfit: ladder!.length === 1 ? ("single" as const) : ("scaled" as const),
    initialStop: stop!,
    minimumExitValue: minimumExitValue!,
    minimumExitValueByRegime: setting.byRegime ? BY_REGIME : null,
    ...rulesOf(setting, ladder!.length),
  };
  const limits = {
    maximumFutureMs: MAXIMUM_FUTURE_MS,
    maximumAgeMs: setting.staleAfterFiveSeconds ? MAXIMUM_AGE_MS : null,
  };
  const newKernel = (): Kernel => createKernel({ limits, visibilityLagMs: 600_000 });
  const venue = openVenue();
  const told: World["told"] = new Map();
  const sent: Journalled<OrderRequest>[] = [];
  let kernel = newKernel();
  let journal = openMemoryJournal({ journalId: PLACE.journalId });
  let nowMs: number = START_MS;
  let onTheirWay: OrderReport[] = [];
  const delivered: OrderReport[] = [];
  /** What the engine may decide on: forgotten in a crash. The market itself goes on. */
  let price: Moment["price"] = null;
  let marketPrice = 0;
  let position: Position | null = null;
  let orders = 0;
  let peaceful = false;
  let crashing: "before the next commit" | "after the next commit" | null = null;

  const world: World = {
    sequence,
    venue,
    get journal() {
      return journal;
    },
    told,
    sent,
    get position() {
      return position;
    },
    isQuiet: () =>
      onTheirWay.length === 0 &&
      working(venue).length === 0 &&
      // What a closed position has never heard of again is nobody's business any more (R1.10).
      (position === null || position.outcome !== null || position.intents.every(isOver)),
  };

  /** Rows first; then what they release; then whoever looks on. */
  function carry(what: Told, step: Step): void {
    if (step.rows.length === 0 && step.commands.length === 0) return note(what, step, journal.store.records.length);
    if (crashing === "before the next commit") return restart();
    const rowsBefore = journal.store.records.length;
    const commands = journal.append(step.rows, step.commands);
    position = positionIn(step.rows) ?? position;
    if (what.what === "event" && what.event.type === "report") noteTold(what.event.report);
    note(what, step, rowsBefore);
    if (crashing === "after the next commit") return restart();
    for (const command of commands) dispatch(command as Journalled<typeof command>);
  }

  const note = (what: Told, step: Step, rowsBefore: number): void =>
    observer.step?.({ told: what, step, rowsBefore, nowMs, price, position }, world);

  function noteTold(report: OrderReport): void {
    const trade =
      report.kind === "fill" ? venue.trades.find((each) => each.report.tradeId === report.tradeId) : undefined;
    if (trade !== undefined) told.set(trade.report.tradeId, trade);
  }

  const step = (event: KernelEvent): void => carry({ what: "event", event }, kernel.step(event));
  const at = () => epochMs(nowMs);

  function hear(value: number, atMs: number): void {
    const lastAtMs = price?.atMs ?? Number.NEGATIVE_INFINITY;
    const valid = Number.isFinite(value) && value > 0 && atMs >= lastAtMs && atMs <= nowMs + MAXIMUM_FUTURE_MS;
    if (valid) {
      price = { value, atMs };
      marketPrice = value;
    }
    carry({ what: "price", value, atMs, nowMs }, kernel.price(kernel.market(market.symbol), value, atMs, nowMs));
  }

  /** The process dies; its successor reads the journal and asks after everything that is open. */
  function restart(): void {
    crashing = null;
    onTheirWay = [];
    kernel = newKernel();
    journal = journal.reopen();
    const latest = journal.latest();
    position = latest.find((each) => each.position === PLACE.id)?.snapshot?.position ?? null;
    const positions = latest.flatMap(({ snapshot, supervision }) =>
      snapshot === null ? [] : [{ snapshot, supervision }],
    );
    kernel.restore({ positions }, at());
    const last = price;
    price = null;
    if (last !== null && setting.priceAfterRestart) hear(last.value, last.atMs);
    step({ type: "recover", nowMs: at() });
  }

  function dispatch(command: Journalled<Step["commands"][number]>): void {
    switch (command.kind) {
      case "placeOrder": {
        sent.push(command.order as Journalled<OrderRequest>);
        // What was learned of an order before it is sent again is older than the sending: a desk does not tell it.
        onTheirWay = onTheirWay.filter(
          ({ kind, clientOrderId }) => kind !== "absent" || clientOrderId !== command.order.clientOrderId,
        );
        return send(command.order, peaceful ? "taken" : nextFate());
      }
      case "cancelOrder": {
        const order = venue.orders.get(command.clientOrderId);
        if (order !== undefined) onTheirWay.push(...endOrder(venue, order, "canceled", nowMs));
        return;
      }
      case "lookUpOrder":
        onTheirWay.push(
          ...lookUp(venue, command.clientOrderId, nowMs).filter((report) => !onTheirWay.includes(report)),
        );
    }
  }

  /** The entry has a fate of its own: most sequences should come to have a position. */
  function nextFate(): Fate {
    orders += 1;
    return orders === 1 ? sequence.entryFate : (fates[orders % fates.length] ?? "taken");
  }

  function send(order: OrderRequest, fate: Fate): void {
    const { clientOrderId } = order;
    const unknown: OrderReport = { kind: "unknown", clientOrderId, atMs: at(), message: "no answer" };
    if (fate === "taken" || fate === "taken, no answer") {
      const answer = takeOrder(venue, order, nowMs, null);
      onTheirWay.push(...(fate === "taken" ? answer : [unknown]));
    } else if (fate === "lost" || fate === "lost, no answer") {
      if (fate === "lost, no answer") onTheirWay.push(unknown);
    } else {
      onTheirWay.push(...takeOrder(venue, order, nowMs, fate));
    }
  }

  function deliver(report: OrderReport): void {
    delivered.push(report);
    step({ type: "report", report, nowMs: at() });
  }

  const coinFee = (quantity: number): number => (setting.feeInCoin ? quantity * COIN_FEE_MILLIONTHS : 0);
  const inCoin = (millionths: number): string =>
    trimmed(BigInt(millionths) * BigInt(digitsOf(setting.step)), 6 + decimalsOf(setting.step));

  function executeSome(which: number, percent: number): void {
    const open = working(venue);
    const order = open[which % Math.max(1, open.length)];
    if (order === undefined) return;
    const wanted = Math.max(1, Math.floor((order.request.lots * percent) / 100));
    onTheirWay.push(...execute(venue, order, wanted, decimalOf(marketPrice), nowMs, coinFee, inCoin));
  }

  /** Everything that the venue has is carried out and told, in order. */
  function settle(): void {
    for (let round = 0; round < 10 && (onTheirWay.length > 0 || working(venue).length > 0); round += 1) {
      for (let open = working(venue).length; open > 0; open -= 1) executeSome(0, 100);
      for (let waiting = onTheirWay.length; waiting > 0 && onTheirWay.length > 0; waiting -= 1)
        deliver(onTheirWay.shift()!);
    }
  }

  function wait(ms: number): void {
    const untilMs = nowMs + ms;
    for (let moments = 0; kernel.nextDeadlineMs() <= untilMs; moments += 1) {
      must(moments < 1_000, () => `deadlines go round in circles at ${nowMs}`);
      nowMs = Math.max(nowMs, kernel.nextDeadlineMs());
      step({ type: "deadlines", nowMs: at() });
    }
    nowMs = untilMs;
  }

  function act(deed: Deed): void {
    switch (deed.do) {
      case "price":
        return hear(Number(priceOf(deed.pick, setting, position)), nowMs);
      case "bad price":
        return hear(...badPrice(deed.fault, price, nowMs));
      case "execute":
        return executeSome(deed.which, deed.percent);
      case "expire": {
        const order = working(venue)[deed.which % Math.max(1, working(venue).length)];
        if (order !== undefined) onTheirWay.push(...endOrder(venue, order, "expired", nowMs));
        return;
      }
      case "deliver": {
        const [report] = onTheirWay.splice(deed.which % Math.max(1, onTheirWay.length), 1);
        return report === undefined ? undefined : deliver(report);
      }
      case "repeat": {
        const report = delivered[deed.which % Math.max(1, delivered.length)];
        // Absence and silence are answers to one question at one time; everything else may be told twice.
        if (report !== undefined && report.kind !== "absent" && report.kind !== "unknown")
          step({ type: "report", report, nowMs: at() });
        return;
      }
      case "lose":
        onTheirWay.splice(deed.which % Math.max(1, onTheirWay.length), 1);
        return;
      case "settle":
        return settle();
      case "wait":
        return wait(deed.ms);
      case "context": {
        const classes = { long: deed.known, short: deed.known };
        return step({ type: "context", symbol: market.symbol, classes, nowMs: at() });
      }
      case "close":
        return step({ type: "close", position: PLACE.id, reason: "manual", nowMs: at() });
      case "retry":
        return step({ type: "retry", position: PLACE.id, nowMs: at() });
      case "gone":
        // Reconciliation judges positions at rest only (R11.4).
        if (!world.isQuiet() || venue.held === 0 || crashing !== null) return;
        venue.held = 0;
        return step({ type: "gone", position: PLACE.id, nowMs: at() });
      case "crash":
        if (deed.when === "now") return restart();
        crashing = deed.when;
    }
  }

  /** The venue is honest: nothing that it says is a reason to suspend anybody. */
  function allRunning(): void {
    for (const { supervision, id } of kernel.positions())
      must(supervision === "running", () => `${id} is ${supervision}: ${lastWords(journal)}`);
  }

  /** No more faults: every order arrives, every report is told, time goes on. */
  function comeToRest(): void {
    peaceful = true;
    crashing = null;
    for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
      settle();
      if (world.isQuiet() && kernel.nextDeadlineMs() > nowMs + 60_000) return;
      wait(5_000);
    }
    allRunning();
    throw new Error(
      `P19 not at rest after ${MAXIMUM_ROUNDS} rounds: ${JSON.stringify(position?.intents.filter(({ progress }) => progress.kind !== "ended"))}`,
    );
  }

  hear(Number(priceOf({ at: "move", move: 0 }, setting, null)), nowMs);
  step({
    type: "open",
    nowMs: at(),
    opening: {
      ...PLACE,
      symbol: market.symbol,
      side: setting.side,
      leverage: setting.leverage,
      market,
      plan,
      lots: lots(setting.lots),
      warnings: [],
      atMs: at(),
    },
  });
  for (const deed of deeds) act(deed);
  comeToRest();
  allRunning();
  observer.rest?.(world);
  return world;
}

/** Its end is known, and so is every fill of it. */
const isOver = ({ progress, filledLots }: Position["intents"][number]): boolean =>
  progress.kind === "ended"
    ? progress.filledLots === filledLots
    : progress.kind === "rejected" || progress.kind === "absent";

/** The rules as a plan with so many rungs could have them: a trailing stop that waits for a rung has one to wait for. */
function rulesOf({ rules, markStep }: Sequence["setting"], rungs: number): Pick<Plan, "rules" | "markStep"> {
  const { trailing, momentumLoss, movingTargets } = rules;
  const isKept = trailing !== null || momentumLoss !== null || movingTargets !== null;
  const rung = trailing === null || rungs === 1 ? null : trailing.activation.rung;
  const activation = { move: trailing?.activation.move ?? null, rung: rung === null ? null : 1 + (rung % (rungs - 1)) };
  return {
    rules: trailing === null ? rules : { ...rules, trailing: { ...trailing, activation } },
    markStep: isKept ? fractionFromMillionths(markStep) : null,
  };
}

const BY_REGIME = { ranging: decimalText("5"), trending: decimalText("60") };

const positionIn = (rows: readonly Row[]): Position | null =>
  rows.findLast((row) => row.position === PLACE.id)?.snapshot?.position ?? null;

function lastWords(journal: MemoryJournal): string {
  return Array.from(journal.rows(), (row) =>
    row.facts.flatMap((fact) => ("message" in fact ? [fact.message] : [])).join("; "),
  )
    .slice(-3)
    .join(" / ");
}
