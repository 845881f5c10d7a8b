#!/usr/bin/env node
/** The entry of the command `pawl`. What is compiled once is kept, which halves the time until a command begins. */
import { enableCompileCache } from "node:module";

enableCompileCache();
const { runProgram } = await import("./program.ts");
process.exitCode = await runProgram(process);
