/** P16: restoring from the journal, after any row, gives the same state and the same future as never having crashed. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { epochMs } from "../../src/domain/units.ts";
import { openMemoryJournal } from "../../src/journal/memory.ts";
import { createKernel, type Kernel, type Step } from "../../src/kernel/kernel.ts";
import { ownSeed, TIMEOUT_MS } from "../support/holds.ts";
import { unbrokenSequences } from "../support/sequences.ts";
import { must, playSequence, type Moment, type World } from "../support/world.ts";

const SYMBOLS = { spot: "BTC/USDT", derivative: "BTC/USDT:USDT" };

/** A kernel on the first rows of a journal, at the price and time of the last of them. */
function restoredAt(world: World, moment: Moment): Kernel {
  const { setting } = world.sequence;
  const rows = moment.rowsBefore + moment.step.rows.length;
  const { store } = openMemoryJournal({ journalId: world.journal.store.id });
  for (const record of world.journal.store.records.slice(0, rows)) {
    store.records.push(record);
    store.latest.set(record.position, record);
  }
  const kernel = createKernel({
    limits: { maximumFutureMs: 1_000, maximumAgeMs: setting.staleAfterFiveSeconds ? 5_000 : null },
    visibilityLagMs: 600_000,
  });
  const latest = openMemoryJournal({ store }).latest();
  const positions = latest.flatMap(({ snapshot, supervision }) =>
    snapshot === null ? [] : [{ snapshot, supervision }],
  );
  kernel.restore({ positions }, epochMs(moment.nowMs));
  const heard =
    moment.price === null
      ? null
      : kernel.price(kernel.market(SYMBOLS[setting.kind]), moment.price.value, moment.price.atMs, moment.nowMs);
  must(
    heard === null || heard.rows.length === 0,
    () => `P16 the restored position decides where the other was at rest: ${JSON.stringify(heard?.rows[0]?.cause)}`,
  );
  return kernel;
}

function again(kernel: Kernel, world: World, { told }: Moment): Step {
  if (told.what === "event") return kernel.step(told.event);
  return kernel.price(kernel.market(SYMBOLS[world.sequence.setting.kind]), told.value, told.atMs, told.nowMs);
}

describe("restoring", () => {
  it(
    "P16 from any row: the same rows and the same commands from there on",
    () => {
      fc.assert(
        fc.property(unbrokenSequences, fc.nat(1_000), (sequence, place) => {
          const moments: Moment[] = [];
          const world = playSequence(sequence, { step: (moment) => void moments.push(moment) });
          const written = moments.flatMap(({ step }, at) => (step.rows.length > 0 ? [at] : []));
          const at = written[place % written.length]!;
          const kernel = restoredAt(world, moments[at]!);
          for (const moment of moments.slice(at + 1)) {
            const { rows, commands } = again(kernel, world, moment);
            const [expected, found] = [moment.step, { rows, commands }].map((step) =>
              JSON.stringify([step.rows, step.commands]),
            );
            must(
              found === expected,
              () =>
                `P16 after row ${moments[at]!.rowsBefore} a restored kernel says\n${found}\nthe other said\n${expected}`,
            );
          }
        }),
        { numRuns: 1_000, seed: ownSeed() },
      );
    },
    TIMEOUT_MS,
  );
});
