/** Exits by reason over many sessions, each with one position that shows it: from the price to the order. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { plainTable } from "../../src/cli/outcome-table.ts";
import { EXIT_REASONS, type ExitReason } from "../../src/domain/fact.ts";
import type { ExportLine } from "../../src/journal/export-line.ts";

interface Example {
  readonly file: string;
  readonly position: string;
  /** All that the export says of this position. */
  readonly lines: readonly ExportLine[];
}

interface Tally {
  readonly exits: number;
  readonly example: Example;
}

type Exit = Extract<ExportLine, { readonly type: "exit" }>;

export class ExitTally {
  readonly #byReason = new Map<ExitReason, Tally>();

  /** Takes in what one session exported. */
  add(file: string, lines: readonly ExportLine[]): void {
    for (const line of lines) {
      const reason = reasonOf(line);
      if (reason === null) continue;
      const before = this.#byReason.get(reason);
      const example = before?.example ?? exampleOf(file, line.position, lines);
      this.#byReason.set(reason, { exits: (before?.exits ?? 0) + 1, example });
    }
  }

  /** The most frequent first; a reason that did not occur is not in it. */
  table(): string {
    const table = plainTable(["reason", "exits", "for example", "rule", "price", "order", "sold or bought back at"]);
    for (const [reason, { exits, example }] of this.#sorted()) {
      const exit = exitFor(example, reason);
      table.push([
        reason,
        exits,
        `${example.position} of ${example.file}`,
        exit?.rule ?? "",
        exit?.cause?.price ?? "",
        exit?.orderId.slice(0, 8) ?? "",
        exit?.price ?? "",
      ]);
    }
    return table.toString();
  }

  /** The export of one position of each reason, a file each. */
  write(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const [reason, { example }] of this.#sorted()) {
      const text = example.lines.map((line) => `${JSON.stringify(line)}\n`).join("");
      writeFileSync(join(folder, `${reason}.jsonl`), text);
    }
  }

  #sorted(): readonly (readonly [ExitReason, Tally])[] {
    const order = ([reason, { exits }]: readonly [ExitReason, Tally]): number =>
      -1_000 * exits + EXIT_REASONS.indexOf(reason);
    return [...this.#byReason].toSorted((a, b) => order(a) - order(b));
  }
}

/** Exits of the position, and a position that ended without one. */
function reasonOf(line: ExportLine): ExitReason | null {
  if (line.type === "exit") return line.reason;
  return line.type === "closed" && line.exits.length === 0 ? line.reason : null;
}

const exampleOf = (file: string, position: string, lines: readonly ExportLine[]): Example => ({
  file,
  position,
  lines: lines.filter((line) => line.position === position),
});

const exitFor = ({ lines }: Example, reason: ExitReason): Exit | undefined =>
  lines.find((line): line is Exit => line.type === "exit" && line.reason === reason);
