/** Lines out of a stream of bytes, none longer than so many: what is not ended yet is kept, and is bounded. */
export interface Lines {
  /** The lines that have come to their end; "too long" where one is longer than allowed, and nothing after it. */
  take(chunk: Buffer): readonly string[] | "too long";
  /** Bytes of a line that has not come to its end. */
  waiting(): number;
}

const LINE_FEED = 0x0a;

export function createLines(longestBytes: number): Lines {
  let parts: Buffer[] = [];
  let bytes = 0;
  return {
    take(chunk) {
      const lines: string[] = [];
      let from = 0;
      for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
        if (bytes + (end - from) > longestBytes) return "too long";
        lines.push(Buffer.concat([...parts, chunk.subarray(from, end)]).toString("utf8"));
        parts = [];
        bytes = 0;
        from = end + 1;
      }
      if (from < chunk.length) parts.push(chunk.subarray(from));
      bytes += chunk.length - from;
      return bytes > longestBytes ? "too long" : lines;
    },
    waiting: () => bytes,
  };
}
