/** The most memory that this process has had. */
import { readFileSync } from "node:fs";

/** Linux carries the parent's memory over into a child's maxRSS; VmHWM is of the program alone. */
export function peakMemoryKilobytes(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))![1]);
}
