/**
 * Who is to be asked again when: a heap that knows where each of its members stands, so that another moment for one of
 * thousands costs a few comparisons.
 *
 * Promises: each member stands in it once; of several that are due at once the one that came first goes first.
 */
export interface Member {
  /** Who goes first where several are due at the same moment. */
  readonly ordinal: number;
  /** When it wants to be asked again; Infinity for never. */
  dueMs: number;
  /** Its place in the agenda; -1 while it has none. The agenda's own. */
  slot: number;
}

export class Agenda<T extends Member> {
  readonly #heap: T[] = [];

  /** The first moment at which somebody is due; Infinity when nobody ever is. */
  nextMs(): number {
    return this.#heap[0]?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** Puts a member where its moment belongs; takes it out where that is never. */
  put(member: T, dueMs: number): void {
    if (dueMs === Number.POSITIVE_INFINITY) return this.remove(member);
    if (member.slot !== -1 && member.dueMs === dueMs) return;
    member.dueMs = dueMs;
    if (member.slot === -1) member.slot = this.#heap.push(member) - 1;
    this.#settle(member);
  }

  remove(member: T): void {
    member.dueMs = Number.POSITIVE_INFINITY;
    if (member.slot === -1) return;
    const last = this.#heap.pop()!;
    if (last !== member) {
      this.#heap[member.slot] = last;
      last.slot = member.slot;
    }
    member.slot = -1;
    if (last !== member) this.#settle(last);
  }

  /** Everybody whose moment has come, taken out, in the order in which they came to be. */
  takeDue(nowMs: number): readonly T[] {
    const due: T[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.dueMs <= nowMs; first = this.#heap[0]) {
      this.remove(first);
      due.push(first);
    }
    return due.toSorted((a, b) => a.ordinal - b.ordinal);
  }

  /** Up or down, to where neither the one above nor those below are in the wrong order. */
  #settle(member: T): void {
    for (let above = (member.slot - 1) >> 1; above >= 0; above = (member.slot - 1) >> 1) {
      if (!isBefore(member, this.#heap[above]!)) break;
      this.#swap(member, this.#heap[above]!);
    }
    for (;;) {
      const [left, right] = [this.#heap[2 * member.slot + 1], this.#heap[2 * member.slot + 2]];
      const below = right !== undefined && isBefore(right, left!) ? right : left;
      if (below === undefined || !isBefore(below, member)) return;
      this.#swap(below, member);
    }
  }

  #swap(one: T, other: T): void {
    [one.slot, other.slot] = [other.slot, one.slot];
    this.#heap[one.slot] = one;
    this.#heap[other.slot] = other;
  }
}

const isBefore = (one: Member, other: Member): boolean =>
  one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.ordinal < other.ordinal);
